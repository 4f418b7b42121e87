using System.Net;
using Kontor.Portal;

namespace Kontor.Tests.Portal;

/// <summary>Links by which people join: once, for seven days, and only their hash is kept.</summary>
public sealed class InvitationTests(KontorNode node) : IClassFixture<KontorNode>
{
    [Fact]
    public async Task link_makes_one_user_however_many_use_it_at_once()
    {
        var link = await People.InviteAsync(node, "anna@example.org", PageRole.Finance);
        var people = new List<(PageClient Person, Page Page)>();
        for (var i = 0; i < 16; i++)
        {
            var person = new PageClient(node.Api.Url);
            people.Add((person, await person.ReadAsync(link)));
        }

        var answers = await Task.WhenAll(people.Select((one, i) => one.Person.SendAsync(one.Page, link, ("name", $"Anna {i}"), ("password", People.Password))));
        answers.Count(answer => answer.Target() == "/console").ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.Gone).ShouldBe(15);
        (await node.Database.ScalarAsync<long>("select count(*) from users where email = 'anna@example.org' and role = 'finance'")).ShouldBe(1);
        (await people[0].Person.OpenAsync(link)).Status.ShouldBe(HttpStatusCode.Gone);
        people.ForEach(one => one.Person.Dispose());
    }

    [Fact]
    public async Task two_links_of_one_address_make_one_user()
    {
        var first = await People.InviteAsync(node, "bert@example.org");
        var second = await People.InviteAsync(node, "Bert@example.org");
        using var person = new PageClient(node.Api.Url);
        (await person.OpenAsync(first)).Status.ShouldBe(HttpStatusCode.Gone, "the newer link takes the place of the older");
        (await person.SendAsync(await person.ReadAsync(second), second, ("name", "Bert"), ("password", People.Password))).Target().ShouldBe("/console");
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var refused = await owner.SendAsync(await owner.ReadAsync("/console/users"), "/console/users/invite", ("email", "BERT@example.org"), ("role", "manager"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Text.ShouldContain("has joined already");
        refused.Html.ShouldContain("value=\"BERT@example.org\"");
    }

    [Fact]
    public async Task link_ends_with_its_time_or_when_it_is_withdrawn()
    {
        var old = await People.InviteAsync(node, "carl@example.org");
        await node.Database.ExecuteAsync("update invitations set expires_at = now() where email = 'carl@example.org'");
        using var person = new PageClient(node.Api.Url);
        (await person.OpenAsync(old)).Status.ShouldBe(HttpStatusCode.Gone);

        var withdrawn = await People.InviteAsync(node, "dora@example.org");
        var page = await person.ReadAsync(withdrawn);
        var id = await node.Database.ScalarAsync<Guid>("select invitation_id from invitations where email = 'dora@example.org'");
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        (await owner.ReadAsync("/console/users")).Text.ShouldContain("dora@example.org");
        (await owner.FollowAsync(await owner.ReadAsync("/console/users"), $"/console/users/invitations/{id}/withdraw")).Text.ShouldNotContain("dora@example.org");
        (await person.SendAsync(page, withdrawn, ("name", "Dora"), ("password", People.Password))).Status.ShouldBe(HttpStatusCode.Gone);
        (await node.Database.ScalarAsync<long>("select count(*) from users where email in ('carl@example.org', 'dora@example.org')")).ShouldBe(0);
        (await AuditTests.ReadAsync(node.Database, "invitations")).Where(entry => entry.Key == id.ToString()).Select(entry => entry.Action).ShouldBe(["invited", "withdrawn"]);
    }

    [Fact]
    public async Task refused_form_keeps_what_was_typed_and_the_link_works_on()
    {
        var link = await People.InviteAsync(node, "emil@example.org");
        using var person = new PageClient(node.Api.Url);
        var refused = await person.SendAsync(await person.ReadAsync(link), link, ("name", "<b>Emil"), ("password", "too short"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("value=\"&lt;b&gt;Emil\"");
        refused.Html.ShouldContain("password-error");
        refused.Html.ShouldNotContain("too short");
        var unnamed = await person.SendAsync(refused, link, ("name", " "), ("password", People.Password));
        unnamed.Html.ShouldContain("name-error");
        (await person.SendAsync(unnamed, link, ("name", "Emil"), ("password", People.Password))).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task link_for_a_new_password_ends_sessions_and_leaves_the_second_factor()
    {
        using var frank = await People.JoinAsync(node, "frank@example.org");
        await People.SecureAsync(frank);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var made = await owner.SendAsync(await owner.ReadAsync("/console/users"), $"/console/users/{People.IdOf(node, "frank@example.org")}/link");
        var link = People.LinkOf(made);
        using var person = new PageClient(node.Api.Url);
        var page = await person.ReadAsync(link);
        page.Html.ShouldNotContain("name=\"name\"");
        (await person.SendAsync(page, link, ("password", "a brand new password"))).Target().ShouldBe("/sign-in", "the link alone is no second factor");
        (await frank.OpenAsync("/account")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await People.KnockAsync(person, "frank@example.org", "a brand new password")).Target().ShouldBe("/sign-in/code");
        (await person.OpenAsync(link)).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task token_is_kept_nowhere_but_as_its_hash()
    {
        var token = (await People.InviteAsync(node, "gerd@example.org"))["/invitations/".Length..];
        (await node.Database.ScalarAsync<long>("select count(*) from invitations where token_hash = sha256(convert_to($1, 'UTF8'))", token)).ShouldBe(1);
        (await node.Database.ScalarAsync<long>("select count(*) from audit_entries where audit_entries::text like '%' || $1 || '%'", token)).ShouldBe(0);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        (await owner.ReadAsync("/console/users")).Html.ShouldNotContain(token);
        using var stranger = new PageClient(node.Api.Url);
        (await stranger.OpenAsync("/invitations/" + new string('a', 43))).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Theory]
    [InlineData("no-address", "manager", "", "email-error")]
    [InlineData("x@example.org", "king", "", "role-error")]
    [InlineData("x@example.org", "buyer", "nobody", "party-error")]
    [InlineData("x@example.org", "supplier", "", "party-error")]
    public async Task invitation_that_cannot_be_is_refused_at_its_field(string email, string role, string party, string error)
    {
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var refused = await owner.SendAsync(await owner.ReadAsync("/console/users"), "/console/users/invite", ("email", email), ("role", role), ("party", party));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain($"id=\"{error}\"");
        refused.Html.ShouldContain($"value=\"{email}\"");
    }
}
