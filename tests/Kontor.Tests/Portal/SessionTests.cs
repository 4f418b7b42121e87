using System.Net;
using Kontor.Portal;

namespace Kontor.Tests.Portal;

/// <summary>A session ends, or its rights change, at once and on every node.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private KontorNode node = null!;
    private KontorNode other = null!;

    public async ValueTask InitializeAsync()
    {
        node = await KontorNode.StartAsync();
        other = await node.JoinAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task session_of_one_node_counts_on_another_and_ends_there_with_the_password()
    {
        using var desk = await People.JoinAsync(node, "anna@example.org");
        using var phone = await People.EnterAsync(node, "anna@example.org");
        (await phone.ReadAsync(At(other, "/account"))).Text.ShouldContain("anna@example.org");
        var changed = await desk.SendAsync(
            await desk.ReadAsync("/account"), "/account/password", ("current", People.Password), ("new", "another horse battery"));
        changed.Status.ShouldBe(HttpStatusCode.SeeOther, changed.Text);
        (await phone.OpenAsync(At(other, "/account"))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await desk.ReadAsync(At(other, "/account"))).Text.ShouldContain("anna@example.org", Case.Sensitive, "who changed it stays");
        using var person = new PageClient(other.Api.Url);
        (await People.KnockAsync(person, "anna@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await People.EnterAsync(other, "anna@example.org", "another horse battery")).Dispose();
    }

    [Fact]
    public async Task weak_or_unproved_password_changes_nothing()
    {
        using var person = await People.JoinAsync(node, "bert@example.org");
        foreach (var (current, wanted, field) in new[] { (People.Password, "short", "new"), (People.Password, "aaaaaaaaaaaaaa", "new"), (People.Password, "xx bert xx yy zz", "new"), ("not the password", "another horse battery", "current") })
        {
            var refused = await person.SendAsync(await person.ReadAsync("/account"), "/account/password", ("current", current), ("new", wanted));
            refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            refused.Html.ShouldContain($"id=\"{field}-error\"");
        }

        (await People.EnterAsync(node, "bert@example.org")).Dispose();
    }

    [Fact]
    public async Task who_is_disabled_is_out_everywhere_and_back_only_through_the_door()
    {
        using var carl = await People.JoinAsync(other, "carl@example.org");
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var id = People.IdOf(node, "carl@example.org");
        await owner.FollowAsync(await owner.ReadAsync("/console/users"), $"/console/users/{id}/disable");
        (await carl.OpenAsync("/account")).Status.ShouldBe(HttpStatusCode.Redirect);
        using var person = new PageClient(other.Api.Url);
        (await People.KnockAsync(person, "carl@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await owner.FollowAsync(await owner.ReadAsync("/console/users"), $"/console/users/{id}/enable");
        (await carl.OpenAsync("/account")).Status.ShouldBe(HttpStatusCode.Redirect, "an old session does not come back");
        (await People.EnterAsync(other, "carl@example.org")).Dispose();
        (await AuditTests.ReadAsync(node.Database, "users")).Where(entry => entry.Key == id.ToString()).Select(entry => entry.Action)
            .ShouldBe(["joined", "signed_in", "disabled", "enabled", "signed_in"]);
    }

    [Fact]
    public async Task cookie_of_a_session_that_was_signed_out_of_counts_on_no_node()
    {
        using var fred = await People.JoinAsync(node, "fred@example.org");
        using var elsewhere = await People.EnterAsync(node, "fred@example.org");
        using var thief = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        thief.DefaultRequestHeaders.Add("Cookie", "kontor=" + fred.Cookies.Single(cookie => cookie.Name == "kontor").Value);
        var taken = await thief.GetAsync(new Uri(other.Api.Url, "/account"), TestContext.Current.CancellationToken);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await fred.SendAsync(await fred.ReadAsync("/account"), "/sign-out")).Status.ShouldBe(HttpStatusCode.SeeOther);
        foreach (var one in new[] { node, other })
        {
            var refused = await thief.GetAsync(new Uri(one.Api.Url, "/account"), TestContext.Current.CancellationToken);
            refused.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }

        (await elsewhere.ReadAsync("/account")).Text.ShouldContain("fred@example.org", Case.Sensitive, "another session of his goes on");
    }

    [Fact]
    public async Task other_sessions_end_when_asked()
    {
        using var desk = await People.JoinAsync(node, "dora@example.org");
        using var forgotten = await People.EnterAsync(other, "dora@example.org");
        await desk.FollowAsync(await desk.ReadAsync("/account"), "/account/sessions/end");
        (await forgotten.OpenAsync("/account")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task looks_go_with_the_person_to_another_browser()
    {
        using var desk = await People.JoinAsync(node, "emil@example.org");
        var changed = await desk.FollowAsync(
            await desk.ReadAsync("/account"), "/account", ("name", "Emil <b>& Söhne"), ("language", "de"), ("zone", "Europe/Berlin"), ("theme", "dark"));
        changed.Html.ShouldContain("lang=\"de\"");
        changed.Html.ShouldContain("Emil &lt;b&gt;&amp; S");
        using var phone = await People.EnterAsync(other, "emil@example.org");
        (await phone.ReadAsync("/account")).Html.ShouldContain("lang=\"de\"");
        var refused = await phone.SendAsync(await phone.ReadAsync("/account"), "/account", ("name", "Emil"), ("zone", "Moon/Base"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("value=\"Emil\"");
    }

    private static string At(KontorNode node, string path) => new Uri(node.Api.Url, path).AbsoluteUri;
}
