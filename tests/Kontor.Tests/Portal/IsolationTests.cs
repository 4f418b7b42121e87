using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Portal;

namespace Kontor.Tests.Portal;

/// <summary>Two buyers and two suppliers of one operator: whoever guesses what is another's gets what he gets for what never was, by page and by API, whether
/// he reads it or wants to change it.</summary>
public sealed partial class IsolationTests(IsolationTests.Sold sold) : IClassFixture<IsolationTests.Sold>
{
    private static readonly JsonObject Return = new() { ["reason"] = "wrong_number" };

    private KontorNode Node => sold.Node;

    [Theory]
    [InlineData("nordbuyer", "sued")]
    [InlineData("suedbuyer", "nord")]
    public async Task page_of_another_buyer_is_that_of_nobody(string buyer, string contract)
    {
        var sale = buyer == "nordbuyer" ? sold.Sued : sold.Nord;
        var random = Guid.CreateVersion7().ToString();
        using var person = PageClient.SignedIn(Node, PageRole.Buyer, buyer);
        var form = await person.ReadAsync("/account");
        await SameAsync($"/buyer/leads/{sale}", $"/buyer/leads/{random}", path => person.OpenAsync(path));
        await SameAsync($"/buyer/leads/{sale}/outcome", $"/buyer/leads/{random}/outcome", path => person.SendAsync(form, path, ("outcome", "won")));
        await SameAsync($"/buyer/leads/{sale}/outcome", $"/buyer/leads/{random}/outcome", path => person.SendAsync(form, path, ("outcome", "nonsense")));
        await SameAsync($"/buyer/leads/{sale}/return", $"/buyer/leads/{random}/return", path => person.SendAsync(form, path, ("reason", "wrong_number")));
        await SameAsync($"/buyer/contracts/{contract}", "/buyer/contracts/nobodys", path => person.OpenAsync(path));
        await SameAsync($"/buyer/contracts/{contract}", "/buyer/contracts/nobodys", path => person.SendAsync(form, path, ("price", "31")));
        await SameAsync($"/buyer/contracts/{contract}/status", "/buyer/contracts/nobodys/status", path => person.SendAsync(form, path, ("status", "paused")));
        await SameAsync($"/console/leads/{sold.Lead}", $"/console/leads/{random}", path => person.OpenAsync(path));
        await SameAsync($"/console/money/buyers/{buyer}", "/console/money/buyers/nobody", path => person.OpenAsync(path));

        // Lists that are asked for another's contract, and reports on several leads at once, know nothing of it either.
        (await person.ReadAsync($"/buyer?contract={contract}")).Text.ShouldContain("No lead fits these filters");
        (await person.ReadAsync($"/buyer/leads.csv?contract={contract}")).Html.ShouldBe((await person.ReadAsync("/buyer/leads.csv?contract=nobodys")).Html);
        (await person.ReadAsync("/buyer/leads.csv")).Html.ShouldNotContain(sale);
        var several = await Task.WhenAll(((string[])[sale, random]).Select(guess => person.SendAsync(form, "/buyer/leads/outcome", ("sale", guess), ("outcome", "won"))));
        several.ShouldAllBe(answer => answer.Status == HttpStatusCode.UnprocessableEntity);
        Plain(several[0].Html).ShouldBe(Plain(several[1].Html));
        var files = await Task.WhenAll(((string[])[sale, random]).Select(guess =>
            PortalMarket.UploadAsync(person, "/buyer/outcomes", System.Text.Encoding.UTF8.GetBytes($"sale_id,outcome,value\n{guess},won,\n"))));
        Plain(files[0].Html).ShouldBe(Plain(files[1].Html));
        await NothingChangedAsync();
    }

    [Theory]
    [InlineData("nordbuyer", "sued")]
    [InlineData("suedbuyer", "nord")]
    public async Task api_of_a_buyer_knows_nothing_of_another(string buyer, string contract)
    {
        var sale = buyer == "nordbuyer" ? sold.Sued : sold.Nord;
        var random = Guid.CreateVersion7().ToString();
        var key = sold.Keys[buyer];
        await SameAsync($"/v1/buyer/sales/{sale}/outcome", $"/v1/buyer/sales/{random}/outcome", path => SendAsync(HttpMethod.Post, path, new JsonObject { ["outcome"] = "won" }, key));
        await SameAsync($"/v1/buyer/sales/{sale}/outcome", $"/v1/buyer/sales/{random}/outcome", path => SendAsync(HttpMethod.Post, path, new JsonObject { ["outcome"] = "nonsense" }, key));
        await SameAsync($"/v1/buyer/sales/{sale}/return", $"/v1/buyer/sales/{random}/return", path => SendAsync(HttpMethod.Post, path, Return, key));
        await SameAsync($"/v1/buyer/contracts/{contract}", "/v1/buyer/contracts/nobodys", path => SendAsync(HttpMethod.Patch, path, new JsonObject { ["status"] = "paused" }, key));
        await SameAsync($"/v1/buyer/contracts/{contract}", "/v1/buyer/contracts/nobodys", path => SendAsync(HttpMethod.Patch, path, new JsonObject { ["nonsense"] = 1 }, key));
        var own = await Node.Api.SendAsync(HttpMethod.Get, "/v1/buyer/sales", null, key);
        own.Text.ShouldNotContain(sale);
        own.Body["items"]!.AsArray().Count.ShouldBe(2);
        (await Node.Api.SendAsync(HttpMethod.Get, "/v1/buyer/contracts", null, key)).Text.ShouldNotContain($"\"{contract}\"");
        (await Node.Api.SendAsync(HttpMethod.Get, $"/v1/buyer/sales?after={sale}", null, key)).Text.ShouldNotContain(sale);
        foreach (var path in (string[])[$"/v1/sales?buyer={buyer}", $"/v1/leads/{sold.Lead}", $"/v1/leads/{sold.Lead}/trace", "/v1/buyers/nordbuyer/account", $"/v1/sales/{sale}/return"])
            (await Node.Api.SendAsync(HttpMethod.Get, path, null, key)).Status.ShouldNotBe(HttpStatusCode.OK, path);
        await NothingChangedAsync();
    }

    [Theory]
    [InlineData("acme", "landing", "foreign")]
    [InlineData("rival", "foreign", "landing")]
    public async Task page_of_another_supplier_is_that_of_nobody(string supplier, string source, string other)
    {
        using var person = PageClient.SignedIn(Node, PageRole.Supplier, supplier);
        var form = await person.ReadAsync("/account");
        (await person.ReadAsync($"/supplier/specification/{source}")).Status.ShouldBe(HttpStatusCode.OK);
        await SameAsync($"/supplier/specification/{other}", "/supplier/specification/nobodys", path => person.OpenAsync(path));
        await SameAsync($"/supplier/test?source={other}", "/supplier/test?source=nobodys", path => person.OpenAsync(path));
        await SameAsync(other, "nobodys", guess => person.SendAsync(form, "/supplier/test", ("kontor_source", guess), ("kontor_campaign", "solar"), ("email", "x@example.org")));
        await SameAsync($"/specs/{other}", "/specs/nobodys", path => person.OpenAsync(path));
        await SameAsync($"/console/specs/{other}", "/console/specs/nobodys", path => person.OpenAsync(path));
        foreach (var path in (string[])["/supplier", $"/supplier?source={other}", "/supplier/earnings", "/supplier/earnings.csv", "/supplier/test"])
        {
            var page = await person.OpenAsync(path);
            page.Status.ShouldBe(HttpStatusCode.OK, path);
            page.Html.ShouldNotContain(Lead(other).ToString());
            foreach (var secret in (string[])["nordbuyer", "suedbuyer", "41.5", "52.75"])
                page.Text.ShouldNotContain(secret, customMessage: path);
        }
    }

    [Theory]
    [InlineData("landing", "foreign")]
    [InlineData("foreign", "landing")]
    public async Task api_of_a_supplier_knows_nothing_of_another(string source, string other)
    {
        var key = await Node.Api.SourceKeyAsync(source);
        (await Node.Api.SendAsync(HttpMethod.Get, $"/v1/leads/{Lead(source)}", null, key)).Status.ShouldBe(HttpStatusCode.OK);
        await SameAsync($"/v1/leads/{Lead(other)}", $"/v1/leads/{Guid.CreateVersion7()}", path => SendAsync(HttpMethod.Get, path, null, key));
        await SameAsync($"/v1/pings/{sold.Pings[other]}", $"/v1/pings/{Guid.CreateVersion7()}", path => SendAsync(HttpMethod.Get, path, null, key));
        // Another's promise cannot be taken up either.
        var lead = KontorApi.Lead();
        lead["ping_id"] = sold.Pings[other];
        var never = lead.DeepClone();
        never["ping_id"] = Guid.CreateVersion7().ToString();
        var (one, two) = (await SendAsync(HttpMethod.Post, "/v1/leads", lead, key), await SendAsync(HttpMethod.Post, "/v1/leads", never, key));
        ((int)one.Status).ShouldBeInRange(400, 499, one.Html);
        one.Status.ShouldBe(two.Status);
        Plain(one.Html).ShouldBe(Plain(two.Html));
        (await Node.Api.SendAsync(HttpMethod.Get, "/v1/source/spec", null, key)).Text.ShouldNotContain($"\"{other}\"");
    }

    private Guid Lead(string source) => source == "foreign" ? sold.ForeignLead : sold.Lead;

    // Both are 404 and tell the same, but for the address and the number of the request.
    private static async Task SameAsync(string others, string nobodys, Func<string, Task<Page>> ask)
    {
        var (one, two) = (await ask(others), await ask(nobodys));
        one.Status.ShouldBe(HttpStatusCode.NotFound, others);
        two.Status.ShouldBe(HttpStatusCode.NotFound, nobodys);
        Plain(Without(one.Html, others, nobodys)).ShouldBe(Plain(Without(two.Html, nobodys, others)), others);
    }

    // What was asked for may stand in the answer: the caller knows it.
    private static string Without(string text, string asked, string other)
    {
        char[] marks = ['/', '?', '='];
        foreach (var word in asked.Split(marks).Except(other.Split(marks)))
            text = text.Replace(word, "*", StringComparison.Ordinal);
        return text;
    }

    private async Task<Page> SendAsync(HttpMethod method, string path, JsonNode? body, string key)
    {
        var answer = await Node.Api.SendAsync(method, path, body?.ToJsonString(), key);
        return new Page(answer.Status, answer.Text, null!);
    }

    private static string Plain(string text) => Changing().Replace(text, "*");

    private async Task NothingChangedAsync()
    {
        (await Node.Database.ScalarAsync<long>("select count(*) from sale_outcomes")).ShouldBe(0);
        (await Node.Database.ScalarAsync<long>("select count(*) from sales where status <> 'confirmed'")).ShouldBe(0);
        foreach (var contract in (string[])["nord", "sued"])
            (await Node.Api.GetAsync($"/v1/contracts/{contract}"))["status"]?.ToString().ShouldBe("active");
    }

    // Ids of every kind, and tokens of forms.
    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|name=\"form_token\" value=\"[^\"]+\"")]
    private static partial Regex Changing();

    /// <summary>A node that sold one lead of each supplier, each to both buyers.</summary>
    public sealed class Sold : IAsyncLifetime
    {
        public KontorNode Node { get; private set; } = null!;
        public string Nord { get; private set; } = "";
        public string Sued { get; private set; } = "";
        public Guid Lead { get; private set; }
        public Guid ForeignLead { get; private set; }
        public Dictionary<string, string> Keys { get; } = [];
        public Dictionary<string, string> Pings { get; } = [];

        public async ValueTask InitializeAsync()
        {
            Node = await KontorNode.SellingAsync(PortalMarket.Network());
            (Nord, Sued) = await PortalMarket.SellAsync(Node);
            Lead = await Node.Database.ScalarAsync<Guid>("select lead_id from sales where sale_id = $1", Guid.Parse(Nord));
            var (second, _) = await PortalMarket.SellAsync(Node, source: "foreign");
            ForeignLead = await Node.Database.ScalarAsync<Guid>("select lead_id from sales where sale_id = $1", Guid.Parse(second));
            foreach (var buyer in (string[])["nordbuyer", "suedbuyer"])
                Keys[buyer] = (await Node.Api.OperateAsync(HttpMethod.Post, $"/v1/buyers/{buyer}/keys"))["key"]!;
            foreach (var source in (string[])["landing", "foreign"])
            {
                var body = new JsonObject { ["campaign"] = "solar", ["roof"] = "owner", ["postal_code"] = "24103" };
                var ping = await Node.Api.SendAsync(HttpMethod.Post, "/v1/pings", body.ToJsonString(), await Node.Api.SourceKeyAsync(source));
                Pings[source] = ping["ping_id"].ShouldNotBeNull(ping.Text);
            }
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
