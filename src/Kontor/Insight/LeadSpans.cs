using System.Buffers.Binary;
using Npgsql;

namespace Kontor.Insight;

/// <summary>The time in which leads came, cut into spans from the newest to the oldest. Ids of leads are UUIDv7: a span of ids is a span of time.</summary>
internal sealed class LeadSpans
{
    private readonly Guid oldest;
    private Guid below;

    private LeadSpans(Guid oldest, Guid below) => (this.oldest, this.below) = (oldest, below);

    /// <summary>Whether everything was taken.</summary>
    public bool IsAtEnd => below.CompareTo(oldest) <= 0;

    /// <summary>Everything from a time on and below an id.</summary>
    public static async Task<LeadSpans> OpenAsync(NpgsqlDataSource database, DateTimeOffset? from, Guid below, CancellationToken cancel)
    {
        if (await LeadSearchSql.EdgesAsync(database, cancel) is not { } edges)
        {
            return new LeadSpans(Guid.AllBitsSet, Guid.Empty);
        }

        var oldest = from is { } at && IdAt(at).CompareTo(edges.Oldest) > 0 ? IdAt(at) : edges.Oldest;
        var afterNewest = IdAt(TimeOf(edges.Newest).AddMilliseconds(1));
        return new LeadSpans(oldest, below.CompareTo(afterNewest) > 0 ? afterNewest : below);
    }

    /// <summary>The next span of a length; null when nothing is left.</summary>
    public (Guid From, Guid Below)? Take(TimeSpan length)
    {
        if (IsAtEnd)
        {
            return null;
        }

        var end = below;
        var start = IdAt(TimeOf(end) - length);
        // The end of a day that began before the first lead is that lead.
        below = start.CompareTo(oldest) < 0 ? oldest : start;
        return (below, end);
    }

    /// <summary>A quick span is followed by a longer one, a slow one by a shorter.</summary>
    public static TimeSpan Next(TimeSpan length, TimeSpan took, TimeSpan longest) => took.TotalMilliseconds switch
    {
        < 150 => length * 4 < longest ? length * 4 : longest,
        > 600 when length > TimeSpan.FromHours(1) => length / 2,
        _ => length,
    };

    /// <summary>Whichever ends first: the id, or the ids of a time. All bits set stands for no end.</summary>
    public static Guid Lower(Guid? below, DateTimeOffset? until)
    {
        var end = until is { } at ? IdAt(at) : Guid.AllBitsSet;
        return below is { } id && id.CompareTo(end) < 0 ? id : end;
    }

    /// <summary>The lowest id of a time, to the millisecond.</summary>
    public static Guid IdAt(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The time in an id; never later than dates can be written.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds()));
    }
}
