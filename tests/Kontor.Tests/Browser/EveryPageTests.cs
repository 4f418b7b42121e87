using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Every page that links lead to with a month of business behind it.</summary>
public sealed class EveryPageTests(BusyNode busy, Chromium chromium) : IClassFixture<BusyNode>
{
    [Theory]
    [InlineData(PageRole.Owner, null, "/console", "/account")]
    [InlineData(PageRole.ReadOnly, null, "/console")]
    [InlineData(PageRole.Buyer, "national-solar", "/buyer", "/account")]
    [InlineData(PageRole.Supplier, "bright-leads", "/supplier", "/account")]
    public async Task pages_with_a_hundred_thousand_leads_are_sound(PageRole role, string? party, params string[] starts) =>
        (await SoundPages.FaultsAsync(chromium, busy.Node, role, party, starts)).ShouldBeEmpty();
}
