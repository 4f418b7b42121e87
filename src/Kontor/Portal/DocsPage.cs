using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;
using static Kontor.Portal.DocsText;

namespace Kontor.Portal;

/// <summary>The page at <c>/docs</c>: the OpenAPI document for people. Like the status page it needs no key and no script and loads nothing.</summary>
public static class DocsPage
{
    private const string Css = StatusPageStyle.Css + """

        body { max-width: 60rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
        h4 { font-size: .9rem; margin: .75rem 0 .25rem; color: var(--soft); font-weight: 600; }
        section > h3:first-of-type { margin-top: .75rem; }
        td, th, td:last-child { text-align: left; white-space: normal; vertical-align: top; }
        td:first-child { white-space: nowrap; padding-right: 1rem; }
        code, pre { font-size: .875rem; }
        .method { font-family: ui-monospace, monospace; color: var(--idle); }

        """;

    /// <summary>Nothing may be loaded or sent anywhere; the one style sheet is known by its hash.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the page at <c>/docs</c>.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var page = new Lazy<string>(() => Render(ApiDocument.Read()));
        app.MapGet("/docs", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Results.Content(page.Value, "text/html; charset=utf-8");
        });
    }

    /// <summary>The page as HTML.</summary>
    /// <param name="document">An OpenAPI document.</param>
    public static string Render(JsonObject document)
    {
        var title = Text(document["info"]!["title"]);
        var tags = document["tags"]!.AsArray().Select(tag => tag!.AsObject()).ToList();
        var links = string.Concat(tags.Select(tag => $"<a href=\"#{Anchor(tag["name"])}\">{Text(tag["name"])}</a>\n"));
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>{Css}</style>
            </head>
            <body>
            <header>
            <h1>{title}</h1>
            <nav aria-label="Groups">
            {links}<a href="#shapes">Shapes</a>
            <a href="#reason-codes">Reason codes</a>
            </nav>
            </header>
            <main>
            <section>
            {Paragraphs(document["info"]!["description"])}
            <p>The same as data: <a href="/openapi/v1.json">OpenAPI document</a>.</p>
            </section>
            {string.Concat(tags.Select(tag => DocsOperations.Section(document, tag)))}
            {DocsShapes.Section(document)}
            {Reasons()}
            </main>
            <footer><nav aria-label="More"><a href="/status">Status</a></nav></footer>
            </body>
            </html>
            """;
    }

    private static string Reasons()
    {
        var rows = new StringBuilder();
        foreach (var entry in ReasonCodes.All)
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><td><code>{Text(entry.Text)}</code></td><td>{Text(entry.Meaning)}</td><td>{Text(entry.FixedBy)}</td><td>{(entry.RetryMayHelp ? "yes" : "no")}</td></tr>\n");
        }

        return $"""
            <section id="reason-codes">
            <h2>Reason codes</h2>
            <p>Why a lead or a contract was refused, in order of precedence: where several hold, the first in this table is the reason.</p>
            {Table(["Code", "Meaning", "Who can change it", "May the same lead fare better later"], rows.ToString())}
            </section>
            """;
    }
}
