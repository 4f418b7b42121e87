using System.Net;
using Kontor.Platform;
using Kontor.Tests.Platform;
using Npgsql;

namespace Kontor.Tests.Crash;

/// <summary>The connection ends between a commit and its answer: the node cannot know that the batch is stored.</summary>
public sealed class LostAnswerTests
{
    private const int Leads = 24;

    // Waiting for a standby that does not exist holds a transaction exactly there: it is durable, and nobody has been told.
    [Fact]
    public async Task batch_whose_answer_was_lost_is_refused_and_found_when_its_leads_are_posted_again()
    {
        using var folder = new TemporaryFolder();
        await using (var node = await KontorProcess.InFolderAsync(folder.Data))
        {
            await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 90}}], caps: [{{window: day, leads: {Leads}}}]"))));
            await node.Api.SourceKeyAsync();
            await using var server = NpgsqlDataSource.Create(EmbeddedPostgres.Announced(new EmbeddedPostgresFolder(folder.Data)).ShouldNotBeNull());
            await ExecuteAsync(server, "alter system set synchronous_standby_names = 'nobody'");
            await ExecuteAsync(server, "select pg_reload_conf()");
            await Delivery.Eventually.HoldsAsync(
                async () => await ScalarAsync<string>(server, "select setting from pg_settings where name = 'synchronous_standby_names'") == "nobody",
                () => Task.FromResult("The setting does not take."));

            var leads = Enumerable.Range(0, Leads).Select(i => KontorApi.Lead($"lost-{i:00}")).ToArray();
            var posts = leads.Select(lead => node.Api.PostAsync(lead)).ToArray();
            await Delivery.Eventually.HoldsAsync(
                async () => await ScalarAsync<long>(server, "select count(pg_terminate_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'") > 0,
                () => Task.FromResult("No commit waits for a standby."));
            await ExecuteAsync(server, "alter system reset synchronous_standby_names");
            await ExecuteAsync(server, "select pg_reload_conf()");
            var answers = await Task.WhenAll(posts);

            answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.ServiceUnavailable);
            var refused = Enumerable.Range(0, Leads).Where(i => answers[i].Status == HttpStatusCode.ServiceUnavailable).Select(i => $"lost-{i:00}").ToArray();
            refused.ShouldNotBeEmpty();
            answers.Where(answer => answer.Status == HttpStatusCode.ServiceUnavailable).ShouldAllBe(answer => answer.Headers.RetryAfter != null);
            var stored = await ScalarAsync<string[]>(server, "select coalesce(array_agg(external_id), '{}') from leads");
            refused.Intersect(stored).ShouldNotBeEmpty("No batch was stored without its suppliers being told.");

            var again = await Task.WhenAll(leads.Select(lead => node.Api.SellAsync(lead)));
            again.ShouldAllBe(answer => answer["status"] == "accepted");
            for (var i = 0; i < Leads; i++)
                again[i].Headers.Contains("Idempotent-Replayed").ShouldBe(stored.Contains($"lost-{i:00}"));
            (await ScalarAsync<long>(server, "select count(*) from leads")).ShouldBe(Leads);
            (await ScalarAsync<long>(server, "select count(*) from sales")).ShouldBe(Leads);
            (await ScalarAsync<int>(server, "select day_leads from counters where owner = 'contract:a'")).ShouldBe(Leads);
            await KontorProcess.VerifyAsync("KONTOR_DATA", folder.Data);
            (await node.TerminateAsync()).ShouldBe(0);
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
