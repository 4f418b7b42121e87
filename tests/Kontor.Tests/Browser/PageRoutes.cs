using Kontor.Portal;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace Kontor.Tests.Browser;

/// <summary>The pages that a node has at its addresses, as it registered them itself.</summary>
internal sealed class PageRoutes
{
    // They say nothing of whom they are for, as they are for everybody, but are pages all the same.
    private static readonly string[] Plain = ["/status", "/docs"];

    private readonly List<(string Pattern, TemplateMatcher Matcher)> routes;

    private PageRoutes(List<(string, TemplateMatcher)> routes) => this.routes = routes;

    /// <summary>The pattern of every page that can be opened.</summary>
    public IEnumerable<string> Patterns => routes.Select(route => route.Pattern);

    /// <summary>Those of a node that are read, or those that forms are sent to.</summary>
    public static PageRoutes Of(KontorNode node, string method = "GET")
    {
        var pages = node.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
            .Select(endpoint => (Pattern: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Endpoint: endpoint))
            .Where(route => Plain.Contains(route.Pattern) || route.Endpoint.Metadata.GetMetadata<PageGuard>() is not null)
            .OrderBy(route => route.Endpoint.RoutePattern.InboundPrecedence);
        return new PageRoutes([.. pages.Select(route => (route.Pattern, new TemplateMatcher(TemplateParser.Parse(route.Pattern.TrimStart('/')), new RouteValueDictionary())))]);
    }

    /// <summary>The pattern of the page at an address; null when there is none.</summary>
    public string? PatternOf(string address) => Match(address.Split('?')[0]).Pattern;

    /// <summary>What is special about an address: its kind of page, and each of the values that stand in its query, but neither ids, keys nor what the values are.</summary>
    public IReadOnlyList<string> TraitsOf(string address)
    {
        var (path, query) = address.Split('?', 2) is [var before, var after] ? (before, after) : (address, "");
        var (pattern, values) = Match(path);
        pattern ??= path;
        if (values.TryGetValue("kind", out var kind))
            pattern = pattern.Replace("{kind}", kind!.ToString(), StringComparison.Ordinal);
        // Each way of grouping a report is a table of its own.
        var names = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.StartsWith("by=", StringComparison.Ordinal) ? pair : pair.Split('=')[0]);
        return [pattern, .. names.Select(name => $"{pattern}?{name}")];
    }

    private (string? Pattern, RouteValueDictionary Values) Match(string path)
    {
        foreach (var (pattern, matcher) in routes)
        {
            var values = new RouteValueDictionary();
            if (matcher.TryMatch(path, values))
                return (pattern, values);
        }

        return (null, new RouteValueDictionary());
    }
}
