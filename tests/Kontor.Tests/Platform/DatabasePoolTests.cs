using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Platform;

/// <summary>What Kontor sets where a connection string is silent, seen from the server's side.</summary>
public sealed class DatabasePoolTests(TestDatabase given) : IClassFixture<TestDatabase>
{
    private const int Enough = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 1)]
    [InlineData("Max Auto Prepare=7", 1)]
    [InlineData("MaxAutoPrepare=0", 0)]
    [InlineData("max auto prepare=0", 0)]
    [InlineData("Auto Prepare Min Usages=100", 0)]
    public async Task statement_that_is_used_often_is_prepared_unless_the_string_says_otherwise(string setting, int prepared)
    {
        await using var pool = Database.Pool($"{given.ConnectionString};{setting}");
        await using var connection = await pool.OpenConnectionAsync(Cancellation);
        await UseAsync(connection, "select 'often'", Enough);
        (await PreparedAsync(connection)).ShouldBe(prepared);
    }

    [Theory]
    [InlineData("", 100)]
    [InlineData("Max Auto Prepare=7", 7)]
    public async Task as_many_statements_stay_prepared_as_promised(string setting, int most)
    {
        await using var pool = Database.Pool($"{given.ConnectionString};{setting}");
        await using var connection = await pool.OpenConnectionAsync(Cancellation);
        for (var i = 0; i < most + 5; i++)
            await UseAsync(connection, $"select 'often', {i}", Enough);
        (await PreparedAsync(connection)).ShouldBe(most);
    }

    [Fact]
    public async Task prepared_statements_outlive_the_return_of_a_connection_to_the_pool()
    {
        await using var pool = Database.Pool($"{given.ConnectionString};Maximum Pool Size=1");
        for (var i = 0; i < Enough; i++)
        {
            await using var command = pool.CreateCommand("select 'often'");
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using var connection = await pool.OpenConnectionAsync(Cancellation);
        (await PreparedAsync(connection)).ShouldBe(1);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("Maximum Pool Size=3", 3)]
    [InlineData("MaxPoolSize=3", 3)]
    [InlineData("Minimum Pool Size=22", 22)]
    public async Task pool_has_as_many_connections_as_promised(string setting, int most)
    {
        var name = $"pool_{Guid.NewGuid():N}";
        await using var pool = Database.Pool($"{given.ConnectionString};Timeout=1;Application Name={name};{setting}");
        var open = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < most; i++)
                open.Add(await pool.OpenConnectionAsync(Cancellation));
            var refusal = await Should.ThrowAsync<NpgsqlException>(async () => open.Add(await pool.OpenConnectionAsync(Cancellation)));
            refusal.Message.ShouldContain("connection pool has been exhausted");
            (await given.ScalarAsync<long>("select count(*) from pg_stat_activity where application_name = $1", name)).ShouldBe(most);
        }
        finally
        {
            foreach (var connection in open)
                await connection.DisposeAsync();
        }
    }

    // 100 is what the driver has where nothing is said.
    [Fact]
    public async Task size_that_the_string_names_counts_even_where_it_is_the_drivers_own()
    {
        await using var pool = Database.Pool($"{given.ConnectionString};Maximum Pool Size=100");
        SettingsOf(pool).MaxPoolSize.ShouldBe(100);
    }

    [Theory]
    [InlineData("", "kontor")]
    [InlineData("Application Name=mine", "mine")]
    public async Task server_is_told_who_connects(string setting, string name)
    {
        await using var pool = Database.Pool($"{given.ConnectionString};{setting}");
        await using var command = pool.CreateCommand("select application_name from pg_stat_activity where pid = pg_backend_pid()");
        (await command.ExecuteScalarAsync(Cancellation)).ShouldBe(name);
    }

    // A violated constraint's detail repeats the row: a person's name could stand in it.
    [Fact]
    public async Task details_of_errors_stay_out_whatever_the_string_says()
    {
        await using var pool = Database.Pool($"{given.ConnectionString};Include Error Detail=true");
        await using var connection = await pool.OpenConnectionAsync(Cancellation);
        await UseAsync(connection, "create temp table people (name text unique)", 1);
        await UseAsync(connection, "insert into people values ('Erika Mustermann')", 1);
        var refusal = await Should.ThrowAsync<PostgresException>(() => UseAsync(connection, "insert into people values ('Erika Mustermann')", 1));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        refusal.ToString().ShouldNotContain("Mustermann");
    }

    // A lane's transaction spans several round trips on one connection, which the driver's multiplexing cannot promise.
    [Fact]
    public async Task connections_are_never_shared_whatever_the_string_says()
    {
        await using var pool = Database.Pool($"{given.ConnectionString};Multiplexing=true");
        SettingsOf(pool).Multiplexing.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Target Session Attributes=standby")]
    public async Task several_hosts_get_the_same_defaults_and_only_the_primary_is_used(string setting)
    {
        var hosts = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        hosts.Host = $"/nonexistent,{hosts.Host}";
        await using var database = await Database.OpenAsync(
            new KontorOptions { Database = $"{hosts.ConnectionString};{setting}" }, NullLogger.Instance, Cancellation);
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await UseAsync(connection, "select 'often'", Enough);
        (await PreparedAsync(connection)).ShouldBe(1);
        SettingsOf(database.Source).MaxPoolSize.ShouldBe(20);
    }

    [Theory]
    [InlineData("Database=kontor", "Host")]
    [InlineData("Host=a;Minimum Pool Size=9;Maximum Pool Size=3", "Pool Size")]
    [InlineData("Host=a,b;Maximum Pool Size=many", "Maximum Pool Size")]
    public void settings_that_cannot_be_are_refused_in_words(string text, string named)
    {
        var refusal = Should.Throw<DatabaseStartException>(() => Database.Pool(text));
        refusal.Message.ShouldStartWith("KONTOR_DATABASE is no connection string");
        refusal.Message.ShouldContain(named);
    }

    private static NpgsqlConnectionStringBuilder SettingsOf(NpgsqlDataSource pool) => new(pool.ConnectionString);

    private static async Task UseAsync(NpgsqlConnection connection, string text, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var command = new NpgsqlCommand(text, connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    private static async Task<long> PreparedAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select count(*) from pg_prepared_statements where statement like 'select ''often''%'", connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
