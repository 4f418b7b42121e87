using Kontor.Core;

namespace Kontor.Tests.Delivery;

public sealed class DeliveryRaceTests
{
    [Fact]
    public async Task delivery_is_posted_once_when_two_workers_race_for_it()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell([.. Enumerable.Range(0, 20).Select(i => Outbox.Contract($"c{i}", buyer.Url))]);
        var deliveries = new List<DeliveryId>();
        for (var i = 0; i < 200; i++)
            deliveries.Add(await outbox.PutAsync(new Seed($"c{i % 20}")));
        var (first, second) = (outbox.Work(), outbox.Work());
        first.Offer(deliveries);
        second.Offer(deliveries);
        await Eventually.HoldsAsync(
            async () => await outbox.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'acknowledged'") == 200,
            () => Task.FromResult($"{buyer.Posts.Count} posts"));
        buyer.Posts.GroupBy(post => post.Id).Where(posts => posts.Count() != 1).Select(posts => posts.Key).ShouldBeEmpty();
        buyer.Posts.Count.ShouldBe(200);
        (await outbox.Database.ScalarAsync<long>("select count(*) from delivery_attempts")).ShouldBe(200);

        // Without the row lock the log's primary key still stops the second post, but by failing the whole take.
        outbox.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task marker_is_committed_before_the_first_byte_leaves()
    {
        Outbox? outbox = null;
        var seen = new TaskCompletionSource<string>();
        await using var buyer = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            var id = Guid.Parse(context.Request.Headers["webhook-id"].ToString());
            var status = await outbox!.StatusAsync(new DeliveryId(id));
            seen.TrySetResult($"{status}, {await outbox.OutcomesAsync(new DeliveryId(id))}");
        });
        await using var made = await Outbox.CreateAsync();
        outbox = made;
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        (await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBe("sending, sending");
        await outbox.UntilAsync(delivery, "acknowledged");
    }
}
