using System.Net;
using Kontor.Portal;
using Kontor.Portal.SignIn;

namespace Kontor.Tests.Portal;

/// <summary>The door: who is let in, who is not, and what neither learns.</summary>
public sealed class SignInTests(KontorNode node) : IClassFixture<KontorNode>
{
    [Fact]
    public async Task person_signs_in_and_is_led_where_he_wanted()
    {
        (await People.JoinAsync(node, "anna@example.org", PageRole.Owner)).Dispose();
        using var person = new PageClient(node.Api.Url);
        var sent = await person.OpenAsync("/console/users");
        sent.Target().ShouldBe("/sign-in?return=%2Fconsole%2Fusers");
        var door = await person.ReadAsync(sent.Target()!);
        door.Html.ShouldContain("name=\"return\" value=\"/console/users\"");
        var entered = await person.SendAsync(door, "/sign-in", ("email", " Anna@Example.ORG"), ("password", People.Password), ("return", "/console/users"));
        entered.Target().ShouldBe("/console/users");
        (await person.ReadAsync("/console/users")).Text.ShouldContain("anna@example.org");
        (await AuditTests.ReadAsync(node.Database, "users")).ShouldContain(entry => entry.Action == "signed_in" && entry.Actor == "Erika Muster" && entry.Address == "127.0.0.1");
    }

    [Fact]
    public async Task door_says_the_same_to_a_wrong_password_to_nobody_and_to_who_is_locked_out()
    {
        (await People.JoinAsync(node, "bert@example.org")).Dispose();
        using var person = new PageClient(node.Api.Url);
        var nobody = await People.KnockAsync(person, "nobody@example.org", "wrong wrong wrong");
        nobody.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        for (var i = 0; i < AttemptsSql.Most + 1; i++)
        {
            var page = await People.KnockAsync(person, "bert@example.org", "wrong wrong wrong");
            page.Status.ShouldBe(nobody.Status);
            page.Text.ShouldBe(nobody.Text);
            page.Html.ShouldContain("value=\"bert@example.org\"");
        }

        (await People.KnockAsync(person, "bert@example.org")).Text.ShouldBe(nobody.Text, "the right password, too, while the account is locked");
        (await AuditTests.ReadAsync(node.Database, "users")).Count(entry => entry.Action == "locked" && entry.Key == People.IdOf(node, "bert@example.org").ToString()).ShouldBe(1);
        await node.Database.ExecuteAsync("update users set lockout_end = lockout_end - interval '15 minutes' where email = 'bert@example.org'");
        (await People.EnterAsync(node, "bert@example.org")).Dispose();
    }

    [Fact]
    public async Task many_wrong_passwords_at_once_get_no_more_tries_than_one_after_the_other()
    {
        (await People.JoinAsync(node, "carl@example.org")).Dispose();
        var people = Enumerable.Range(0, 12).Select(_ => new PageClient(node.Api.Url)).ToList();
        // Each from another address, so that only the account itself is in the way.
        await Task.WhenAll(people.Select((person, i) =>
        {
            person.Http.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.113.{i}");
            return People.KnockAsync(person, "carl@example.org", "wrong wrong wrong");
        }));
        (await People.KnockAsync(people[0], "carl@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        people.ForEach(person => person.Dispose());
    }

    [Fact]
    public async Task right_password_after_four_wrong_ones_starts_the_count_anew()
    {
        (await People.JoinAsync(node, "dora@example.org")).Dispose();
        using var person = new PageClient(node.Api.Url);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < AttemptsSql.Most - 1; i++)
                await People.KnockAsync(person, "dora@example.org", "wrong wrong wrong");
            (await People.EnterAsync(node, "dora@example.org")).Dispose();
        }
    }

    [Fact]
    public async Task address_that_tries_too_often_waits()
    {
        using var attacker = new PageClient(node.Api.Url);
        attacker.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:2::1");
        for (var i = 0; i < AddressLimit.Most; i++)
            (await People.KnockAsync(attacker, $"guess{i}@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        // The same network under another address.
        attacker.Http.DefaultRequestHeaders.Remove("X-Forwarded-For");
        attacker.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:2:ffff::2");
        var page = await People.KnockAsync(attacker, "guess@example.org");
        page.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        page.Answer.Headers.RetryAfter.ShouldNotBeNull();
        using var other = new PageClient(node.Api.Url);
        other.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:3::1");
        (await People.KnockAsync(other, "guess@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("console")]
    [InlineData("javascript:alert(1)")]
    public async Task nobody_is_led_to_another_server(string wanted)
    {
        var email = $"e{Guid.NewGuid():N}@example.org";
        (await People.JoinAsync(node, email)).Dispose();
        using var person = new PageClient(node.Api.Url);
        (await person.ReadAsync($"/sign-in?return={Uri.EscapeDataString(wanted)}")).Html.ShouldNotContain("evil");
        (await People.KnockAsync(person, email, wanted: wanted)).Target().ShouldBe("/console");
    }

    [Fact]
    public async Task form_without_its_token_or_with_anothers_is_refused()
    {
        using var person = await People.JoinAsync(node, "frank@example.org");
        (await person.SendAsync("/account", ("name", "Franz"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var stranger = new PageClient(node.Api.Url);
        var door = await stranger.ReadAsync("/sign-in");
        (await person.SendAsync(door, "/account", ("name", "Franz"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.SendAsync("/sign-in", ("email", "frank@example.org"), ("password", People.Password))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await person.ReadAsync("/account")).Html.ShouldContain("value=\"Erika Muster\"");
    }

    [Fact]
    public async Task cookie_means_nothing_to_the_api()
    {
        using var owner = await People.JoinAsync(node, "gerd@example.org", PageRole.Owner);
        (await owner.OpenAsync("/v1/suppliers")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await owner.SendAsync("/v1/apply")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public async Task session_is_kept_from_scripts_and_from_plain_connections(string scheme, bool secure)
    {
        var email = $"{scheme}@example.org";
        (await People.JoinAsync(node, email)).Dispose();
        using var person = new PageClient(node.Api.Url);
        var door = await person.ReadAsync("/sign-in");
        person.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        var entered = await person.SendAsync(door, "/sign-in", ("email", email), ("password", People.Password));
        var cookie = entered.Answer.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("kontor=", StringComparison.Ordinal)).ToLowerInvariant();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.Contains("; secure", StringComparison.Ordinal).ShouldBe(secure);
    }

    [Fact]
    public async Task who_signs_out_is_outside()
    {
        using var person = await People.JoinAsync(node, "hans@example.org");
        (await person.SendAsync(await person.ReadAsync("/account"), "/sign-out")).Target().ShouldBe("/sign-in");
        (await person.OpenAsync("/account")).Target().ShouldBe("/sign-in?return=%2Faccount");
    }
}
