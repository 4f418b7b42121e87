using Kontor.Tests.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Passkeys, with a device that the browser pretends to have.</summary>
public sealed class PasskeyTests(KontorNode node, Chromium chromium) : IClassFixture<KontorNode>
{
    [Fact]
    public async Task passkey_is_added_and_lets_its_owner_in_until_it_is_removed()
    {
        (await People.JoinAsync(node, "anna@example.org")).Dispose();
        // A passkey belongs to a name, never to an address.
        await using var visit = await chromium.OpenAsync(new UriBuilder(node.Api.Url) { Host = "localhost" }.Uri);
        await AddDeviceAsync(visit);
        await visit.GoAsync("/sign-in?return=/account");
        await visit.Page.FillAsync("#email", "anna@example.org");
        await visit.Page.FillAsync("#password", People.Password);
        await visit.Page.ClickAsync("form[action='/sign-in'] button");
        await visit.Page.FillAsync("#passkey-name", "Annas Notebook");
        await visit.Page.ClickAsync("form[action='/account/passkeys'] button");
        await visit.Page.GetByText("The passkey was added.").WaitForAsync();
        (await visit.Page.Locator("th", new() { HasTextString = "Annas Notebook" }).CountAsync()).ShouldBe(1);
        (await visit.BarriersAsync()).ShouldBeEmpty();

        await visit.Page.ClickAsync("form[action='/sign-out'] button");
        await visit.GoAsync("/sign-in?return=/account");
        await visit.Page.ClickAsync("form[action='/sign-in/passkey'] button");
        await visit.Page.GetByText("Annas Notebook").WaitForAsync();
        (await AuditTests.ReadAsync(node.Database, "users")).Select(entry => entry.Action).ShouldContain("passkey_used");

        await visit.Page.ClickAsync("form[action='/account/passkeys/remove'] button");
        await visit.Page.GetByText("The passkey was removed.").WaitForAsync();
        await visit.Page.ClickAsync("form[action='/sign-out'] button");
        await visit.GoAsync("/sign-in");
        await visit.Page.ClickAsync("form[action='/sign-in/passkey'] button");
        await visit.Page.GetByText("The passkey was not accepted. Try again or use your password.", new() { Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task button_is_shown_only_where_a_passkey_can_work()
    {
        await using var address = await chromium.OpenAsync(node.Api.Url);
        await address.GoAsync("/sign-in");
        (await address.Page.IsVisibleAsync("form[action='/sign-in/passkey']")).ShouldBeFalse();
        (await address.BarriersAsync()).ShouldBeEmpty();
        await using var name = await chromium.OpenAsync(new UriBuilder(node.Api.Url) { Host = "localhost" }.Uri);
        await name.GoAsync("/sign-in");
        (await name.Page.IsVisibleAsync("form[action='/sign-in/passkey']")).ShouldBeTrue();
    }

    [Fact]
    public async Task answer_without_its_question_is_refused()
    {
        using var person = new PageClient(node.Api.Url);
        var refused = await person.SendAsync(await person.ReadAsync("/sign-in"), "/sign-in/passkey", ("credential", "{}"));
        refused.Status.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
        (await person.SendAsync("/sign-in/passkey/options")).Status.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    private static async Task AddDeviceAsync(Visit visit)
    {
        var session = await visit.Window.NewCDPSessionAsync(visit.Page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
