using System.Collections.Immutable;

namespace Kontor.Insight;

/// <summary>One thing that happened to a lead, or that is to happen.</summary>
/// <param name="At">When.</param>
/// <param name="Icon">Name of its icon.</param>
/// <param name="Title">What, in the reader's language.</param>
public sealed record LeadMoment(DateTimeOffset At, string Icon, string Title)
{
    /// <summary>What belongs to it, a line each.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    /// <summary>A status it ended in; null when it has none.</summary>
    public string? Status { get; init; }

    /// <summary>Where there is more about it.</summary>
    public string? Href { get; init; }

    /// <summary>The beginning of an answer, as it came.</summary>
    public string? Answer { get; init; }

    /// <summary>Whether it lies ahead.</summary>
    public bool IsAhead { get; init; }
}
