using System.Net;
using System.Text.Json.Nodes;
using Kontor.Catalog.Editor;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Catalog;

/// <summary>The editors of the network as an operator without script uses them.</summary>
public sealed class NetworkPagesTests(NetworkPagesTests.Solar solar) : IClassFixture<NetworkPagesTests.Solar>
{
    private KontorNode Node => solar.Node;

    [Fact]
    public async Task overview_says_how_each_campaign_sells_and_lists_its_contracts()
    {
        using var person = PageClient.SignedIn(Node, PageRole.ReadOnly);
        var page = await person.ReadAsync("/console/network");
        page.Text.ShouldContain("Solar, shared by at most three");
        page.Text.ShouldContain("It is shared by at most 3: first the premium buyers, who pays most comes first and pays just more than the next, at least 30 USD");
        page.Text.ShouldContain("Unsold after 15 minutes: it is shared by at most 2");
        page.Html.ShouldContain("/console/network/contracts/bluebird-everything");
    }

    [Fact]
    public async Task list_is_searched_by_key_name_and_what_an_entry_belongs_to()
    {
        using var person = PageClient.SignedIn(Node, PageRole.ReadOnly);
        var found = await person.ReadAsync("/console/network/contracts?search=BLUEBIRD");
        found.Html.ShouldContain("/console/network/contracts/bluebird-everything");
        found.Html.ShouldNotContain("/console/network/contracts/lonestar-dallas");
        (await person.ReadAsync("/console/network/contracts?search=%3Cscript%3E")).Text.ShouldContain("No entry has <script>");
    }

    [Fact]
    public async Task form_that_is_sent_as_it_was_shown_changes_no_entry_of_the_network()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        foreach (var kind in CatalogKinds.All)
        {
            var list = (await Node.Api.GetAsync($"/v1/{kind.Name()}?limit=500"))["items"]!.AsArray();
            foreach (var entry in list.Where(entry => !entry!["key"]!.ToString().StartsWith("own-", StringComparison.Ordinal)))
            {
                var path = $"/console/network/{kind.Name()}/{entry!["key"]}";
                var page = await person.ReadAsync(path);
                var before = JsonNode.Parse(PageForm.Of(page, "entry").Value("document"));
                var after = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("refresh"));
                JsonNode.DeepEquals(JsonNode.Parse(PageForm.Of(after, "entry").Value("document")), before).ShouldBeTrue(path);
            }
        }
    }

    [Fact]
    public async Task yaml_of_every_entry_reads_back_as_the_same_entry()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        foreach (var path in new[] { "campaigns/solar-shared", "contracts/sunrise-bay-area", "contracts/empire-tri-state", "verticals/solar", "buyers/empire-solar" })
        {
            var page = await person.ReadAsync($"/console/network/{path}?view=yaml");
            var form = PageForm.Of(page, "entry");
            var after = await person.SendAsync(page, $"/console/network/{path}", form.Press("form"));
            JsonNode.DeepEquals(JsonNode.Parse(PageForm.Of(after, "entry").Value("document")), JsonNode.Parse(form.Value("document"))).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task change_is_published_and_the_history_knows_who_and_what_and_brings_the_former_version_back()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        await CreateContractAsync(person, "own-history");
        var path = "/console/network/contracts/own-history";
        var page = await person.ReadAsync(path);
        await person.FollowAsync(page, path, PageForm.Of(page, "entry").Press("publish", ("prices[0].price", "77,50"), ("priority", "7")));
        (await Node.Api.GetAsync("/v1/contracts/own-history"))["prices"]![0]!["price"]!.GetValue<decimal>().ShouldBe(77.50m);

        var history = await person.ReadAsync(path + "/history");
        history.Text.ShouldContain("Test Person");
        history.Text.ShouldContain("prices[0].price 50 77.50");
        history.Text.ShouldContain("priority – 7");
        var versions = System.Text.RegularExpressions.Regex.Matches(history.Html, "name=\"(version|live)\" value=\"([0-9]+)\"").ToDictionary(one => one.Groups[1].Value, one => one.Groups[2].Value);
        await person.FollowAsync(history, path + "/history", ("version", versions["version"]), ("live", versions["live"]));
        var restored = await Node.Api.GetAsync("/v1/contracts/own-history");
        restored["prices"]![0]!["price"]!.GetValue<decimal>().ShouldBe(50m);
        restored["priority"].ShouldBeNull();
    }

    [Fact]
    public async Task refused_form_keeps_everything_typed_and_says_what_is_wrong_at_its_field()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        await CreateContractAsync(person, "own-refused");
        var path = "/console/network/contracts/own-refused";
        var page = await person.ReadAsync(path);
        const string naughty = "<script>alert(1)</script> & \"quotes\" Ω 👾";
        var refused = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("publish", ("prices[0].price", naughty), ("territory.postal_codes", "999\n20095"), ("timeout", "soon")));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var form = PageForm.Of(refused, "entry");
        form.Value("prices[0].price").ShouldBe(naughty);
        form.Value("territory.postal_codes").ShouldBe("999\n20095");
        form.Value("timeout").ShouldBe("soon");
        refused.Html.ShouldContain("id=\"prices[0].price-error\"");
        refused.Html.ShouldContain("id=\"timeout-error\"");
        refused.Text.ShouldContain("Price 1, Pays: Must be a number.");
        refused.Html.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task steps_work_without_script_and_publish_nothing()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        await CreateContractAsync(person, "own-steps");
        var path = "/console/network/contracts/own-steps";
        var page = await person.ReadAsync(path);
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("add:prices"));
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("up:prices[1]", ("prices[1].max_buyers", "3"), ("prices[1].price", "20")));
        PageForm.Of(page, "entry").Value("prices[0].max_buyers").ShouldBe("3");
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("condition:filter"));
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("condition:filter", ("filter.field", "power_bill"), ("filter.op", "gte"), ("filter.value", "140")));
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("not:filter.all[1]", ("filter.all[1].field", "roof"), ("filter.all[1].op", "eq"), ("filter.all[1].value", "tenant")));
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("refresh", ("schedule.hours@mon", "08:00-12:00, 13:00-18:00"), ("schedule.hours@tue", "08:00-12:00, 13:00-18:00")));
        var document = JsonNode.Parse(PageForm.Of(page, "entry").Value("document"))!;
        document["filter"]!.ToJsonString().ShouldBe("""{"all":[{"field":"power_bill","op":"gte","value":140},{"not":{"field":"roof","op":"eq","value":"tenant"}}]}""");
        document["schedule"]!.ToJsonString().ShouldBe("""{"hours":{"mon-tue":["08:00-12:00","13:00-18:00"]}}""");
        (await Node.Api.GetAsync("/v1/contracts/own-steps"))["filter"].ShouldBeNull();
        await person.FollowAsync(page, path, PageForm.Of(page, "entry").Press("publish"));
        (await Node.Api.GetAsync("/v1/contracts/own-steps"))["filter"]!["all"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task one_tier_becomes_several_and_the_sentence_follows()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        const string path = "/console/network/campaigns/solar-exclusive";
        var page = await person.ReadAsync(path);
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("tier:plan"));
        page = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("refresh", ("plan.tiers[0].contracts.tags", "premium"), ("plan.tiers[1].method", "highest_bid")));
        page.Text.ShouldContain("first the premium buyers, in the order of their priority, at least 40 USD; if none of them takes it, all buyers, who pays most comes first");
    }

    [Fact]
    public async Task what_somebody_published_meanwhile_is_shown_and_not_overwritten_unseen()
    {
        using var first = PageClient.SignedIn(Node, PageRole.Manager);
        using var second = PageClient.SignedIn(Node, PageRole.Owner);
        await CreateContractAsync(first, "own-conflict");
        var path = "/console/network/contracts/own-conflict";
        var seen = await second.ReadAsync(path);
        var page = await first.ReadAsync(path);
        await first.FollowAsync(page, path, PageForm.Of(page, "entry").Press("publish", ("priority", "1")));

        var refused = await second.SendAsync(seen, path, PageForm.Of(seen, "entry").Press("publish", ("priority", "2")));
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Text.ShouldContain("Somebody published another version meanwhile");
        refused.Text.ShouldContain("priority 1 2");
        PageForm.Of(refused, "entry").Value("priority").ShouldBe("2");
        (await Node.Api.GetAsync("/v1/contracts/own-conflict"))["priority"]!.GetValue<int>().ShouldBe(1);
        await second.FollowAsync(refused, path, PageForm.Of(refused, "entry").Press("publish"));
        (await Node.Api.GetAsync("/v1/contracts/own-conflict"))["priority"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task entry_that_others_use_is_not_archived_and_one_that_nobody_uses_is()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        var page = await person.ReadAsync("/console/network/buyers/bluebird-home");
        var refused = await person.SendAsync(page, "/console/network/buyers/bluebird-home/archive");
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Text.ShouldContain("It is still used at contracts/bluebird-everything.buyer.");
        await CreateContractAsync(person, "own-archived");
        page = await person.ReadAsync("/console/network/contracts/own-archived");
        await person.FollowAsync(page, "/console/network/contracts/own-archived/archive");
        (await Node.Api.SendAsync(HttpMethod.Get, "/v1/contracts/own-archived", null, KontorApi.OperatorKey)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.ReadAsync("/console/network/contracts/own-archived/history")).Text.ShouldContain("archived");
    }

    [Fact]
    public async Task lead_is_tried_on_what_is_being_edited()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        const string path = "/console/network/campaigns/solar-exclusive";
        var page = await person.ReadAsync(path);
        var tried = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("try", ("try_source", "bright-landing")));
        tried.Status.ShouldBe(HttpStatusCode.OK, tried.Text);
        tried.Text.ShouldContain("national-exclusive");
        tried.Text.ShouldContain("The supplier gets");
        var wrong = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("try", ("try_lead", "{ nothing")));
        wrong.Text.ShouldContain("This is no JSON object.");
    }

    [Fact]
    public async Task map_of_territories_needs_no_script_and_says_the_same_in_a_table()
    {
        using var person = PageClient.SignedIn(Node, PageRole.ReadOnly);
        var page = await person.ReadAsync("/console/territories?campaign=solar-exclusive");
        page.Html.ShouldContain("<path class=\"cover-");
        page.Text.ShouldContain("These contracts buy everywhere: national-exclusive");
        System.Text.RegularExpressions.Regex.IsMatch(page.Text, "CA [0-9,]+ 0 0 0 [0-9,]+ goldenstate-around-the-clock goldenstate-office-hours sunrise-bay-area").ShouldBeTrue(page.Text);
        (await person.OpenAsync("/console/territories?campaign=nowhere")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task map_of_a_contract_shows_the_territory_as_it_is_being_edited()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        const string path = "/console/network/contracts/sunrise-bay-area";
        var page = await person.ReadAsync(path);
        page.Html.ShouldNotContain("<svg class=\"kontor-map\"");
        var shown = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("map"));
        shown.Html.ShouldContain("<path class=\"cover-4\"");
        System.Text.RegularExpressions.Regex.IsMatch(shown.Text, "It covers [0-9,]+ postal areas: CA [0-9,]+ of 2,593\\.").ShouldBeTrue(shown.Text);
        var edited = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("map", ("territory.postal_codes", "100*")));
        System.Text.RegularExpressions.Regex.IsMatch(edited.Text, "It covers [0-9]+ postal areas: NY [0-9]+ of 2,154\\.").ShouldBeTrue(edited.Text);
        var wrong = await person.SendAsync(page, path, PageForm.Of(page, "entry").Press("map", ("territory.postal_codes", "nowhere")));
        wrong.Html.ShouldNotContain("<svg class=\"kontor-map\"");
        wrong.Html.ShouldContain("is-invalid");
        (await person.ReadAsync(path)).Html.ShouldNotContain("100*");
    }

    [Theory]
    [InlineData(PageRole.ReadOnly)]
    [InlineData(PageRole.Finance)]
    public async Task who_may_only_look_sees_no_secret_and_changes_nothing(PageRole role)
    {
        using var person = PageClient.SignedIn(Node, role);
        var page = await person.ReadAsync("/console/network/contracts/sunrise-bay-area");
        page.Html.ShouldNotContain("whsec_");
        page.Html.ShouldContain("<fieldset disabled");
        (await person.SendAsync(await person.ReadAsync("/console/network"), "/console/network/contracts/sunrise-bay-area", ("do", "publish"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync("/console/network/contracts/new")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(PageRole.Buyer, "sunrise-roofing")]
    [InlineData(PageRole.Supplier, "bright-leads")]
    public async Task pages_of_the_network_are_for_operators(PageRole role, string party)
    {
        using var person = PageClient.SignedIn(Node, role, party);
        foreach (var path in new[] { "/console/network", "/console/network/draft", "/console/network/contracts", "/console/network/contracts/sunrise-bay-area", "/console/network/contracts/sunrise-bay-area/history" })
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [Fact]
    public void every_word_of_the_forms_is_there_in_german() =>
        FormShapes.Texts().Concat(ProblemTexts.Texts).Concat(CatalogKinds.All.SelectMany(kind => new[] { EditorWords.Plural(kind), EditorWords.New(kind), EditorWords.Meaning(kind) }))
            .Where(text => !Languages.GermanTexts.ContainsKey(text)).ShouldBeEmpty();

    private static async Task CreateContractAsync(PageClient person, string key)
    {
        const string path = "/console/network/contracts/new";
        var page = await person.ReadAsync(path);
        await person.FollowAsync(page, path, PageForm.Of(page, "entry").Press(
            "publish", ("key", key), ("buyer", "national-solar"), ("campaign", "solar-exclusive"), ("prices[0].price", "50")));
    }

    /// <summary>A node with the example network.</summary>
    public sealed class Solar : IAsyncLifetime
    {
        public KontorNode Node { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Node = await KontorNode.SellingAsync(Repository.Read("examples/solar-us.yaml"));

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
