using System.Net;
using System.Net.Http.Headers;
using Npgsql;

namespace Kontor.Tests.Crash;

/// <summary>What happens at the limits: a lead is either durably taken or clearly refused.</summary>
public sealed class LimitTests
{
    private static readonly string Network = Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")));

    [Fact]
    public async Task leads_beyond_the_queue_are_refused_at_once_and_leave_nothing_behind()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SourceKeyAsync();
        using var flood = new KontorApi(node.Api.Url, connections: 6_000);
        flood.UseSourceKey(await node.Api.SourceKeyAsync());
        await using var blocker = await node.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var hold = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var locking = new NpgsqlCommand("select 1 from counters where owner = 'contract:a' for update", blocker, hold))
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        // Both lanes wait for the row; the queue behind them fills, then overflows.
        var firstRefusal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posts = Enumerable.Range(0, 5_200).Select(async i =>
        {
            var answer = await flood.PostAsync(KontorApi.Lead($"flood-{i}"));
            if (answer.Status == HttpStatusCode.ServiceUnavailable)
                firstRefusal.TrySetResult();
            return answer;
        }).ToList();
        await Task.WhenAny(firstRefusal.Task, Task.WhenAll(posts));
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        var answers = await Task.WhenAll(posts);

        var refused = answers.Where(answer => answer.Status == HttpStatusCode.ServiceUnavailable).ToList();
        refused.ShouldNotBeEmpty();
        refused.ShouldAllBe(answer => answer["code"] == "busy" && answer.Headers.RetryAfter != null);
        answers.Except(refused).ShouldAllBe(answer => answer.Status == HttpStatusCode.OK && answer["status"] == "accepted");
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(answers.Length - refused.Count);
        (await node.Database.ScalarAsync<long>("select count(*) from external_ids")).ShouldBe(answers.Length - refused.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task body_beyond_the_limit_is_refused(bool chunked)
    {
        await using var node = await KontorNode.SellingAsync(Network);
        using var body = new ByteArrayContent(new byte[200 * 1024]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (chunked)
            body.Headers.ContentLength = null;
        var answer = await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", body, await node.Api.SourceKeyAsync(), ("Transfer-Encoding", chunked ? "chunked" : null));
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge, answer.Text);
        answer["code"].ShouldBe("body_too_large");
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(0);
    }

    [Fact]
    public async Task row_that_stays_locked_refuses_the_lead_that_needs_it_while_others_are_sold()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: owner}"),
            ("b", "prices: [{max_buyers: 1, price: 80}], filter: {field: roof, op: eq, value: tenant}"))));
        await node.Api.SourceKeyAsync();
        await using var blocker = await node.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var hold = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var locking = new NpgsqlCommand("select 1 from counters where owner = 'contract:a' for update", blocker, hold))
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var blocked = node.Api.PostAsync(KontorApi.Lead("blocked"));
        await Delivery.Eventually.HoldsAsync(
            () => node.Database.ScalarAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"),
            () => Task.FromResult("No lane waits for the row."));
        var tenant = KontorApi.Lead("free");
        tenant["roof"] = "tenant";
        (await node.Api.SellAsync(tenant))["status"].ShouldBe("accepted");

        var refused = await blocked;
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, refused.Text);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await node.Database.ScalarAsync<string>("select string_agg(external_id, ' ') from leads")).ShouldBe("free");
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        var again = await node.Api.SellAsync(KontorApi.Lead("blocked"));
        again["status"].ShouldBe("accepted", again.Text);
    }
}
