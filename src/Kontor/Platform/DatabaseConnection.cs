using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Kontor.Platform;

/// <summary>The first connection to a database: waits a short while for a server that is just starting, and says plainly what is wrong
/// otherwise.</summary>
internal static class DatabaseConnection
{
    /// <summary>Answers when a connection to a server of a sufficient version was made.</summary>
    /// <exception cref="DatabaseStartException">Refused, not reachable in time, or too old.</exception>
    public static async Task RequireAsync(NpgsqlDataSource source, TimeSpan patience, ILogger logger, CancellationToken cancellation)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellation);
                var version = connection.PostgreSqlVersion;
                if (version.Major < EmbeddedPostgresBinaries.OldestMajor)
                    throw new DatabaseStartException(string.Create(CultureInfo.InvariantCulture,
                        $"The database server is PostgreSQL {version}; Kontor needs version {EmbeddedPostgresBinaries.OldestMajor} or newer."));
                return;
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                throw new DatabaseStartException(
                    $"PostgreSQL refused the connection ({refused.SqlState}): {refused.MessageText}. Check KONTOR_DATABASE.", refused);
            }
            catch (NpgsqlException unreachable) when (Stopwatch.GetElapsedTime(since) > patience)
            {
                throw new DatabaseStartException(
                    $"No database server answered within {patience.TotalSeconds} seconds: {unreachable.Message}. "
                    + "Check KONTOR_DATABASE and that the server runs.",
                    unreachable);
            }
            catch (NpgsqlException unreachable)
            {
                logger.LogInformation("Waiting for the database: {Reason}", unreachable.Message);
                await Task.Delay(1000, cancellation);
            }
        }
    }
}
