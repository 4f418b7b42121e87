using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Kontor.Core;
using Kontor.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Platform;

public sealed class TelemetryTests
{
    [Fact]
    public void nothing_is_exported_unless_a_collector_is_named() =>
        Telemetry.Start(new ConfigurationBuilder().Build()).ShouldBeNull();

    [Fact]
    public async Task named_collector_receives_the_metrics_at_the_latest_when_the_process_ends()
    {
        var bodies = new ConcurrentQueue<string>();
        await using var collector = await CollectorAsync(bodies);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [Telemetry.EndpointVariable] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }).Build();
        using (var export = Telemetry.Start(configuration))
        {
            export.ShouldNotBeNull();
            Metrics.LeadAnswered("rejected", ReasonCode.Unsold);
        }

        var sent = string.Concat(bodies);
        sent.ShouldContain("kontor.leads");
        sent.ShouldContain("unsold");
    }

    [Fact]
    public void queue_is_reported_while_it_is_watched_and_not_after()
    {
        var ages = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Metrics.MeterName && instrument.Name == "kontor.queue.age")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, age, tags, _) => ages[(string)tags[0].Value!] = age);
        listener.Start();
        using (Metrics.WatchQueue("lane-under-test", () => TimeSpan.FromSeconds(3)))
            listener.RecordObservableInstruments();
        ages["lane-under-test"].ShouldBe(3);
        ages.Clear();
        listener.RecordObservableInstruments();
        ages.ShouldNotContainKey("lane-under-test");
    }

    [Fact]
    public void answered_lead_is_counted_by_status_and_reason_only()
    {
        var tags = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Metrics.MeterName && instrument.Name == "kontor.leads")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, given, _) =>
            tags.Enqueue(string.Join(' ', given.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.Start();
        Metrics.LeadAnswered("duplicate", ReasonCode.DuplicateLead);
        tags.ShouldContain("status=duplicate reason=duplicate");
    }

    [Fact]
    public void log_line_is_json_with_values_and_without_the_words_of_an_exception()
    {
        var line = new StringWriter();
        var state = new[]
        {
            new KeyValuePair<string, object?>("LeadId", "0193"),
            new KeyValuePair<string, object?>("{OriginalFormat}", "Lead {LeadId} failed"),
        };
        var cause = new FormatException("'erika@example.org' is not a phone");
        new LogLineFormatter().Write(
            new Microsoft.Extensions.Logging.Abstractions.LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                LogLevel.Error, "Kontor.Intake", new EventId(7), state, new InvalidOperationException("erika@example.org", cause), (_, _) => "Lead 0193 failed"),
            null,
            line);
        var text = line.ToString();
        text.ShouldEndWith(Environment.NewLine);
        text.Trim().ShouldNotContain('\n');
        using var json = System.Text.Json.JsonDocument.Parse(text);
        json.RootElement.GetProperty("message").GetString().ShouldBe("Lead 0193 failed");
        json.RootElement.GetProperty("values").GetProperty("LeadId").GetString().ShouldBe("0193");
        json.RootElement.GetProperty("exceptions").GetArrayLength().ShouldBe(2);
        text.ShouldContain("System.FormatException");
        text.ShouldNotContain("erika");
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<string> bodies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/metrics", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            bodies.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
            return Results.Ok();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
