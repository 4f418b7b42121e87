namespace Kontor.Core.Sale;

/// <summary>What became of the buyer's decision on a reserved sale.</summary>
public enum Verdict
{
    /// <summary>The buyer took the lead: the sale is confirmed.</summary>
    Accepted,

    /// <summary>The buyer refused it: the sale is released.</summary>
    Rejected,

    /// <summary>No usable answer came in time: the sale is released.</summary>
    Unreachable,

    /// <summary>The post may have arrived and nobody can tell: slot and money stay held until a person decides.</summary>
    Unknown,
}
