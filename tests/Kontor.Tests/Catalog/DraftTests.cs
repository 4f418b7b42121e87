using System.Net;
using Kontor.Portal;

namespace Kontor.Tests.Catalog;

/// <summary>Changes that are collected and published together.</summary>
public sealed class DraftTests(DraftTests.Solar solar) : IClassFixture<DraftTests.Solar>
{
    private const string Draft = "/console/network/draft";

    private KontorNode Node => solar.Node;

    [Fact]
    public async Task draft_shows_what_differs_and_takes_effect_as_a_whole_when_it_is_published()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        await DraftNewAsync(person, "buyers", ("key", "new-roofs"), ("name", "New Roofs"), ("time_zone", "America/New_York"), ("billing.type", "invoice"));
        await DraftNewAsync(person, "contracts", ("key", "new-roofs-all"), ("buyer", "new-roofs"), ("campaign", "solar-exclusive"), ("prices[0].price", "45"));
        (await Exists("buyers/new-roofs")).ShouldBeFalse();

        var page = await person.ReadAsync(Draft);
        page.Text.ShouldContain("new-roofs-all");
        page.Text.ShouldContain("prices – ");
        await PublishAsync(person, page);
        (await Exists("buyers/new-roofs")).ShouldBeTrue();
        (await Node.Api.GetAsync("/v1/contracts/new-roofs-all"))["prices"]![0]!["price"]!.GetValue<int>().ShouldBe(45);
        (await person.ReadAsync(Draft)).Text.ShouldContain("The draft is empty");
    }

    [Fact]
    public async Task draft_may_have_problems_and_cannot_be_published_with_them()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        await DraftNewAsync(person, "contracts", ("key", "half-done"), ("campaign", "solar-exclusive"));
        var page = await person.ReadAsync(Draft);
        page.Text.ShouldContain("Buyer: Is required.");
        (await PublishRefusedAsync(person, page)).Text.ShouldContain("The draft has problems. Nothing was published.");
        (await Exists("contracts/half-done")).ShouldBeFalse();
        await DiscardAllAsync(person);
    }

    [Fact]
    public async Task of_two_who_publish_the_same_draft_at_once_one_wins_and_the_other_is_told()
    {
        using var first = PageClient.SignedIn(Node, PageRole.Manager);
        using var second = PageClient.SignedIn(Node, PageRole.Owner);
        await DraftNewAsync(first, "suppliers", ("key", "twice-published"), ("name", "Twice"));
        var (seenByFirst, seenBySecond) = (await first.ReadAsync(Draft), await second.ReadAsync(Draft));
        var answers = await Task.WhenAll(SendAsync(first, seenByFirst), SendAsync(second, seenBySecond));
        answers.Select(answer => answer.Status).Order().ShouldBe([HttpStatusCode.SeeOther, HttpStatusCode.Conflict]);
        answers.Single(answer => answer.Status == HttpStatusCode.Conflict).Text.ShouldContain("meanwhile");
        (await Exists("suppliers/twice-published")).ShouldBeTrue();
    }

    [Fact]
    public async Task live_entry_that_changed_since_is_shown_and_never_overwritten_unseen()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Manager);
        const string path = "/console/network/contracts/gulfcoast-overflow";
        var page = await person.ReadAsync(path);
        await person.FollowAsync(page, path, PageForm.Of(page, "entry").Press("draft", ("priority", "41")));
        var document = (await Node.Api.GetAsync("/v1/contracts/gulfcoast-overflow")).AsObject();
        document["priority"] = 42;
        (await Node.Api.SendAsync(HttpMethod.Put, "/v1/contracts/gulfcoast-overflow", document.ToJsonString(), KontorApi.OperatorKey)).Status.ShouldBe(HttpStatusCode.OK);

        var stale = await person.ReadAsync(Draft);
        stale.Text.ShouldContain("The live entry was changed since this draft was begun");
        stale.Text.ShouldContain("priority 42 41");
        (await PublishRefusedAsync(person, stale)).Text.ShouldContain("Somebody published meanwhile");
        (await Node.Api.GetAsync("/v1/contracts/gulfcoast-overflow"))["priority"]!.GetValue<int>().ShouldBe(42);

        var values = System.Text.RegularExpressions.Regex.Matches(stale.Html, "name=\"(revision|live)\" value=\"([^\"]+)\"").ToDictionary(one => one.Groups[1].Value, one => one.Groups[2].Value);
        var kept = await person.FollowAsync(stale, "/console/network/draft/contracts/gulfcoast-overflow", ("revision", values["revision"]), ("live", values["live"]), ("do", "keep"));
        await PublishAsync(person, kept);
        (await Node.Api.GetAsync("/v1/contracts/gulfcoast-overflow"))["priority"]!.GetValue<int>().ShouldBe(41);
    }

    [Fact]
    public async Task draft_of_an_entry_that_somebody_else_changed_is_not_overwritten_unseen()
    {
        using var first = PageClient.SignedIn(Node, PageRole.Manager);
        using var second = PageClient.SignedIn(Node, PageRole.Owner);
        const string path = "/console/network/contracts/national-shared";
        var (mine, theirs) = (await first.ReadAsync(path), await second.ReadAsync(path));
        await first.FollowAsync(mine, path, PageForm.Of(mine, "entry").Press("draft", ("weight", "2")));
        var refused = await second.SendAsync(theirs, path, PageForm.Of(theirs, "entry").Press("draft", ("weight", "3")));
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Text.ShouldContain("Test Person changed the draft meanwhile");
        refused.Text.ShouldContain("weight 2 3");
        await DiscardAllAsync(first);
    }

    [Fact]
    public async Task draft_is_published_by_who_may_change_the_network_alone()
    {
        using var person = PageClient.SignedIn(Node, PageRole.Finance);
        (await person.ReadAsync(Draft)).Html.ShouldNotContain("name=\"revisions\"");
        (await person.SendAsync(await person.ReadAsync("/console/network"), Draft, ("revisions", ""))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task DraftNewAsync(PageClient person, string kind, params (string Name, string Value)[] typed)
    {
        var path = $"/console/network/{kind}/new";
        var page = await person.ReadAsync(path);
        await person.FollowAsync(page, path, PageForm.Of(page, "entry").Press("draft", typed));
    }

    private static Task<Page> SendAsync(PageClient person, Page draft) =>
        person.SendAsync(draft, Draft, ("revisions", System.Text.RegularExpressions.Regex.Match(draft.Html, "name=\"revisions\" value=\"([^\"]*)\"").Groups[1].Value));

    private static async Task PublishAsync(PageClient person, Page draft)
    {
        var answer = await SendAsync(person, draft);
        answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Text);
    }

    private static async Task<Page> PublishRefusedAsync(PageClient person, Page draft)
    {
        var answer = await SendAsync(person, draft);
        answer.Status.ShouldBe(HttpStatusCode.Conflict, answer.Text);
        return answer;
    }

    private static async Task DiscardAllAsync(PageClient person)
    {
        var page = await person.ReadAsync(Draft);
        foreach (System.Text.RegularExpressions.Match form in System.Text.RegularExpressions.Regex.Matches(page.Html, "action=\"(/console/network/draft/[^\"]+)\".*?name=\"revision\" value=\"([^\"]+)\"", System.Text.RegularExpressions.RegexOptions.Singleline))
            (await person.SendAsync(page, form.Groups[1].Value, ("revision", form.Groups[2].Value), ("do", "discard"))).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    private async Task<bool> Exists(string path) =>
        (await Node.Api.SendAsync(HttpMethod.Get, $"/v1/{path}", null, KontorApi.OperatorKey)).Status == HttpStatusCode.OK;

    /// <summary>A node with the example network.</summary>
    public sealed class Solar : IAsyncLifetime
    {
        public KontorNode Node { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Node = await KontorNode.SellingAsync(Tidy.Repository.Read("examples/solar-us.yaml"));

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
