using Kontor.Platform;

namespace Kontor.Tests.Platform;

public sealed class EmbeddedPostgresTests
{
    [Fact]
    public async Task second_start_finds_what_the_first_one_stored()
    {
        using var folder = new TemporaryFolder();
        int? first;
        await using (var postgres = await ServerProcess.StartAsync(folder.Data))
        {
            first = postgres.ProcessId;
            await ServerProcess.ScalarAsync(postgres.ConnectionString, "create table kept as select 42 as number");
        }
        (await ServerProcess.IsAliveAsync(first!.Value)).ShouldBeFalse();

        await using var again = await ServerProcess.StartAsync(folder.Data);
        (await ServerProcess.ScalarAsync(again.ConnectionString, "select number from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task socket_lies_in_a_folder_for_its_owner_alone_and_is_removed_at_the_end()
    {
        using var folder = new TemporaryFolder();
        string socket;
        await using (var postgres = await ServerProcess.StartAsync(folder.Data))
        {
            socket = SocketFolder(postgres);
            socket.ShouldStartWith(folder.Data);
            File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Directory.Exists(socket).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a-name-so-long-that-the-path-of-a-socket-below-it-would-not-fit-into-what-the-system-allows-for-one")]
    [InlineData("with a comma, a space and 'quotes'")]
    [InlineData("Größe 数据")]
    public async Task data_folder_may_have_any_name(string name)
    {
        using var folder = new TemporaryFolder();
        var data = folder.Below(name);
        string socket;
        await using (var postgres = await ServerProcess.StartAsync(data))
        {
            socket = SocketFolder(postgres);
            (await ServerProcess.ScalarAsync(postgres.ConnectionString, "select 1")).ShouldBe(1);
        }
        Directory.Exists(socket).ShouldBeFalse();
    }

    [Fact]
    public async Task folder_left_half_made_by_a_kill_is_made_anew()
    {
        using var folder = new TemporaryFolder();
        var half = Path.Combine(folder.Data, "postgres.new");
        Directory.CreateDirectory(half);
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "15", TestContext.Current.CancellationToken);

        await using var postgres = await ServerProcess.StartAsync(folder.Data);

        (await ServerProcess.ScalarAsync(postgres.ConnectionString, "select 1")).ShouldBe(1);
        Directory.Exists(half).ShouldBeFalse();
    }

    [Fact]
    public async Task foreign_files_where_the_cluster_belongs_are_left_alone()
    {
        using var folder = new TemporaryFolder();
        var foreign = Path.Combine(folder.Data, "postgres", "letters.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(foreign)!);
        await File.WriteAllTextAsync(foreign, "mine", TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DatabaseStartException>(() => ServerProcess.StartAsync(folder.Data));

        refusal.Message.ShouldContain("no PostgreSQL cluster");
        File.Exists(foreign).ShouldBeTrue();
    }

    [Fact]
    public async Task operators_own_settings_win_over_ours()
    {
        using var folder = new TemporaryFolder();
        await using (await ServerProcess.StartAsync(folder.Data)) { }
        await File.AppendAllTextAsync(
            Path.Combine(folder.Data, "postgres", "postgresql.conf"), "shared_buffers = 64MB\nfsync = off\n", TestContext.Current.CancellationToken);

        await using var postgres = await ServerProcess.StartAsync(folder.Data);

        (await ServerProcess.ScalarAsync(postgres.ConnectionString, "show shared_buffers")).ShouldBe("64MB");
        (await ServerProcess.ScalarAsync(postgres.ConnectionString, "show fsync")).ShouldBe("on");
    }

    [Fact]
    public async Task server_that_cannot_start_is_quoted()
    {
        using var folder = new TemporaryFolder();
        await using (await ServerProcess.StartAsync(folder.Data)) { }
        await File.AppendAllTextAsync(
            Path.Combine(folder.Data, "postgres", "postgresql.conf"), "no_such_setting = 1\n", TestContext.Current.CancellationToken);

        var failure = await Should.ThrowAsync<DatabaseStartException>(() => ServerProcess.StartAsync(folder.Data));

        failure.Message.ShouldContain("no_such_setting");
        // The failed start gave the folder back.
        EmbeddedPostgresLock.Take(folder.Data).Dispose();
    }

    private static string SocketFolder(EmbeddedPostgres postgres) =>
        new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
}
