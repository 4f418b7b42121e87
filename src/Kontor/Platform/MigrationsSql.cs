namespace Kontor.Platform;

internal static class MigrationsSql
{
    // Any constant number does, as long as every version of Kontor uses the same: "kontor" in ASCII.
    private const string Key = "118091159203698";

    /// <summary>A session lock, so that it spans the transactions of several migrations; waits for another node's.</summary>
    public const string Lock = $"select pg_advisory_lock({Key})";

    /// <summary>Gives the session lock back.</summary>
    public const string Unlock = $"select pg_advisory_unlock({Key})";

    /// <summary>Run under the session lock only, for two at once could both find the table missing.</summary>
    public const string CreateTable = """
        create table if not exists schema_migrations (
            number      integer     primary key,
            name        text        not null,
            sha256      text        not null,
            applied_at  timestamptz not null)
        """;

    /// <summary>Index schema_migrations_pkey; no lock.</summary>
    public const string Applied = "select number, name, sha256 from schema_migrations order by number";

    /// <summary>In the migration's own transaction; locks the new row only.</summary>
    public const string Record = "insert into schema_migrations (number, name, sha256, applied_at) values ($1, $2, $3, now())";
}
