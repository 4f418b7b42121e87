using Kontor.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>Pictures of the main pages for the documents, made by <c>./kontor screenshots</c>. They are no test, so they run only when asked for.</summary>
public sealed class Screenshots(BusyNode busy, Chromium chromium) : IClassFixture<BusyNode>
{
    private static readonly (string File, PageRole Role, string? Party, string Path, bool Dark)[] Pictures =
    [
        ("board", PageRole.Owner, null, "/console", false),
        ("leads", PageRole.Owner, null, "/console/leads", false),
        ("lead", PageRole.Owner, null, "/console/leads/{lead}", false),
        ("why-not", PageRole.Owner, null, "/console/leads/{lead}/why/{refused}", false),
        ("campaign", PageRole.Owner, null, "/console/network/campaigns/solar-shared", false),
        ("contract", PageRole.Owner, null, "/console/network/contracts/sunrise-bay-area", false),
        ("territories", PageRole.Owner, null, "/console/territories", false),
        ("reports", PageRole.Owner, null, "/console/reports?by=source&range=30d", false),
        ("flow", PageRole.Owner, null, "/console/reports/flow?range=30d", false),
        ("buyer", PageRole.Buyer, "national-solar", "/buyer", false),
        ("supplier", PageRole.Supplier, "bright-leads", "/supplier/specification/bright-landing", true),
    ];

    [Fact(Explicit = true)]
    public async Task make()
    {
        var folder = Path.Combine(Tidy.Repository.Root, "docs", "images");
        var lead = await busy.Node.Database.ScalarAsync<Guid>("select lead_id from sales where status = 'confirmed' and max_buyers = 3 and slot = 3 order by sale_id desc limit 1");
        var refused = await busy.Node.Database.ScalarAsync<string>(
            "select key from catalog_entries e where kind = 'contracts' and until is null and document ->> 'campaign' = 'solar-shared'"
            + " and not exists (select from sales s where s.lead_id = $1 and s.contract = e.key) order by key limit 1", lead);
        foreach (var (file, role, party, path, dark) in Pictures)
        {
            await using var visit = await chromium.SignedInAsync(busy.Node, role, party, new VisitOptions { Dark = dark });
            var answer = await visit.GoAsync(path.Replace("{lead}", lead.ToString(), StringComparison.Ordinal).Replace("{refused}", refused, StringComparison.Ordinal));
            answer.Status.ShouldBe(200, path);
            await visit.Page.WaitForTimeoutAsync(500);
            await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, file + ".png") });
        }
    }
}
