using System.Net;
using System.Net.Sockets;
using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Platform;

public sealed class DatabaseTests(TestDatabase given) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task given_database_is_brought_up_to_date()
    {
        var name = $"t_{Guid.NewGuid():N}";
        var empty = await TestCluster.CreateEmptyAsync(name);
        await using (var database = await Database.OpenAsync(new KontorOptions { Database = empty }, NullLogger.Instance, Cancellation))
        {
            await using var insert = database.Source.CreateCommand("select count(*) from leads");
            (await insert.ExecuteScalarAsync(Cancellation)).ShouldBe(0L);
        }
        await TestCluster.DropAsync(name);
    }

    [Fact]
    public async Task several_nodes_share_a_given_database()
    {
        var options = new KontorOptions { Database = given.ConnectionString };
        await using var one = await Database.OpenAsync(options, NullLogger.Instance, Cancellation);
        await using var two = await Database.OpenAsync(options, NullLogger.Instance, Cancellation);
        await using var command = two.Source.CreateCommand("select current_setting('application_name')");
        (await command.ExecuteScalarAsync(Cancellation)).ShouldBe("kontor");
    }

    [Fact]
    public async Task of_several_hosts_the_one_that_answers_as_primary_is_used()
    {
        var builder = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        builder.Host = $"/nonexistent,{builder.Host}";
        await using var database = await Database.OpenAsync(
            new KontorOptions { Database = builder.ConnectionString }, NullLogger.Instance, Cancellation);
        await using var command = database.Source.CreateCommand("select pg_is_in_recovery()");
        (await command.ExecuteScalarAsync(Cancellation)).ShouldBe(false);
    }

    [Fact]
    public async Task database_that_does_not_exist_is_refused_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(given.ConnectionString) { Database = "no_such_database" }.ConnectionString;
        var refusal = await Should.ThrowAsync<DatabaseStartException>(
            () => Database.OpenAsync(new KontorOptions { Database = missing }, NullLogger.Instance, Cancellation));
        refusal.Message.ShouldContain("no_such_database");
        refusal.Message.ShouldContain("KONTOR_DATABASE");
    }

    [Fact]
    public async Task text_that_is_no_connection_string_is_refused()
    {
        var refusal = await Should.ThrowAsync<DatabaseStartException>(
            () => Database.OpenAsync(new KontorOptions { Database = "Hots=nowhere" }, NullLogger.Instance, Cancellation));
        refusal.Message.ShouldStartWith("KONTOR_DATABASE is no connection string");
    }

    [Fact]
    public async Task server_that_does_not_answer_is_reported_without_the_password()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var source = Database.Pool($"Host=127.0.0.1;Port={port};Username=kontor;Password=secret-word;Database=kontor");

        var refusal = await Should.ThrowAsync<DatabaseStartException>(
            () => DatabaseConnection.RequireAsync(source, TimeSpan.Zero, NullLogger.Instance, Cancellation));

        refusal.Message.ShouldStartWith("No database server answered");
        refusal.ToString().ShouldNotContain("secret-word");
    }

    [Fact]
    public async Task command_beside_a_running_server_uses_its_database()
    {
        using var folder = new TemporaryFolder();
        var options = new KontorOptions { Data = folder.Data };
        await using var server = await Database.OpenAsync(options, NullLogger.Instance, Cancellation);
        await using (var command = await Database.AttachAsync(options, NullLogger.Instance, Cancellation))
        {
            await using var create = command.Source.CreateCommand("create table by_command as select 7 as number");
            await create.ExecuteNonQueryAsync(Cancellation);
        }
        // The command's end did not stop the server.
        await using var read = server.Source.CreateCommand("select number from by_command");
        (await read.ExecuteScalarAsync(Cancellation)).ShouldBe(7);
        File.GetUnixFileMode(Path.Combine(folder.Data, "postgres.connection")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task command_without_a_running_server_starts_the_database_and_stops_it()
    {
        using var folder = new TemporaryFolder();
        var options = new KontorOptions { Data = folder.Data };
        await using (var command = await Database.AttachAsync(options, NullLogger.Instance, Cancellation))
        {
            await using var read = command.Source.CreateCommand("select count(*) from sales");
            (await read.ExecuteScalarAsync(Cancellation)).ShouldBe(0L);
        }
        new EmbeddedPostgresFolder(folder.Data).PostmasterId.ShouldBeNull();
        File.Exists(Path.Combine(folder.Data, "postgres.connection")).ShouldBeFalse();
    }
}
