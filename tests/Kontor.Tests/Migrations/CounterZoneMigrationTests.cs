using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kontor.Tests.Migrations;

public sealed class CounterZoneMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task counters_learn_the_zone_their_buyer_had_last()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await using (var source = Database.Pool(await TestCluster.CreateEmptyAsync(name)))
        {
            var migrations = MigrationRunner.Embedded();
            await MigrationRunner.ApplyAsync(source, [.. migrations.TakeWhile(one => one.Name != "counters_name_their_zone")], NullLogger.Instance, Cancellation);
            await using (var old = source.CreateCommand("""
                insert into catalog_versions values (1, now(), 'test', ''), (2, now(), 'test', '');
                insert into catalog_entries values ('buyers', 'a', 1, 2, '{"time_zone": "UTC"}'), ('buyers', 'a', 2, null, '{"time_zone": "Asia/Tokyo"}'),
                    ('buyers', 'b', 1, 2, '{"time_zone": "Europe/Berlin"}'), ('buyers', 'c', 1, null, '{}'),
                    ('contracts', 'a1', 1, null, '{"buyer": "a"}'), ('contracts', 'b1', 1, 2, '{"buyer": "b"}');
                insert into counters (owner) values ('buyer:a'), ('buyer:b'), ('buyer:c'), ('contract:a1'), ('contract:b1');
                """))
                await old.ExecuteNonQueryAsync(Cancellation);
            await MigrationRunner.ApplyAsync(source, migrations, NullLogger.Instance, Cancellation);
            await using var read = source.CreateCommand("select string_agg(owner || ' ' || zone, ', ' order by owner) from counters");
            (await read.ExecuteScalarAsync(Cancellation)).ShouldBe(
                "buyer:a Asia/Tokyo, buyer:b Europe/Berlin, buyer:c UTC, contract:a1 Asia/Tokyo, contract:b1 Europe/Berlin");
        }

        await TestCluster.DropAsync(name);
    }
}
