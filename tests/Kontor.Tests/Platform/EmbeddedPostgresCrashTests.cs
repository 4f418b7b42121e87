using System.Diagnostics;
using System.Globalization;
using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Platform;

public sealed class EmbeddedPostgresCrashTests
{
    [Fact]
    public async Task server_stops_when_its_owner_is_killed_and_the_next_start_finds_everything()
    {
        using var folder = new TemporaryFolder();
        int server;
        using (var owner = await OwnerProcess.StartAsync(folder.Data))
        {
            var at = new EmbeddedPostgresFolder(folder.Data);
            server = at.PostmasterId!.Value;
            await ServerProcess.ScalarAsync(EmbeddedPostgres.Announced(at)!, "create table kept as select 42 as number");
            owner.Kill();
        }
        await ServerProcess.UntilAsync(async () => !await ServerProcess.IsAliveAsync(server), "the server stops");

        await using var postgres = await ServerProcess.StartAsync(folder.Data);
        (await ServerProcess.ScalarAsync(postgres.ConnectionString, "select number from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task start_right_after_a_kill_does_not_collide_with_the_old_server()
    {
        using var folder = new TemporaryFolder();
        using (var owner = await OwnerProcess.StartAsync(folder.Data))
            owner.Kill();
        await using var postgres = await ServerProcess.StartAsync(folder.Data);
        var migrations = await ServerProcess.ScalarAsync(postgres.ConnectionString, "select count(*) from schema_migrations");
        migrations.ShouldBe((long)MigrationRunner.Embedded().Count);
    }

    [Fact]
    public async Task server_that_lost_its_keeper_and_its_owner_is_stopped_by_the_next_start()
    {
        using var folder = new TemporaryFolder();
        int server;
        using (var owner = await OwnerProcess.StartAsync(folder.Data))
        {
            server = new EmbeddedPostgresFolder(folder.Data).PostmasterId!.Value;
            var keeper = await ServerProcess.ParentOfAsync(server);
            owner.Kill();
            ServerProcess.Kill(keeper);
        }

        await using var postgres = await ServerProcess.StartAsync(folder.Data);

        postgres.ProcessId.ShouldNotBe(server);
        (await ServerProcess.IsAliveAsync(server)).ShouldBeFalse();
        (await ServerProcess.ScalarAsync(postgres.ConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task second_owner_is_refused_by_name_of_the_first()
    {
        using var folder = new TemporaryFolder();
        using var owner = await OwnerProcess.StartAsync(folder.Data);

        var refusal = await Should.ThrowAsync<DataFolderInUseException>(() => ServerProcess.StartAsync(folder.Data));

        refusal.Message.ShouldBe($"The data folder {folder.Data} is in use by another Kontor (process {owner.Id}).");
    }

    [Fact]
    public async Task process_number_in_a_stale_file_that_is_now_anothers_neither_stops_us_nor_it()
    {
        using var folder = new TemporaryFolder();
        await using (await ServerProcess.StartAsync(folder.Data)) { }
        using var innocent = Process.Start(new ProcessStartInfo("sleep", ["600"]))!;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.Data, "postgres", "postmaster.pid"),
                $"{innocent.Id.ToString(CultureInfo.InvariantCulture)}\n{folder.Data}/postgres\n1700000000\n5432\n\n\n",
                TestContext.Current.CancellationToken);

            await using var postgres = await ServerProcess.StartAsync(folder.Data);

            (await ServerProcess.ScalarAsync(postgres.ConnectionString, "select 1")).ShouldBe(1);
            innocent.HasExited.ShouldBeFalse();
        }
        finally
        {
            innocent.Kill();
        }
    }

    [Fact]
    public async Task server_killed_under_writes_comes_back_with_every_row_it_confirmed()
    {
        using var folder = new TemporaryFolder();
        await using var database = await Database.OpenAsync(
            new KontorOptions { Data = folder.Data }, NullLogger.Instance, TestContext.Current.CancellationToken);
        await ExecuteAsync(database, "create table numbers (number integer primary key)");
        var at = new EmbeddedPostgresFolder(folder.Data);
        var confirmed = new SortedSet<int>();
        var failures = 0;

        for (var number = 1; confirmed.Count < 600; number++)
        {
            if (number is 100 or 300)
                ServerProcess.Kill(at.PostmasterId!.Value);
            try
            {
                await ExecuteAsync(database, $"insert into numbers values ({number})");
                confirmed.Add(number);
            }
            catch (NpgsqlException)
            {
                failures++;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        failures.ShouldBeGreaterThan(0);
        await using var read = database.Source.CreateCommand("select array_agg(number) from numbers");
        var kept = (int[])(await read.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        confirmed.Except(kept).ShouldBeEmpty();
    }

    [Fact]
    public async Task server_is_started_again_when_its_keeper_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var postgres = await ServerProcess.StartAsync(folder.Data);
        var first = postgres.ProcessId!.Value;

        ServerProcess.Kill(await ServerProcess.ParentOfAsync(first));

        await ServerProcess.UntilAsync(async () => !await ServerProcess.IsAliveAsync(first), "the server without a keeper stops");
        await ServerProcess.UntilAsync(() => ServerProcess.AnswersAsync(postgres.ConnectionString), "another server answers");
    }

    private static async Task ExecuteAsync(Database database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
