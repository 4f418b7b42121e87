using Kontor.Portal;
using Kontor.Tests.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>From an invitation to a sign-in with password and code, as somebody does it at a browser.</summary>
public sealed class SecondFactorVisitTests(KontorNode node, Chromium chromium) : IClassFixture<KontorNode>
{
    private const string Email = "anna@example.org";

    [Fact]
    public async Task invited_person_turns_the_second_factor_on_and_signs_in_with_it_or_with_a_recovery_code()
    {
        var link = await People.InviteAsync(node, Email, PageRole.Finance);
        await using var visit = await chromium.OpenAsync(node.Api.Url);
        await visit.GoAsync(link);
        await visit.Page.GetByLabel("Your name").FillAsync("Anna Muster");
        await visit.Page.GetByLabel("Password").FillAsync(People.Password);
        await visit.PressAsync("Join");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Board", Level = 1 }).WaitForAsync();

        await visit.FollowAsync("Anna Muster");
        await visit.FollowAsync("Set up an authenticator app");
        await visit.Page.GetByRole(AriaRole.Img, new() { Name = "QR code of the key" }).WaitForAsync();
        var key = await visit.Page.Locator("main code").InnerTextAsync();
        await visit.Page.GetByLabel("Code", new() { Exact = true }).FillAsync(People.CodeOf(key));
        await visit.PressAsync("Switch the second factor on");
        var codes = (await visit.Page.Locator("#codes").InnerTextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        codes.Length.ShouldBe(10);
        await visit.FollowAsync("I have kept them");
        await visit.Page.GetByText("Recovery codes left: 10").WaitForAsync();

        await visit.PressAsync("Sign out");
        await KnockAsync(visit);
        // A code of some other time: the right one is six digits as well.
        await SendCodeAsync(visit, People.CodeOf(key, steps: 1_000));
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await visit.GoAsync("/console");
        visit.Path.ShouldStartWith("/sign-in", customMessage: "the password alone opens nothing");
        await KnockAsync(visit);
        await SendCodeAsync(visit, People.CodeOf(key));
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Board", Level = 1 }).WaitForAsync();

        await visit.PressAsync("Sign out");
        await KnockAsync(visit);
        await SendCodeAsync(visit, codes[0]);
        await visit.FollowAsync("Anna Muster");
        await visit.Page.GetByText("Recovery codes left: 9").WaitForAsync();

        await visit.PressAsync("Sign out");
        await KnockAsync(visit);
        await SendCodeAsync(visit, codes[0]);
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        visit.Path.ShouldBe("/sign-in/code");
    }

    private static async Task KnockAsync(Visit visit)
    {
        await visit.Page.WaitForURLAsync("**/sign-in**");
        await visit.Page.GetByLabel("E-mail address").FillAsync(Email);
        await visit.Page.GetByLabel("Password").FillAsync(People.Password);
        await visit.PressAsync("Sign in");
        await visit.Page.WaitForURLAsync("**/sign-in/code");
    }

    private static async Task SendCodeAsync(Visit visit, string code)
    {
        await visit.Page.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        await visit.PressAsync("Continue");
    }
}
