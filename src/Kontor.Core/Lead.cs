using System.Collections.Immutable;

namespace Kontor.Core;

/// <summary>A lead as it was normalised at intake: what every later stage decides on, and what a replay starts from.</summary>
public sealed record Lead
{
    /// <summary>Its identity.</summary>
    public required LeadId Id { get; init; }

    /// <summary>When Kontor received it (UTC, microseconds).</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Key of the campaign it was posted to.</summary>
    public required string Campaign { get; init; }

    /// <summary>Key of the source that posted it.</summary>
    public required string Source { get; init; }

    /// <summary>Whether it is a test: it goes all the way, without money, caps or duplicates.</summary>
    public bool Test { get; init; }

    /// <summary>The source's own sub-channel, or null.</summary>
    public string? SubId { get; init; }

    /// <summary>0..100 from scoring, or null while nothing scored it.</summary>
    public int? Score { get; init; }

    /// <summary>The normalised values, one for each field of the vertical, in the vertical's order.</summary>
    public required ImmutableArray<FieldValue> Values { get; init; }
}
