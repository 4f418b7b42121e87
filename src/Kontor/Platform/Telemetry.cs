using System.Reflection;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Kontor.Platform;

/// <summary>What leaves the process about its running: metrics by OTLP where the operator names a collector, and log lines as JSON.</summary>
public static class Telemetry
{
    /// <summary>The standard variable that names the collector and thereby switches the export on.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Starts exporting metrics where <see cref="EndpointVariable"/> is set; the other standard <c>OTEL_</c> variables (protocol,
    /// headers, interval, resource attributes) are honoured too. Dispose the answer at the end: it sends what is left.</summary>
    /// <param name="configuration">The application's configuration, environment variables included.</param>
    /// <returns>The running export, or null where no collector is named.</returns>
    public static IDisposable? Start(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[EndpointVariable]))
            return null;
        var version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3);
        return Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => resource.AddService("kontor", serviceVersion: version).AddEnvironmentVariableDetector())
            .AddMeter(Metrics.MeterName, "Microsoft.AspNetCore.Hosting", "Npgsql")
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Logs one JSON object a line to the console. The framework speaks from warnings on: its request lines would carry
    /// addresses that others chose.</summary>
    public static ILoggingBuilder AddKontorConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
        logging.AddConsole(console => console.FormatterName = LogLineFormatter.FormatterName);
        return logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            .AddFilter("Npgsql", LogLevel.Warning);
    }
}
