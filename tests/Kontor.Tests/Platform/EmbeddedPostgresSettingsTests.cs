namespace Kontor.Tests.Platform;

public sealed class EmbeddedPostgresSettingsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("fsync", "on")]
    [InlineData("full_page_writes", "on")]
    [InlineData("synchronous_commit", "on")]
    [InlineData("data_checksums", "on")]
    [InlineData("listen_addresses", "")]
    [InlineData("server_encoding", "UTF8")]
    [InlineData("lc_collate", "C")]
    [InlineData("log_error_verbosity", "terse")]
    [InlineData("log_min_error_statement", "panic")]
    [InlineData("max_wal_size", "4GB")]
    public async Task setting_is_as_promised(string name, string value)
    {
        (await database.ScalarAsync<string>($"show {name}")).ShouldBe(value);
    }
}
