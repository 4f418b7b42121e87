using Kontor.Core.Catalog;

namespace Kontor.Core.Returns;

/// <summary>What a return is decided on.</summary>
/// <param name="Confirmed">Whether the sale is confirmed.</param>
/// <param name="SoldAt">When it was sold.</param>
/// <param name="Earlier">The return that was stored before; null without one.</param>
/// <param name="Rule">What its contract said of returns when the sale was decided; null when it said nothing.</param>
public sealed record ReturnFacts(bool Confirmed, DateTimeOffset SoldAt, SaleReturn? Earlier, ReturnRule? Rule);

/// <summary>What becomes of the wish to give a sale back.</summary>
public enum ReturnVerdict
{
    /// <summary>The sale is given back.</summary>
    Returned,

    /// <summary>It was given back before, for the same reason and with the same note: nothing changes.</summary>
    Repeated,

    /// <summary>It was given back before, for another reason or with another note.</summary>
    AlreadyReturned,

    /// <summary>It is not confirmed: there is nothing to give back yet, or no longer.</summary>
    NotConfirmed,

    /// <summary>Its contract takes nothing back from the buyer.</summary>
    NotAllowed,

    /// <summary>The buyer's time to give it back is over.</summary>
    TooLate,
}

/// <summary>Whether a sale is given back.</summary>
public static class DecideReturn
{
    /// <summary>Decides. A buyer may give back until exactly <see cref="ReturnRule.Within"/> after the sale, that instant included; an operator
    /// may at any time and without a rule. What was given back once stays so, and a repeat is told apart before any other rule is looked at.</summary>
    public static ReturnVerdict Decide(ReturnFacts facts, ReturnRequest request, ReturnedBy by, DateTimeOffset now)
    {
        if (facts.Earlier is { } earlier)
        {
            return earlier.Request == request ? ReturnVerdict.Repeated : ReturnVerdict.AlreadyReturned;
        }

        if (!facts.Confirmed)
        {
            return ReturnVerdict.NotConfirmed;
        }

        if (by == ReturnedBy.Operator)
        {
            return ReturnVerdict.Returned;
        }

        return facts.Rule is not { } rule ? ReturnVerdict.NotAllowed
            : now - facts.SoldAt > rule.Within ? ReturnVerdict.TooLate
            : ReturnVerdict.Returned;
    }
}
