using System.Collections.Concurrent;
using System.Net;

namespace Kontor.Tests.Crash;

/// <summary>SIGKILL of a node while sales are given back: each is refunded once or not at all, and told to have been only when it was.</summary>
public sealed class ReturnCrashTests
{
    private const int Sales = 96;

    [Fact]
    public async Task every_return_that_was_answered_before_the_kill_stands_and_all_can_be_repeated()
    {
        await using var database = await TestDatabase.CreateAsync();
        var answered = new ConcurrentDictionary<string, string>();
        string[] sales;
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(Races.ReturnRace.Network);
            await node.Api.SellAsync(Sales);
            sales = [.. (await node.Api.GetAsync("/v1/sales?limit=500"))["items"]!.AsArray().Select(sale => sale!["sale_id"]!.ToString())];
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var returns = Parallel.ForEachAsync(sales, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (sale, _) =>
            {
                try
                {
                    var answer = await ReturnAsync(node, sale);
                    if (answer.Status == HttpStatusCode.OK)
                        answered[sale] = answer.Text;
                    if (answered.Count >= Sales / 4)
                        enough.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    // The node is gone.
                }
            });
            await enough.Task.WaitAsync(TestContext.Current.CancellationToken);
            await node.KillAsync();
            await returns;
        }

        var kept = await database.ScalarAsync<long>("select count(*) from sales where status = 'returned'");
        kept.ShouldBeInRange(answered.Count, Sales);
        answered.Count.ShouldBeLessThan(Sales, "The node was killed too late to prove anything.");
        (await database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(kept);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);

        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            foreach (var sale in sales)
            {
                var answer = await ReturnAsync(node, sale);
                answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
                answer.Text.ShouldBe(answered.GetValueOrDefault(sale, answer.Text));
            }

            (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
        }

        (await database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(Sales);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }

    private static Task<ApiAnswer> ReturnAsync(KontorProcess node, string sale) =>
        node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new System.Text.Json.Nodes.JsonObject { ["reason"] = "wrong_number" });
}
