using Kontor.Insight.Demo;
using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Every page of a new installation, and of parties to whom nothing has happened yet.</summary>
public sealed class EmptyPagesTests(Chromium chromium)
{
    [Theory]
    [InlineData(PageRole.Owner, null, "/console")]
    [InlineData(PageRole.Buyer, "national-solar", "/buyer")]
    [InlineData(PageRole.Supplier, "bright-leads", "/supplier")]
    public async Task pages_without_a_lead_are_sound(PageRole role, string? party, params string[] starts)
    {
        await using var node = await KontorNode.StartAsync();
        if (role != PageRole.Owner)
        {
            var network = await DemoExamples.NetworkAsync(9, 9, CancellationToken.None);
            await node.Api.ApplyAsync(System.Text.Encoding.UTF8.GetString(network));
        }

        (await SoundPages.FaultsAsync(chromium, node, role, party, starts)).ShouldBeEmpty();
    }
}
