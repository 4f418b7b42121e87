using System.Globalization;

namespace Kontor.Bench;

/// <summary>A campaign of the pings benchmark.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Path">The address its buyers are asked at; it says whether they think before they answer.</param>
internal sealed record PingsCampaign(string Key, string Path);

/// <summary>The network the pings benchmark sells in: one contract of each buyer in every campaign, each for any lead, the highest bid wins.</summary>
internal static class PingsNetwork
{
    private static readonly string[] Fields = ["lead_number", "postal_code", "state", "product", "roof", "power_bill"];

    /// <summary>The document for <c>POST /v1/apply</c>.</summary>
    /// <param name="buyers">Where the buyers listen.</param>
    /// <param name="campaigns">The campaigns.</param>
    public static object Document(IReadOnlyList<Uri> buyers, IReadOnlyList<PingsCampaign> campaigns) => new
    {
        verticals = new[]
        {
            new { key = ClaimsNetwork.Vertical, name = "Benchmark", fields = (object[])[.. ClaimsNetwork.Fields(), new { key = "lead_number", type = "integer", ping = true }] },
        },
        suppliers = new[] { new { key = ClaimsNetwork.Supplier, name = "Benchmark supplier" } },
        sources = new[] { new { key = ClaimsNetwork.Source, supplier = ClaimsNetwork.Supplier, payout = new { type = "share_of_revenue", percent = 60 } } },
        buyers = Enumerable.Range(0, buyers.Count).Select(number => new
        {
            key = ClaimsNetwork.BuyerKey(number),
            name = ClaimsNetwork.BuyerKey(number),
            time_zone = "America/New_York",
            billing = new { type = "invoice", currency = "USD", credit_limit = 1_000_000_000 },
        }),
        campaigns = campaigns.Select(campaign => new
        {
            key = campaign.Key,
            vertical = ClaimsNetwork.Vertical,
            country = "US",
            currency = "USD",
            duplicates = new { fields = ClaimsNetwork.PersonFields, window = "30d" },
            plan = new { mode = "exclusive", method = "highest_bid", timeout = "5s" },
        }),
        contracts = campaigns.SelectMany(campaign => buyers.Select((buyer, number) => Contract(campaign, buyer, number))),
    };

    private static object Contract(PingsCampaign campaign, Uri buyer, int number) => new
    {
        key = string.Create(CultureInfo.InvariantCulture, $"{campaign.Key}-{number:00}"),
        buyer = ClaimsNetwork.BuyerKey(number),
        campaign = campaign.Key,
        prices = new[] { new { max_buyers = 1 } },
        bid = new { type = "ping", url = new Uri(buyer, campaign.Path).ToString(), timeout = "5s", fields = Fields, max_bid = PingDraw.Most(number) / 100 },
        caps = new object[] { new { window = "day", leads = 10_000_000 }, new { window = "month", spend = 2_000_000_000 } },
        delivery = new { type = "portal" },
    };
}
