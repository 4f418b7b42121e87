using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Migrations;

public sealed class MigrationsTests : IAsyncLifetime
{
    private static readonly Migration One = new(1, "one", "create table one (number integer); insert into one values (1);");
    private static readonly Migration Two = new(2, "two", "create table two (number integer);");
    private static readonly Migration Three = new(3, "three", "insert into one values (3);");

    private readonly string name = $"t_{Guid.NewGuid():N}";
    private NpgsqlDataSource source = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => source = Database.Pool(await TestCluster.CreateEmptyAsync(name));

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await TestCluster.DropAsync(name);
    }

    [Fact]
    public void programs_own_migrations_are_numbered_without_a_gap()
    {
        var migrations = MigrationRunner.Embedded();
        migrations.Count.ShouldBeGreaterThan(0);
        migrations.Select(migration => migration.Number).ShouldBe(Enumerable.Range(1, migrations.Count));
        migrations[0].Name.ShouldBe("foundation");
    }

    [Fact]
    public async Task each_migration_is_applied_once()
    {
        await ApplyAsync(One);
        await ApplyAsync(One, Two);
        await ApplyAsync(One, Two);
        (await CountAsync("one")).ShouldBe(1);
        (await CountAsync("schema_migrations")).ShouldBe(2);
    }

    [Fact]
    public async Task changed_migration_is_refused_and_nothing_is_applied()
    {
        await ApplyAsync(One);
        var refusal = await Should.ThrowAsync<MigrationRefusedException>(() => ApplyAsync(new Migration(1, "one", One.Sql + " "), Two));
        refusal.Message.ShouldStartWith("Migration 0001 one was changed after it was applied");
        (await CountAsync("schema_migrations")).ShouldBe(1);
    }

    [Fact]
    public async Task other_line_ends_are_no_change()
    {
        await ApplyAsync(new Migration(1, "one", "create table one\n(number integer);\n"));
        await ApplyAsync(new Migration(1, "one", "create table one\r\n(number integer);\r\n"));
        (await CountAsync("schema_migrations")).ShouldBe(1);
    }

    [Fact]
    public async Task gap_in_the_programs_migrations_is_refused()
    {
        var refusal = await Should.ThrowAsync<MigrationRefusedException>(() => ApplyAsync(One, Three));
        refusal.Message.ShouldContain("no migration 0002");
        (await CountAsync("schema_migrations")).ShouldBe(0);
    }

    [Fact]
    public async Task gap_in_the_databases_history_is_refused()
    {
        await ApplyAsync(One, Two, Three);
        await ExecuteAsync("delete from schema_migrations where number = 2");
        var refusal = await Should.ThrowAsync<MigrationRefusedException>(() => ApplyAsync(One, Two, Three));
        refusal.Message.ShouldContain("lacks migration 0002");
    }

    [Fact]
    public async Task database_newer_than_the_program_is_refused()
    {
        await ApplyAsync(One, Two);
        var refusal = await Should.ThrowAsync<MigrationRefusedException>(() => ApplyAsync(One));
        refusal.Message.ShouldStartWith("The database is newer than this program");
    }

    [Fact]
    public async Task command_newer_than_the_running_server_is_refused()
    {
        await ApplyAsync(One);
        var refusal = await Should.ThrowAsync<MigrationRefusedException>(
            () => MigrationRunner.RequireCurrentAsync(source, [One, Two], Cancellation));
        refusal.Message.ShouldContain("0002 two is not applied");
        await MigrationRunner.RequireCurrentAsync(source, [One], Cancellation);
    }

    [Fact]
    public async Task failing_migration_leaves_nothing_of_itself_and_keeps_the_ones_before()
    {
        var broken = new Migration(2, "broken", "create table half (number integer); select 1 / 0;");
        var failure = await Should.ThrowAsync<DatabaseStartException>(() => ApplyAsync(One, broken, Three));
        failure.Message.ShouldBe("Migration 0002 broken failed and was rolled back: division by zero");
        (await CountAsync("one")).ShouldBe(1);
        (await CountAsync("pg_class where relname = 'half'")).ShouldBe(0);
        // The lock was given back: the corrected migration applies.
        await ApplyAsync(One, Two, Three);
        (await CountAsync("one")).ShouldBe(2);
    }

    [Fact]
    public async Task nodes_that_start_at_once_apply_each_migration_once()
    {
        var slow = new Migration(2, "slow", "select pg_sleep(0.2); insert into one values (2);");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ApplyAsync(One, slow, Three), Cancellation)));
        (await CountAsync("one")).ShouldBe(3);
        (await CountAsync("schema_migrations")).ShouldBe(3);
    }

    private Task ApplyAsync(params IReadOnlyList<Migration> migrations) =>
        MigrationRunner.ApplyAsync(source, migrations, NullLogger.Instance, Cancellation);

    private async Task<long> CountAsync(string table)
    {
        await using var command = source.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
