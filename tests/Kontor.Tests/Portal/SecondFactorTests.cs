using System.Net;
using Kontor.Portal;
using Kontor.Portal.SignIn;

namespace Kontor.Tests.Portal;

/// <summary>Password and then a code: of the authenticator, or of those for bad days.</summary>
public sealed class SecondFactorTests(KontorNode node) : IClassFixture<KontorNode>
{
    [Fact]
    public async Task who_has_an_authenticator_needs_its_code_and_each_code_works_once()
    {
        using var anna = await People.JoinAsync(node, "anna@example.org");
        var (key, codes) = await People.SecureAsync(anna);
        codes.Distinct().Count().ShouldBe(10);
        (await anna.ReadAsync("/account")).Text.ShouldContain("Recovery codes left: 10");
        var code = People.CodeOf(key);

        using var again = new PageClient(node.Api.Url);
        (await People.KnockAsync(again, "anna@example.org", wanted: "/account")).Target().ShouldBe("/sign-in/code");
        (await again.OpenAsync("/account")).Target().ShouldBe("/sign-in?return=%2Faccount", "the password alone opens nothing");
        (await again.SendAsync(await again.ReadAsync("/sign-in/code"), "/sign-in/code", ("code", "000000"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await again.SendAsync(await again.ReadAsync("/sign-in/code"), "/sign-in/code", ("code", code.Insert(3, " ")))).Target().ShouldBe("/account");
        (await again.ReadAsync("/account")).Text.ShouldContain("anna@example.org");

        using var thief = new PageClient(node.Api.Url);
        await People.KnockAsync(thief, "anna@example.org");
        (await thief.SendAsync(await thief.ReadAsync("/sign-in/code"), "/sign-in/code", ("code", code))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task recovery_code_lets_one_in_once_however_many_use_it_at_once()
    {
        using var bert = await People.JoinAsync(node, "bert@example.org");
        var (_, codes) = await People.SecureAsync(bert);
        var people = new List<(PageClient Person, Page Page)>();
        for (var i = 0; i < 4; i++)
        {
            var person = new PageClient(node.Api.Url);
            (await People.KnockAsync(person, "bert@example.org")).Target().ShouldBe("/sign-in/code");
            people.Add((person, await person.ReadAsync("/sign-in/code")));
        }

        // The four passwords counted as attempts of a sign-in that is not finished.
        await node.Database.ExecuteAsync("update users set access_failed_count = 0 where email = 'bert@example.org'");
        var answers = await Task.WhenAll(people.Select(one => one.Person.SendAsync(one.Page, "/sign-in/code", ("code", codes[3].ToLowerInvariant()))));
        answers.Count(answer => answer.Target() == "/console").ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.UnprocessableEntity).ShouldBe(3);
        (await bert.ReadAsync("/account")).Text.ShouldContain("Recovery codes left: 9");
        (await AuditTests.ReadAsync(node.Database, "users")).Count(entry => entry.Action == "recovery_code_used").ShouldBe(1);
        people.ForEach(one => one.Person.Dispose());
    }

    [Fact]
    public async Task guessing_codes_locks_the_account()
    {
        using var carl = await People.JoinAsync(node, "carl@example.org");
        var (key, _) = await People.SecureAsync(carl);
        using var thief = new PageClient(node.Api.Url);
        await People.KnockAsync(thief, "carl@example.org");
        for (var i = 0; i < AttemptsSql.Most; i++)
            await thief.SendAsync(await thief.ReadAsync("/sign-in/code"), "/sign-in/code", ("code", "000000"));
        (await thief.SendAsync(await thief.ReadAsync("/sign-in/code"), "/sign-in/code", ("code", People.CodeOf(key)))).Status
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task second_step_without_the_first_is_led_back_to_it()
    {
        using var person = new PageClient(node.Api.Url);
        (await person.OpenAsync("/sign-in/code")).Target().ShouldBe("/sign-in");
    }

    [Fact]
    public async Task second_factor_leaves_by_the_password_only()
    {
        using var dora = await People.JoinAsync(node, "dora@example.org");
        await People.SecureAsync(dora);
        var refused = await dora.SendAsync(await dora.ReadAsync("/account"), "/account/second-factor/remove", ("remove-password", "wrong wrong wrong"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("remove-password-error");
        (await dora.FollowAsync(await dora.ReadAsync("/account"), "/account/second-factor/remove", ("remove-password", People.Password))).Text
            .ShouldContain("The second factor was removed.");
        (await People.EnterAsync(node, "dora@example.org")).Dispose();
    }

    [Fact]
    public async Task wrong_code_does_not_switch_it_on_and_the_key_stays()
    {
        using var emil = await People.JoinAsync(node, "emil@example.org");
        var page = await emil.ReadAsync("/account/second-factor");
        page.Html.ShouldContain("<svg role=\"img\"");
        var refused = await emil.SendAsync(page, "/account/second-factor", ("code", "12"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await emil.ReadAsync("/account")).Text.ShouldContain("Set up an authenticator app");
        await People.SecureAsync(emil);
    }

    [Fact]
    public async Task owner_resets_the_factors_of_somebody_who_lost_his_phone()
    {
        using var fritz = await People.JoinAsync(node, "fritz@example.org");
        await People.SecureAsync(fritz);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var users = await owner.ReadAsync("/console/users");
        await owner.FollowAsync(users, $"/console/users/{People.IdOf(node, "fritz@example.org")}/factors/reset");
        (await fritz.OpenAsync("/account")).Status.ShouldBe(HttpStatusCode.Redirect, "his sessions have ended");
        (await People.EnterAsync(node, "fritz@example.org")).Dispose();
        (await node.Database.ScalarAsync<long>("select count(*) from user_tokens where user_id = $1", People.IdOf(node, "fritz@example.org"))).ShouldBe(0);
    }
}
