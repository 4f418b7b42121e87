using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Tests.Races;

/// <summary>Leads in parallel, on two nodes: a contract that spreads its cap over the day never takes more than is free by then, and what it
/// does not take goes to the next.</summary>
public sealed class PaceRaceTests
{
    private const int Cap = 60;
    private const int Posts = 100;

    [Fact]
    public async Task parallel_leads_never_exceed_what_is_free_by_then_and_none_is_lost()
    {
        var zone = ZoneWhereItIsMidday();
        var network = Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 40}}], priority: 1, caps: [{{window: day, leads: {Cap}, pace: even}}]"),
            ("b", "prices: [{max_buyers: 1, price: 30}], priority: 2")).Replace("Europe/Berlin", zone, StringComparison.Ordinal));
        await using var node = await KontorNode.SellingAsync(network);
        await using var other = await node.JoinAsync();
        await node.Api.ShareSourceKeyAsync(other.Api);

        var least = Allowed(zone);
        var answers = (await Task.WhenAll(node.Api.SellAsync(Posts / 2), other.Api.SellAsync(Posts / 2))).SelectMany(half => half).ToList();
        var most = Allowed(zone);
        answers.ShouldAllBe(answer => answer["status"] == "accepted");
        least.ShouldBeInRange(1, Cap - 1);
        (await SoldAsync(node, "a")).ShouldBeInRange(least, most);
        (await SoldAsync(node, "a") + await SoldAsync(node, "b")).ShouldBe(Posts);

        // A contract that is up to its pace is refused with what it has and what is free.
        var lead = (await node.Api.SellAsync(Posts / 2))[^1].LeadId;
        var trace = (await node.Api.GetAsync($"/v1/leads/{lead}/trace"))["contracts"]![0]!;
        trace["reason_code"]!.ToString().ShouldBe("paced");
        var check = trace["checks"]!.AsArray().Single(one => one!["gate"]!.ToString() == "paced")!;
        check["passed"]!.GetValue<bool>().ShouldBeFalse();
        check["expected"]!.ToString().ShouldMatch($"^at most [0-9]+ of {Cap} leads by this time of the day$");
        check["actual"]!.ToString().ShouldMatch("^[0-9]+ taken$");
        (await SoldAsync(node, "a")).ShouldBeLessThanOrEqualTo(Allowed(zone));
    }

    // No arrivals are known, so the curve is that of the clock.
    private static long Allowed(string zone)
    {
        var now = DateTimeOffset.UtcNow;
        var contract = new Contract { Key = "a", Buyer = "a", Campaign = "solar", Prices = [], Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false) };
        return PaceCurve.Of(contract, BuyerCalendar.For(zone), CapWindow.Day, now, ArrivalHours.None).Allowance(Cap, now);
    }

    // Far from midnight, where a day would begin during the test, and from its last tenth, in which all is free.
    private static string ZoneWhereItIsMidday() => (12 - DateTimeOffset.UtcNow.Hour) switch
    {
        0 => "Etc/GMT",
        > 0 and var ahead => $"Etc/GMT-{ahead}",
        var behind => $"Etc/GMT+{-behind}",
    };

    private static Task<long> SoldAsync(KontorNode node, string contract) =>
        node.Database.ScalarAsync<long>("select count(*) from sales where contract = $1", contract);
}
