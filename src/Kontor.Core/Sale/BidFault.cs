namespace Kontor.Core.Sale;

/// <summary>What is wrong with an answer to a ping that is no valid bid.</summary>
public enum BidFault
{
    None,

    /// <summary>It is not in the form that the contract expects, or lacks what it needs.</summary>
    Unreadable,

    /// <summary>It names another currency than the campaign's, or none where it has to name one.</summary>
    OtherCurrency,

    /// <summary>Its amount has more digits than the currency.</summary>
    TooManyDigits,

    /// <summary>Its amount is less than nothing.</summary>
    Negative,

    /// <summary>Its amount is above the contract's highest bid.</summary>
    AboveMaxBid,

    /// <summary>It had ended when it arrived.</summary>
    Ended,

    /// <summary>It is longer than what is read of one.</summary>
    TooLong,

    /// <summary>It has a status outside 200 to 299.</summary>
    HttpStatus,

    /// <summary>No connection came about, or it broke.</summary>
    NotReached,
}

/// <summary>What faults mean to people.</summary>
public static class BidFaults
{
    /// <summary>In plain words, the end of a sentence about the answer.</summary>
    public static Phrase Words(this BidFault fault) => fault switch
    {
        BidFault.Unreadable => Phrase.Of("the answer is not in the form the contract expects"),
        BidFault.OtherCurrency => Phrase.Of("the answer does not bid in the campaign's currency"),
        BidFault.TooManyDigits => Phrase.Of("the bid has more digits than its currency"),
        BidFault.Negative => Phrase.Of("the bid is less than nothing"),
        BidFault.AboveMaxBid => Phrase.Of("the bid is above the contract's max_bid"),
        BidFault.Ended => Phrase.Of("the bid had ended when it arrived"),
        BidFault.TooLong => Phrase.Of("the answer is too long"),
        BidFault.HttpStatus => Phrase.Of("the answer has a status outside 200 to 299"),
        BidFault.NotReached => Phrase.Of("the endpoint was not reached or broke off"),
        _ => Phrase.Of("no bid that counts"),
    };
}
