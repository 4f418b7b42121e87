using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;

namespace Kontor.Tests.Auction;

/// <summary>A bidder whose endpoint always fails, by how his contract wants him treated.</summary>
public sealed class ThrottleTests
{
    private const int Leads = 30;

    [Fact]
    public async Task simulated_throttle_asks_him_all_the_same_and_says_that_he_would_have_been_passed_over()
    {
        var spared = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Metrics.MeterName && instrument.Name == "kontor.pings.spared")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref spared, count));
        listener.Start();
        var (asked, checks) = await SellAsync("simulate");
        asked.ShouldBe(Leads);
        checks[0].ShouldBeEmpty();
        var last = checks[^1].ShouldHaveSingleItem();
        last["passed"]!.GetValue<bool>().ShouldBeTrue();
        last["actual"]!.ToString().ShouldContain("would have been passed over");
        Interlocked.Read(ref spared).ShouldBe(checks.Count(one => one.Length > 0));
    }

    [Fact]
    public async Task without_a_throttle_he_is_asked_and_nothing_is_noted()
    {
        var (asked, checks) = await SellAsync("off");
        asked.ShouldBe(Leads);
        checks.ShouldAllBe(found => found.Length == 0);
    }

    [Fact]
    public async Task throttle_that_is_on_passes_him_over()
    {
        var (asked, checks) = await SellAsync("on");
        asked.ShouldBeLessThan(Leads);
        checks.Count(found => found.Any(check => !check["passed"]!.GetValue<bool>())).ShouldBe(Leads - asked);
    }

    // Sells to somebody who is well beside him; answers how often he was asked and the checks of his throttle, lead by lead.
    private static async Task<(int Asked, List<JsonNode[]> Checks)> SellAsync(string throttle)
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        bidders.Bid("bad", "no", status: 500);
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid, timeout: 10s}", Market.Invoiced(
            ("a", bidders.Terms("a")), ("bad", bidders.Terms("bad", bid: $"max_bid: 120, throttle: {throttle}")))));
        (await node.Api.GetAsync("/v1/contracts/bad"))["bid"]!["throttle"]!.ToString().ShouldBe(throttle);
        var checks = new List<JsonNode[]>();
        foreach (var answer in await node.Api.SellAsync(Leads, atOnce: 1))
        {
            answer["status"].ShouldBe("accepted");
            var trace = await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace");
            var bad = trace["contracts"]!.AsArray().Single(entry => entry!["contract"]!.ToString() == "bad")!;
            checks.Add([.. bad["checks"]!.AsArray().Where(check => check!["gate"]!.ToString() == ReasonCode.BuyerThrottled.Text()).Select(check => check!)]);
        }

        return (bidders.PingsTo("bad"), checks);
    }
}
