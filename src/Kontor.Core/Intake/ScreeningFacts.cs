namespace Kontor.Core.Intake;

/// <summary>Where a lead is on its way when it is screened.</summary>
public enum Stage
{
    /// <summary>A supplier asks for a price; personal fields are not known yet.</summary>
    Ping,

    /// <summary>The lead itself is posted.</summary>
    Post,
}

/// <summary>What came of asking a suppression service.</summary>
public enum SuppressionEnd
{
    /// <summary>It knows nothing against the lead.</summary>
    Clear,

    /// <summary>The lead must not be sold.</summary>
    Suppressed,

    /// <summary>Nothing was asked, because too many questions were under way.</summary>
    Busy,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>No connection, or one that broke.</summary>
    NotReached,

    /// <summary>Its address is none that may be called.</summary>
    AddressRefused,

    /// <summary>Another status than 200 to 299.</summary>
    WrongStatus,

    /// <summary>An answer that does not say true or false, or is too long.</summary>
    Unreadable,
}

/// <summary>What a suppression service said about a lead.</summary>
/// <param name="End">What came of asking.</param>
/// <param name="HttpStatus">The status of its answer, or null.</param>
/// <param name="ElapsedMs">Milliseconds from the question to its end, not below 0.</param>
public readonly record struct SuppressionFact(SuppressionEnd End, int? HttpStatus, int ElapsedMs)
{
    /// <summary>Whether nothing is known.</summary>
    public bool IsUnknown => End is not (SuppressionEnd.Clear or SuppressionEnd.Suppressed);
}

/// <summary>What screening found out beside the lead, the rules and the time. Stored with the decision; it holds nothing personal.</summary>
/// <param name="Stage">Where the lead was.</param>
public sealed record ScreeningFacts(Stage Stage)
{
    /// <summary>What the suppression service said; null when it was not asked.</summary>
    public SuppressionFact? Suppression { get; init; }

    /// <summary>Whether the campaign has seen the person within its window; null when that was not looked up here. At the post it is for the
    /// claim to find out, under lock.</summary>
    public bool? PersonSeen { get; init; }
}
