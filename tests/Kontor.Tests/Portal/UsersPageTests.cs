using System.Net;
using Kontor.Portal;
using Kontor.Portal.SignIn;

namespace Kontor.Tests.Portal;

/// <summary>What owners do with users and keys, and what the record of changes shows of it.</summary>
public sealed class UsersPageTests : IAsyncLifetime
{
    private KontorNode node = null!;
    private PageClient owner = null!;

    public async ValueTask InitializeAsync()
    {
        node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("nord", "prices: [{max_buyers: 1, price: 40}]"))));
        // The owner of the first start would be one more who could manage users.
        await node.Database.ExecuteAsync("delete from users");
        owner = PageClient.SignedIn(node, PageRole.Owner);
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task role_changes_at_once_and_leaves_a_line_with_before_and_after()
    {
        using var anna = await People.JoinAsync(node, "anna@example.org", PageRole.Owner);
        await anna.ReadAsync("/console/users");
        var id = People.IdOf(node, "anna@example.org");
        await owner.FollowAsync(await owner.ReadAsync("/console/users"), $"/console/users/{id}/role", ("role", "buyer"), ("party", "nord"));
        (await anna.OpenAsync("/console/users")).Status.ShouldBe(HttpStatusCode.Redirect);
        using var again = await People.EnterAsync(node, "anna@example.org");
        (await again.OpenAsync("/console/users")).Status.ShouldBe(HttpStatusCode.NotFound);
        var entry = (await AuditTests.ReadAsync(node.Database, "users")).Single(one => one.Action == "role_changed");
        (entry.Key, entry.Actor, entry.Role).ShouldBe((id.ToString(), "Test Person", "owner"));
        entry.BeforeText.ShouldBe("""{"role": "owner", "party": null}""");
        entry.AfterText.ShouldBe("""{"role": "buyer", "party": "nord"}""");
    }

    [Fact]
    public async Task last_owner_stays()
    {
        var id = await node.Database.ScalarAsync<Guid>("select id from users where role = 'owner'");
        foreach (var (path, role) in new[] { ("role", "manager"), ("disable", "") })
        {
            var refused = await owner.SendAsync(await owner.ReadAsync("/console/users"), $"/console/users/{id}/{path}", ("role", role));
            refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            refused.Text.ShouldContain("The last owner stays owner");
        }

        (await owner.ReadAsync("/console/users")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task owners_who_disable_one_another_at_once_leave_one()
    {
        for (var round = 0; round < 5; round++)
        {
            using var other = PageClient.SignedIn(node, PageRole.Owner);
            var ids = new List<Guid>();
            await using (var command = node.Database.Source.CreateCommand("select id from users where role = 'owner' and disabled_at is null order by id"))
            await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
            {
                while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                    ids.Add(reader.GetGuid(0));
            }

            ids.Count.ShouldBe(2);
            var (first, second) = (await owner.ReadAsync("/console/users"), await other.ReadAsync("/console/users"));
            var answers = await Task.WhenAll(
                owner.SendAsync(first, $"/console/users/{ids[1]}/disable"), other.SendAsync(second, $"/console/users/{ids[0]}/disable"));
            (await node.Database.ScalarAsync<long>("select count(*) from users where role = 'owner' and disabled_at is null")).ShouldBe(1);
            answers.Count(answer => answer.Status == HttpStatusCode.SeeOther).ShouldBe(1);
            owner.Dispose();
            await node.Database.ExecuteAsync("delete from users");
            owner = PageClient.SignedIn(node, PageRole.Owner);
        }
    }

    [Fact]
    public async Task user_who_does_not_exist_is_not_found()
    {
        var page = await owner.ReadAsync("/console/users");
        foreach (var path in new[] { "disable", "enable", "factors/reset", "link" })
            (await owner.SendAsync(page, $"/console/users/{Guid.Empty}/{path}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await owner.SendAsync(page, $"/console/users/{Guid.Empty}/role", ("role", "manager"))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task key_is_shown_once_works_and_is_revoked()
    {
        var page = await owner.ReadAsync("/console/keys");
        var made = await owner.SendAsync(page, "/console/keys", ("kind", "operator"), ("name", "Anna's <script>laptop"));
        made.Status.ShouldBe(HttpStatusCode.OK);
        var secret = made.Html.Split("<code id=\"made\" class=\"text-break\">")[1].Split('<')[0];
        (await node.Api.SendAsync(HttpMethod.Get, "/v1/suppliers", default(string), secret)).Status.ShouldBe(HttpStatusCode.OK);
        page = await owner.ReadAsync("/console/keys");
        page.Html.ShouldNotContain(secret);
        page.Text.ShouldContain("Anna's <script>laptop");
        page.Text.ShouldContain("Test Person");
        var id = await node.Database.ScalarAsync<Guid>("select key_id from api_keys where name like 'Anna%'");
        await owner.FollowAsync(page, $"/console/keys/{id}/revoke");
        (await node.Api.SendAsync(HttpMethod.Get, "/v1/suppliers", default(string), secret)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await owner.SendAsync(page, $"/console/keys/{id}/revoke")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AuditTests.ReadAsync(node.Database, "keys")).Where(entry => entry.Key == id.ToString()).Select(entry => $"{entry.Action} {entry.Actor}")
            .ShouldBe(["created Test Person", "revoked Test Person"]);
    }

    [Theory]
    [InlineData("source", "nobody", "party-error")]
    [InlineData("buyer", "", "party-error")]
    [InlineData("king", "nord", "kind-error")]
    public async Task key_for_nobody_is_refused_at_its_field(string kind, string party, string error)
    {
        var refused = await owner.SendAsync(await owner.ReadAsync("/console/keys"), "/console/keys", ("kind", kind), ("party", party), ("name", "shop"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain($"id=\"{error}\"");
        refused.Html.ShouldContain("value=\"shop\"");
    }

    [Fact]
    public async Task record_of_changes_shows_each_value_before_and_after_and_can_be_narrowed()
    {
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("nord", "prices: [{max_buyers: 1, price: 50}]"))));
        var all = await owner.ReadAsync("/console/audit");
        all.Text.ShouldContain("API key kop_oper…");
        all.Html.ShouldContain("<code>prices[0].price</code></th><td>40</td><td>50</td>");
        (await owner.ReadAsync("/console/audit?kind=contracts&key=nord&action=updated")).Text.ShouldNotContain("Vertical solar");
        (await owner.ReadAsync("/console/audit?kind=contracts&key=nord&action=updated")).Html.ShouldContain("prices[0].price");
        (await owner.ReadAsync("/console/audit?action=archived")).Text.ShouldContain("No changes here");
    }

    [Fact]
    public async Task record_of_changes_is_read_page_by_page_and_each_line_once()
    {
        for (var i = 0; i < 60; i++)
            await node.Api.CreditAsync("nord", 1, $"bank {i}");
        var seen = new List<string>();
        for (string? next = "/console/audit?kind=buyers&action=credited"; next is not null;)
        {
            var page = await owner.ReadAsync(next);
            seen.AddRange(System.Text.RegularExpressions.Regex.Matches(page.Text, "bank (\\d+)").Select(found => found.Value));
            next = System.Text.RegularExpressions.Regex.Match(page.Html, "href=\"([^\"]+)\" rel=\"next\"") is { Success: true } link
                ? WebUtility.HtmlDecode(link.Groups[1].Value) : null;
        }

        seen.ShouldBe(Enumerable.Range(0, 60).Reverse().Select(i => $"bank {i}"));
    }

    [Fact]
    public void words_of_the_record_and_of_roles_have_german() =>
        AuditWords.Actions.Values.Concat(AuditWords.Kinds.Values).Concat(AuditWords.Roles.Values).Where(word => !Languages.GermanTexts.ContainsKey(word)).ShouldBeEmpty();

    [Fact]
    public void every_role_has_its_word() => UserRoles.All.Select(UserRoles.Text).Where(role => !AuditWords.Roles.ContainsKey(role)).ShouldBeEmpty();
}
