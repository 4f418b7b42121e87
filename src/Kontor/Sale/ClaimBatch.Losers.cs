using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>The part of a batch that remembers whom to tell that a lead went elsewhere.</summary>
internal sealed partial class ClaimBatch
{
    /// <summary>Notes a lead that is final now. Which of its bidders lost, and where they want to hear it, is worked out after the claim.</summary>
    internal void TellLosers(ClaimItem item)
    {
        if (item.Desk.Terms.TellsLosers)
        {
            Writes.LossNotices[item.Lead.Id.Value] = item.Now;
        }
    }

    // Of a lead that is final with its first round every bid is known here.
    private void TellLosers(SellItem sell, ImmutableArray<Award> awards)
    {
        if (sell.Desk.Terms.TellsLosers && sell.Bids.Any(IsTold))
        {
            TellLosers(sell);
        }

        bool IsTold(BidFact bid) => bid.Reason == ReasonCode.None && sell.Desk.Terms.Contracts[bid.Contract].Contract.Bid?.LossNotice is not null
            && !awards.Any(award => award.Contract == bid.Contract);
    }
}
