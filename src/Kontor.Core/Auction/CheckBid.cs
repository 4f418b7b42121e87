using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;

namespace Kontor.Core.Auction;

/// <summary>What an answer to a ping is worth.</summary>
/// <param name="Reason"><see cref="ReasonCode.None"/> for a bid that may win; else why there is none.</param>
/// <param name="Amount">The bid, minor units; 0 without one.</param>
/// <param name="Token">The buyer's mark of it, or null.</param>
/// <param name="Lasts">For how long it holds from its arrival, whole microseconds.</param>
public readonly record struct CheckedBid(ReasonCode Reason, long Amount, string? Token, TimeSpan Lasts)
{
    /// <summary>What is wrong with an invalid one.</summary>
    public BidFault Fault { get; init; }

    /// <summary>Why the buyer does not bid, in his own words, or null.</summary>
    public string? Note { get; init; }

    /// <summary>No bid, and why.</summary>
    public static CheckedBid Without(ReasonCode reason, BidFault fault = BidFault.None) => new(reason, 0, null, TimeSpan.Zero) { Fault = fault };
}

/// <summary>Judges what came of a ping. The floor is not looked at here: it belongs to the tier that sells.</summary>
public static class CheckBid
{
    /// <summary>How long a bid holds that does not say.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromSeconds(30);

    /// <summary>How long a bid holds at most, whatever it says.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    /// <summary>Why no answer could be read, by how the exchange ended; with <see cref="ReasonCode.None"/> when there is one to be read.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="httpStatus">The status, or null.</param>
    /// <param name="cutOff">Whether the body was longer than what is read of one.</param>
    /// <returns><see cref="ReasonCode.BidTimeout"/>, <see cref="ReasonCode.NoBid"/> for 204 and <see cref="ReasonCode.BidInvalid"/> for every other
    /// end without an answer under 200 to 299.</returns>
    public static CheckedBid OfExchange(WireEnd end, int? httpStatus, bool cutOff) => (end, httpStatus) switch
    {
        (WireEnd.TimedOut or WireEnd.AnswerCut or WireEnd.Stopped, _) => CheckedBid.Without(ReasonCode.BidTimeout),
        (WireEnd.Answered, 204) => CheckedBid.Without(ReasonCode.NoBid),
        (WireEnd.Answered, >= 200 and < 300) => cutOff ? Invalid(BidFault.TooLong) : CheckedBid.Without(ReasonCode.None),
        (WireEnd.Answered, _) => Invalid(BidFault.HttpStatus),
        _ => Invalid(BidFault.NotReached),
    };

    /// <summary>Checks an answer.</summary>
    /// <param name="answer">As read; null when it could not be read.</param>
    /// <param name="rule">How the contract's buyer may bid.</param>
    /// <param name="currency">The campaign's.</param>
    /// <returns><see cref="ReasonCode.NoBid"/> for a buyer who does not want the lead or bids nothing; <see cref="ReasonCode.BidInvalid"/> for an
    /// answer that cannot be read, another currency or none, more digits than the currency has, less than zero, more than the rule
    /// allows, or a bid that has ended on arrival.</returns>
    public static CheckedBid Check(BidAnswer? answer, BidRule rule, Currency currency)
    {
        if (answer is not { Accepted: { } accepted })
        {
            return Invalid(BidFault.Unreadable);
        }

        if (!accepted || answer.Amount == 0)
        {
            return CheckedBid.Without(ReasonCode.NoBid) with { Note = answer.Reason };
        }

        if (FaultOf(answer, rule, currency) is var fault and not BidFault.None)
        {
            return Invalid(fault);
        }

        var lasts = answer.ExpiresIn is not { } seconds ? UsualLife
            : seconds >= (decimal)LongestLife.TotalSeconds ? LongestLife
            : TimeSpan.FromTicks((long)(seconds * 1_000_000) * TimeSpan.TicksPerMicrosecond);
        return new CheckedBid(ReasonCode.None, Money.FromDecimal(answer.Amount!.Value, currency)!.Value.Minor, answer.Token, lasts);
    }

    private static BidFault FaultOf(BidAnswer answer, BidRule rule, Currency currency)
    {
        if (answer.Amount is not { } bid)
        {
            return BidFault.Unreadable;
        }

        var sameCurrency = string.Equals(answer.Currency, currency.Code, StringComparison.OrdinalIgnoreCase);
        return !sameCurrency ? BidFault.OtherCurrency
            : bid < 0 ? BidFault.Negative
            : bid > LargestBid ? BidFault.AboveMaxBid
            : Money.FromDecimal(bid, currency) is not { } money ? BidFault.TooManyDigits
            : money.Minor > rule.MaxBid ? BidFault.AboveMaxBid
            : answer.ExpiresIn <= 0 ? BidFault.Ended
            : BidFault.None;
    }

    // Beyond it an amount in minor units might not be a number any more.
    private const decimal LargestBid = 1_000_000_000_000m;

    private static CheckedBid Invalid(BidFault fault) => CheckedBid.Without(ReasonCode.BidInvalid, fault);
}
