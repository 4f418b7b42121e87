using Kontor.Platform;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>From an empty installation to a sold lead: what the first owner has to do, counted.</summary>
public sealed class FirstRunTests(Chromium chromium)
{
    /// <summary>So many fields and buttons are not too many for somebody who has not read anything.</summary>
    private const int MostSteps = 12;

    [Fact]
    public async Task first_owner_is_led_from_the_door_to_a_sold_test_lead_and_its_trace()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await Server.StartAsync(new KontorOptions { Url = "http://127.0.0.1:0", Database = database.ConnectionStringOfNode }, CancellationToken.None);
        var owner = node.NewOwner.ShouldNotBeNull();
        await using var visit = await chromium.OpenAsync(node.Url);
        var steps = 0;

        await visit.GoAsync("/");
        await FillAsync("E-mail address", owner.Email);
        await FillAsync("Password", owner.Password);
        await PressAsync("Sign in");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Set up the network" }).WaitForAsync();
        visit.Path.ShouldBe("/console/set-up");

        await visit.Page.GetByLabel("Kind of lead").SelectOptionAsync("solar");
        steps++;
        await FillAsync("Name of the supplier", "Bright Leads");
        await FillAsync("His first source", "Landing page");
        await FillAsync("Name of the buyer", "Sonnenhaus GmbH");
        await FillAsync("Pays for an exclusive lead", "49.90");
        await PressAsync("Set up and publish");
        await visit.Page.GetByText("The network is in force").WaitForAsync();
        (await visit.BarriersAsync()).ShouldBeEmpty();
        await PressAsync("Send a test lead");
        await visit.Page.GetByRole(AriaRole.Status).GetByText("accepted").WaitForAsync();
        (await visit.BarriersAsync()).ShouldBeEmpty();
        await visit.FollowAsync("See where it went");
        steps++;

        steps.ShouldBeLessThanOrEqualTo(MostSteps);
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "What happened" }).WaitForAsync();
        (await visit.Page.Locator(".lead-figures").InnerTextAsync()).ShouldContain("1 of 1");
        // The trace: the one contract and that it got the lead.
        var row = visit.Page.Locator("#why-rows tr");
        await row.WaitForAsync();
        (await row.InnerTextAsync()).ShouldContain("sold");

        async Task FillAsync(string label, string text)
        {
            steps++;
            await visit.Page.GetByLabel(label).FillAsync(text);
        }

        async Task PressAsync(string button)
        {
            steps++;
            await visit.PressAsync(button);
        }
    }

    [Fact]
    public async Task who_wants_to_look_around_before_gets_the_board_until_the_browser_is_closed()
    {
        await using var node = await KontorNode.StartAsync();
        await using var visit = await chromium.SignedInAsync(node, Kontor.Portal.PageRole.Owner);
        await visit.GoAsync("/");
        visit.Path.ShouldBe("/console/set-up");
        await visit.FollowAsync("Look around first");
        await visit.Page.GetByText("Nothing is set up yet").WaitForAsync();
        await visit.FollowAsync("Leads");
        await visit.FollowAsync("Board");
        await visit.Page.GetByText("Nothing is set up yet").WaitForAsync();
        visit.Path.ShouldBe("/console");
        await visit.FollowAsync("Set up the first campaign");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Set up the network" }).WaitForAsync();
    }
}
