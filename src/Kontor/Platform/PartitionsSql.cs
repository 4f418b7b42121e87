namespace Kontor.Platform;

internal static class PartitionsSql
{
    /// <summary>An advisory lock until commit, so that two nodes do not make the same partition at once.</summary>
    public const string Lock = "select pg_advisory_xact_lock(118091159203699)";

    /// <summary>For the rest of the transaction. No lock.</summary>
    public const string LimitWait = "set local lock_timeout = '2s'";

    /// <summary>Where partitions are missing: locks the default partitions against everything until commit, which scans what little they
    /// hold; the partitioned tables stay readable and writable. Where none is missing: the catalog's own indexes, no lock.</summary>
    public const string Create = "select create_month_partitions($1)";
}
