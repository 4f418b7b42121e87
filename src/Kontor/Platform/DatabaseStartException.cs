namespace Kontor.Platform;

/// <summary>The database cannot be used, and the message tells a person what to do about it. The program prints the message and
/// ends.</summary>
public class DatabaseStartException : Exception
{
    public DatabaseStartException() { }

    public DatabaseStartException(string message) : base(message) { }

    public DatabaseStartException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>No usable PostgreSQL server program was found on this machine.</summary>
public sealed class PostgresMissingException : DatabaseStartException
{
    public PostgresMissingException() { }

    public PostgresMissingException(string message) : base(message) { }

    public PostgresMissingException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>Another live Kontor owns the data folder.</summary>
public sealed class DataFolderInUseException : DatabaseStartException
{
    public DataFolderInUseException() { }

    public DataFolderInUseException(string message) : base(message) { }

    public DataFolderInUseException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>The schema in the database and the migrations of this program do not fit together.</summary>
public sealed class MigrationRefusedException : DatabaseStartException
{
    public MigrationRefusedException() { }

    public MigrationRefusedException(string message) : base(message) { }

    public MigrationRefusedException(string message, Exception? inner) : base(message, inner) { }
}
