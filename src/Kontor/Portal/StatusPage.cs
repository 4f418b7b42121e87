using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Kontor.Insight;
using Npgsql;

namespace Kontor.Portal;

/// <summary>What the status page shows.</summary>
/// <param name="Version">Of this build.</param>
/// <param name="Uptime">How long this node has been running.</param>
/// <param name="Now">The time the figures are of.</param>
/// <param name="Today">Figures since midnight UTC; null when the database does not answer.</param>
public sealed record StatusFacts(string Version, TimeSpan Uptime, DateTimeOffset Now, Summary? Today);

/// <summary>The plain page at <c>/status</c>: how this node is and what today brought. Anybody may see it: figures only, no names, no keys, no
/// personal data. It needs no script and loads nothing.</summary>
public static class StatusPage
{
    /// <summary>Nothing may be loaded or sent anywhere; the one style sheet is known by its hash.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(StatusPageStyle.Css)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the page at <c>/status</c>.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var time = app.ServiceProvider.GetRequiredService<TimeProvider>();
        var logger = app.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Kontor.Portal.StatusPage");
        var figures = new StatusFigures(app.ServiceProvider.GetRequiredService<NpgsqlDataSource>(), time, logger);
        app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(figures.Dispose);
        var startedAt = time.GetUtcNow();
        var version = typeof(StatusPage).Assembly.GetName().Version?.ToString(3) ?? "0";
        app.MapGet("/status", async (HttpContext http) =>
        {
            var now = time.GetUtcNow();
            await WriteAsync(http, new StatusFacts(version, now - startedAt, now, await figures.TodayAsync(http.RequestAborted)));
        }).ExcludeFromDescription();
    }

    /// <summary>Answers the page. While the database does not answer it says so, with status 503.</summary>
    public static async Task WriteAsync(HttpContext http, StatusFacts facts)
    {
        http.Response.StatusCode = facts.Today is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(Render(facts), http.RequestAborted);
    }

    /// <summary>The page as HTML.</summary>
    public static string Render(StatusFacts facts)
    {
        var (state, sentence) = facts.Today switch
        {
            null => ("bad", "The database does not answer"),
            { RulesVersion: 0 } => ("idle", "Running, nothing configured yet"),
            _ => ("good", "Running"),
        };
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Kontor: {Text(sentence)}</title>
            <style>{StatusPageStyle.Css}</style>
            </head>
            <body>
            <header>
            <h1>Kontor</h1>
            <p class="state {state}" role="status">{Text(sentence)}</p>
            </header>
            <main>
            {Body(facts)}
            </main>
            <footer>
            <nav aria-label="More">
            <a href="/docs">API documentation</a>
            <a href="/openapi/v1.json">OpenAPI</a>
            <a href="/healthz">Health</a>
            <a href="/readyz">Readiness</a>
            </nav>
            <p>Version {Text(facts.Version)}, up {Duration(facts.Uptime)},
            <time datetime="{facts.Now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{facts.Now.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time></p>
            </footer>
            </body>
            </html>
            """;
    }

    private static string Body(StatusFacts facts) => facts.Today switch
    {
        null => """
            <section>
            <h2>No figures at present</h2>
            <p>Leads are refused with 503 until the database answers again; none that was accepted is lost. The log of this process says more.</p>
            </section>
            """,
        { RulesVersion: 0 } => """
            <section>
            <h2>Start here</h2>
            <p>There is no network yet: no vertical, no campaign, no contract. Describe yours in a file and apply it:</p>
            <pre><code>./kontor apply examples/solar-us.yaml</code></pre>
            <p>Or see a whole network at work with sample leads:</p>
            <pre><code>./kontor demo</code></pre>
            </section>
            """,
        { } today => LeadsOf(today) + SalesOf(today) + OperationsOf(today, facts.Now),
    };

    private static string LeadsOf(Summary today)
    {
        var rejected = today.Leads.Where(count => count.Status == "rejected").GroupBy(count => count.ReasonCode ?? "other")
            .Select(group => (Reason: group.Key, Leads: group.Sum(count => count.Leads))).OrderByDescending(entry => entry.Leads)
            .ThenBy(entry => entry.Reason, StringComparer.Ordinal).ToList();
        var received = today.Leads.Sum(count => count.Leads) + today.RefusedPosts;
        if (received == 0)
        {
            return Section("Leads today", "<p>No lead came in yet today.</p>");
        }

        var rows = new StringBuilder();
        rows.Append(Row("Received", Number(received))).Append(Row("Sold", Number(today.LeadsWith("accepted"))));
        rows.Append(Row("Answer still open", Number(today.LeadsWith("pending")))).Append(Row("Duplicates", Number(today.LeadsWith("duplicate"))));
        rows.Append(Row("Fields missing or unreadable", Number(today.RefusedPosts)));
        foreach (var (reason, leads) in rejected)
        {
            rows.Append(Row(reason == "unsold" ? "Unsold" : $"Rejected: {reason.Replace('_', ' ')}", Number(leads)));
        }

        return Section("Leads today", $"<table><tbody>{rows}</tbody></table>");
    }

    private static string SalesOf(Summary today)
    {
        if (today.Earnings.IsEmpty)
        {
            return Section("Sales today", "<p>No sale was confirmed yet today.</p>");
        }

        var rows = new StringBuilder();
        foreach (var earned in today.Earnings)
        {
            string[] cells = [Number(earned.Sales), Amount(earned.Revenue), Amount(earned.Payout), Amount(earned.Margin)];
            rows.Append("<tr><th scope=\"row\">").Append(Text(earned.Currency)).Append("</th>").AppendJoin("", cells.Select(cell => $"<td>{cell}</td>"))
                .Append("</tr>");
        }

        return Section("Sales today", $"""
            <table><thead><tr><th scope="col">Currency</th><th scope="col">Sales</th><th scope="col">Revenue</th><th scope="col">Payout</th>
            <th scope="col">Margin</th></tr></thead><tbody>{rows}</tbody></table>
            """);
    }

    private static string OperationsOf(Summary today, DateTimeOffset now)
    {
        var oldest = today.Deliveries.OldestAt is { } since ? Duration(now > since ? now - since : TimeSpan.Zero) : "none waiting";
        return Section("Deliveries and rules", $"""
            <table><tbody>{Row("Open deliveries", Number(today.Deliveries.Open))}{Row("Oldest open delivery", oldest)}
            {Row("Rules version", Number(today.RulesVersion))}</tbody></table>
            """);
    }

    private static string Section(string title, string content) => $"<section>\n<h2>{Text(title)}</h2>\n{content}\n</section>\n";

    private static string Row(string name, string value) => $"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Amount(decimal amount) => amount.ToString(amount.Scale == 0 ? "N0" : $"N{amount.Scale}", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h"),
    };
}
