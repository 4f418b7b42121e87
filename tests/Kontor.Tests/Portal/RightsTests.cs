using System.Net;
using Kontor.Portal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kontor.Tests.Portal;

/// <summary>Who may open what: every page against every role.</summary>
public sealed class RightsTests(KontorNode node) : IClassFixture<KontorNode>
{
    // What programs call or anybody may load: everything else is a page and says whom it is for.
    private static readonly string[] NoPages = ["/v1/", "/compat/", "/assets/", "/docs", "/openapi/", "/healthz", "/readyz", "/status"];

    private static readonly Dictionary<string, PageRole[]> Admitted = new()
    {
        ["Read"] = [PageRole.Owner, PageRole.Manager, PageRole.Finance, PageRole.ReadOnly],
        ["Change"] = [PageRole.Owner, PageRole.Manager],
        ["Money"] = [PageRole.Owner, PageRole.Finance],
        ["Export"] = [PageRole.Owner, PageRole.Manager, PageRole.Finance],
        ["Own"] = [PageRole.Owner],
        ["Buyer"] = [PageRole.Buyer],
        ["Supplier"] = [PageRole.Supplier],
        ["User"] = [.. Enum.GetValues<PageRole>()],
        ["Anybody"] = [.. Enum.GetValues<PageRole>()],
        ["Visitor"] = [.. Enum.GetValues<PageRole>()],
    };

    private List<(string Pattern, string Method, PageGuard? Guard)> Routes =>
        [.. node.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (Pattern: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Methods: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods, Guard: endpoint.Metadata.GetMetadata<PageGuard>()))
            .Where(route => !NoPages.Any(prefix => route.Pattern.StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(route => (route.Methods ?? ["GET"]).Select(method => (route.Pattern, method, route.Guard)))];

    [Fact]
    public void every_page_says_whom_it_is_for()
    {
        Routes.Count.ShouldBeGreaterThan(20);
        Routes.Where(route => route.Guard is null).Select(route => $"{route.Method} {route.Pattern}").ShouldBeEmpty();
    }

    [Fact]
    public void page_belongs_to_whose_area_it_is_in()
    {
        var strays = Routes.Where(route => route.Pattern.Split('/')[1] switch
        {
            "console" => route.Guard!.For is not ("Read" or "Change" or "Money" or "Export" or "Own"),
            "buyer" => route.Guard!.For != "Buyer",
            "supplier" => route.Guard!.For != "Supplier",
            "account" => route.Guard!.For != "User",
            "forms" => route.Guard!.For != "Visitor",
            _ => route.Guard!.For != "Anybody",
        });
        strays.Select(route => $"{route.Method} {route.Pattern}: {route.Guard!.For}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PageRole.Owner, null)]
    [InlineData(PageRole.Manager, null)]
    [InlineData(PageRole.Finance, null)]
    [InlineData(PageRole.ReadOnly, null)]
    [InlineData(PageRole.Buyer, "nord")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task role_opens_its_pages_and_finds_no_others(PageRole role, string? party)
    {
        using var person = PageClient.SignedIn(node, role, party);
        foreach (var (pattern, _, guard) in Routes.Where(route => route.Method == "GET"))
        {
            using var answer = await person.Http.GetAsync(Filled(pattern), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (!Admitted[guard!.For].Contains(role))
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{role} at {pattern}");
            else if (!pattern.Contains('{'))
            {
                ((int)answer.StatusCode).ShouldBeLessThan(400, $"{role} at {pattern}");
                (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType is not null).ShouldBeTrue($"{pattern} is empty");
            }
        }
    }

    [Theory]
    [InlineData(PageRole.Owner, null)]
    [InlineData(PageRole.Manager, null)]
    [InlineData(PageRole.Finance, null)]
    [InlineData(PageRole.ReadOnly, null)]
    [InlineData(PageRole.Buyer, "nord")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task role_sends_no_form_without_a_token_and_none_of_others(PageRole role, string? party)
    {
        using var person = PageClient.SignedIn(node, role, party);
        var account = await person.ReadAsync("/account");
        foreach (var (pattern, _, guard) in Routes.Where(route => route.Method != "GET" && route.Guard!.For != "Visitor"))
        {
            (await person.SendAsync(Filled(pattern), ("kind", "x"))).Status.ShouldBe(
                Admitted[guard!.For].Contains(role) ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, $"{role} at {pattern}, no token");
            if (!Admitted[guard.For].Contains(role))
                (await person.SendAsync(account, Filled(pattern), ("kind", "x"))).Status.ShouldBe(HttpStatusCode.NotFound, $"{role} at {pattern}");
        }
    }

    [Fact]
    public async Task who_is_not_signed_in_is_led_to_the_door_and_may_send_nothing()
    {
        using var stranger = new PageClient(node.Api.Url);
        var door = await stranger.ReadAsync("/sign-in");
        foreach (var (pattern, method, guard) in Routes.Where(route => route.Guard!.For is not ("Anybody" or "Visitor")))
        {
            if (method == "GET")
                (await stranger.OpenAsync(Filled(pattern) + "?q=1")).Target().ShouldBe($"/sign-in?return={Uri.EscapeDataString(Filled(pattern))}", pattern);
            else
                (await stranger.SendAsync(door, Filled(pattern), ("kind", "x"))).Status.ShouldBe(HttpStatusCode.Forbidden, $"{pattern}: {guard!.For}");
        }
    }

    private static string Filled(string pattern) =>
        System.Text.RegularExpressions.Regex.Replace(pattern, @"\{[^}]+\}", Guid.Empty.ToString());
}
