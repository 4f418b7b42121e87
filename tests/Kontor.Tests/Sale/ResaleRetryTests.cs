using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Sale;

/// <summary>Later offers that cannot be made: they hold up no other, and none is lost.</summary>
public sealed class ResaleRetryTests
{
    [Fact]
    public async Task offers_that_fail_do_not_hold_up_the_others_and_are_counted()
    {
        var counted = new ConcurrentBag<long>();
        using var listener = Listen(counted);
        await using var node = await KontorNode.SellingAsync(Network);

        // More than a round takes, and due for longer than any other.
        await node.Database.ExecuteAsync("insert into due_offers (lead_id, offer, due_at) select gen_random_uuid(), 0, now() - interval '1 day' from generate_series(1, 300)");
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        await node.Api.EndsAsync(answer.LeadId, "accepted");
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from due_offers where attempts > 0") == 300,
            async () => $"{await node.Database.ScalarAsync<long>("select count(*) from due_offers where attempts > 0")} offers were put off");
        await Eventually.HoldsAsync(() => Task.FromResult(counted.Contains(300)), () => Task.FromResult(string.Join(", ", counted.Distinct())));
    }

    [Fact]
    public async Task offer_that_failed_is_tried_again_later_and_made_once_it_can_be()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        var answer = await node.Api.SellAsync();
        await node.Database.ExecuteAsync("update leads set campaign = 'gone'");
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from due_offers where attempts >= 2") == 1,
            async () => $"{await node.Database.ScalarAsync<int>("select attempts from due_offers")} attempts");
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(0);
        await node.Database.ExecuteAsync("update leads set campaign = 'solar'");
        await node.Api.EndsAsync(answer.LeadId, "accepted");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 40.00"]);
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
    }

    // Nobody buys at first, so that every lead waits for its later offer.
    private static string Network => Market.Of(
        "{mode: exclusive, tiers: [{contracts: {tags: [now]}, method: priority}], resale: [{after: 1s, if: unsold, plan: {mode: exclusive, method: priority}}]}",
        Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 40}]")));

    private static MeterListener Listen(ConcurrentBag<long> failing)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "kontor.resales.overdue")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Value is "failing"))
                failing.Add(number);
        });
        listener.Start();
        return listener;
    }
}
