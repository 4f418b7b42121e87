using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>At which stages of a lead a check is made.</summary>
[Flags]
public enum Stages
{
    None = 0,

    /// <summary>When a supplier asks for a price.</summary>
    Ping = 1,

    /// <summary>When the lead itself is posted.</summary>
    Post = 2,

    Both = Ping | Post,
}

/// <summary>What a campaign checks of a lead before any buyer hears of it.</summary>
public sealed record Screening
{
    /// <summary>A campaign that says nothing: persons seen before are refused at the post, malformed values wherever they come.</summary>
    public static Screening Usual { get; } = new();

    /// <summary>Where the campaign's duplicate rule refuses. A person is remembered by every sale and every unsold lead, whatever stands here.</summary>
    public Stages DuplicatesAt { get; init; } = Stages.Post;

    /// <summary>Where a malformed value of an optional field refuses the whole message; elsewhere the value is dropped with a warning.</summary>
    public Stages FormatAt { get; init; } = Stages.Both;

    /// <summary>What every lead must meet whatever buyers want; null is nothing.</summary>
    public CriteriaRule? Criteria { get; init; }

    /// <summary>The operator's own suppression service; null is none.</summary>
    public SuppressionRule? Suppression { get; init; }
}

/// <summary>Minimum criteria.</summary>
/// <param name="At">Where they are checked.</param>
/// <param name="Filter">What a lead must meet.</param>
public sealed record CriteriaRule(Stages At, Filter Filter);

/// <summary>What becomes of a lead about which the suppression service could not be asked.</summary>
public enum IfUnreachable
{
    /// <summary>It goes on.</summary>
    Accept,

    /// <summary>It is refused.</summary>
    Reject,
}

/// <summary>A service of the operator that knows whose leads must not be sold.</summary>
/// <param name="At">Where it is asked.</param>
/// <param name="Url">Absolute, http or https.</param>
/// <param name="Timeout">For everything together, at most.</param>
/// <param name="Fields">Fields of type phone and email whose hashes it is told, at least one.</param>
/// <param name="IfUnreachable">What follows when it does not answer usably.</param>
public sealed record SuppressionRule(Stages At, string Url, TimeSpan Timeout, ImmutableArray<string> Fields, IfUnreachable IfUnreachable);
