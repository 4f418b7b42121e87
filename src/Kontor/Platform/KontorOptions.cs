namespace Kontor.Platform;

/// <summary>Everything that can be set from outside, read once at start from environment variables and flags.</summary>
public sealed record KontorOptions
{
    /// <summary>Where the server listens (<c>KONTOR_URL</c>).</summary>
    public string Url { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Connection string (<c>KONTOR_DATABASE</c>); null runs the embedded PostgreSQL.</summary>
    public string? Database { get; init; }

    /// <summary>The data folder (<c>KONTOR_DATA</c>).</summary>
    public string Data { get; init; } = "./data";

    /// <summary>First operator API key (<c>KONTOR_OPERATOR_KEY</c>); null generates one on the first start and prints it once.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>Address of the first console user (<c>KONTOR_OPERATOR_EMAIL</c>); null is <c>operator@localhost</c>.</summary>
    public string? OperatorEmail { get; init; }

    /// <summary>His password (<c>KONTOR_OPERATOR_PASSWORD</c>); null generates one on the first start and prints it once.</summary>
    public string? OperatorPassword { get; init; }

    /// <summary>Address ranges in CIDR notation, comma separated, that outbound calls may reach although private
    /// (<c>KONTOR_ALLOW_PRIVATE_TARGETS</c>).</summary>
    public string? AllowPrivateTargets { get; init; }

    /// <summary>Log lines below this are dropped; null leaves it to the configuration. The demo is quiet so that its tables can be read.</summary>
    public LogLevel? LeastLogLevel { get; init; }

    /// <summary>Reads the settings from environment variables.</summary>
    public static KontorOptions FromEnvironment(Func<string, string?> variable)
    {
        var defaults = new KontorOptions();
        return new KontorOptions
        {
            Url = Set(variable("KONTOR_URL")) ?? defaults.Url,
            Database = Set(variable("KONTOR_DATABASE")),
            Data = Set(variable("KONTOR_DATA")) ?? defaults.Data,
            OperatorKey = Set(variable("KONTOR_OPERATOR_KEY")),
            OperatorEmail = Set(variable("KONTOR_OPERATOR_EMAIL")),
            OperatorPassword = Set(variable("KONTOR_OPERATOR_PASSWORD")),
            AllowPrivateTargets = Set(variable("KONTOR_ALLOW_PRIVATE_TARGETS")),
        };
    }

    private static string? Set(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
