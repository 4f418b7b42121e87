using System.Collections.Immutable;
using Kontor.Core;
using Npgsql;

namespace Kontor.Intake;

/// <summary>A callback that is to be looked at.</summary>
/// <param name="Lead">The lead whose final answer is owed.</param>
/// <param name="Url">Where the supplier wants it.</param>
/// <param name="Made">Posts made so far.</param>
/// <param name="Pending">Whether buyers are still answering, so that there is nothing to post yet.</param>
internal sealed record DueCallback(LeadId Lead, string Url, int Made, bool Pending);

/// <summary>Final answers owed to suppliers who were told "pending" and left a <c>callback_url</c>.</summary>
public sealed class Callbacks(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How much later a lead that is still pending is looked at again, at the least and at the most.</summary>
    private static readonly (TimeSpan Least, TimeSpan Most) Look = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>The waits after the first, second, ... post that was not taken; after the last one the callback has failed.</summary>
    public static ImmutableArray<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6),
    ];

    /// <summary>Promises the final answer of a lead. Promising it again changes nothing. It goes on although the supplier has hung up.</summary>
    public Task PromiseAsync(LeadId lead, string url) => CallbacksSql.InsertAsync(database, lead, url, clock.GetUtcNow(), CancellationToken.None);

    /// <summary>When to post again; null when every attempt is used up, or when the supplier said that the address is gone.</summary>
    /// <param name="made">Posts made, at least 1.</param>
    /// <param name="httpStatus">What the last one was answered with, or null.</param>
    /// <param name="retryAfter">The wait the supplier asked for, or null: a longer one than planned is kept to, up to a day.</param>
    /// <param name="now">When the last one ended.</param>
    internal static DateTimeOffset? Next(int made, int? httpStatus, TimeSpan? retryAfter, DateTimeOffset now)
    {
        if (made > Waits.Length || httpStatus == StatusCodes.Status410Gone)
        {
            return null;
        }

        var asked = retryAfter is { } wait && wait < TimeSpan.FromDays(1) ? wait : TimeSpan.Zero;
        return now + (asked > Waits[made - 1] ? asked : Waits[made - 1]);
    }

    /// <summary>When to look again at a lead that is still pending: the longer it has been, the less often.</summary>
    internal static DateTimeOffset LookAgain(DateTimeOffset receivedAt, DateTimeOffset now)
    {
        var wait = (now - receivedAt) / 8;
        return now + (wait < Look.Least ? Look.Least : wait > Look.Most ? Look.Most : wait);
    }
}
