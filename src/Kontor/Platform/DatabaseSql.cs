namespace Kontor.Platform;

internal static class DatabaseSql
{
    /// <summary>Index pg_database_datname_index; no lock.</summary>
    public const string DatabaseExists = "select 1 from pg_database where datname = 'kontor'";

    /// <summary>Locks the template for the time of the copy; only a data folder's owner does this.</summary>
    public const string CreateDatabase = "create database kontor";
}
