using System.Collections.Immutable;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Sale;
using Kontor.Core.Tests.Sale;

namespace Kontor.Core.Tests.Auction;

/// <summary>Who is told that he bid for nothing, and what.</summary>
public sealed class LostBidsTests
{
    private static readonly Dictionary<string, ReasonCode> NoRefusal = [];

    [Fact]
    public void bidder_without_the_lead_is_told_of_his_own_bid_and_why()
    {
        var terms = Terms(Given.Plan(method: Method.HighestBid) with { Tiers = [new Tier { Method = Method.HighestBid, Floor = 0.20m }] }, "a", "b", "c", "d", "e");
        var round = Round(terms, [Bid(terms, "a", 50), Bid(terms, "b", 40), Bid(terms, "c", 10), Without(terms, "d"), Bid(terms, "e", 45) with { ExpiresAt = Given.Noon }]);
        LostBids.Of([round], ["a"], NoRefusal).Select(Text).ShouldBe(["b 40 b-token outranked", "c 10 c-token bid_below_floor", "e 45 e-token bid_timeout"]);
    }

    [Fact]
    public void everybody_is_told_when_nobody_has_the_lead()
    {
        var terms = Terms(Given.Plan(method: Method.HighestBid), "a", "b");
        var round = Round(terms, [Bid(terms, "a", 50), Bid(terms, "b", 40)]);
        LostBids.Of([round with { Stopped = ReasonCode.DuplicateLead }], [], NoRefusal).Select(Text).ShouldBe(["a 50 a-token duplicate", "b 40 b-token duplicate"]);
        LostBids.Of([round], [], new Dictionary<string, ReasonCode> { ["a"] = ReasonCode.RejectedByBuyer, ["b"] = ReasonCode.BuyerUnreachable }).Select(Text)
            .ShouldBe(["a 50 a-token rejected_by_buyer", "b 40 b-token buyer_unreachable"]);
    }

    [Fact]
    public void that_a_rival_has_the_lead_is_not_told()
    {
        var buyers = new[] { Given.Buyer("a") with { ConflictGroup = "g" }, Given.Buyer("b") with { ConflictGroup = "g" } };
        var terms = Given.Terms(Given.Shared(2, Method.HighestBid), [Contract("a", 2), Contract("b", 2)], buyers);
        var bids = ImmutableArray.Create(Bid(terms, "a", 50), Bid(terms, "b", 40));
        Given.Reason(terms, Facts(terms, bids), "b").ShouldBe(ReasonCode.ConflictingBuyer);
        LostBids.Of([Round(terms, bids)], ["a"], NoRefusal).Select(Text).ShouldBe(["b 40 b-token outranked"]);
    }

    [Fact]
    public void buyer_who_has_the_lead_by_another_contract_has_lost_nothing()
    {
        var terms = Given.Terms(Given.Plan(method: Method.HighestBid), [Contract("a1") with { Buyer = "a" }, Contract("a2") with { Buyer = "a" }]);
        LostBids.Of([Round(terms, [Bid(terms, "a1", 50), Bid(terms, "a2", 40)])], ["a"], NoRefusal).ShouldBeEmpty();
    }

    [Fact]
    public void last_bid_of_a_contract_counts_and_a_round_that_asked_nobody_changes_nothing()
    {
        var terms = Terms(Given.Plan(method: Method.HighestBid), "a", "b");
        var (first, later) = (Round(terms, [Bid(terms, "a", 50), Bid(terms, "b", 40)]), Round(terms, [Bid(terms, "b", 30)]));
        LostBids.Of([first, later], ["a"], NoRefusal).Select(Text).ShouldBe(["b 30 b-token outranked"]);
        LostBids.Of([first, Round(terms, [])], ["a"], NoRefusal).Select(Text).ShouldBe(["b 40 b-token outranked"]);
    }

    [Theory]
    [InlineData(ResaleTrigger.Unsold, new[] { "b 40 b-token outranked", "c 30 c-token no_bid" })]
    [InlineData(ResaleTrigger.NoDeal, new[] { "c 30 c-token no_bid" })]
    public void offer_after_the_lead_was_final_tells_only_its_own_bidders(ResaleTrigger trigger, string[] told)
    {
        var plan = Given.Plan(method: Method.HighestBid);
        var terms = Terms(plan with { Resale = [new Resale(TimeSpan.FromMinutes(1), trigger, plan)] }, "a", "b", "c");
        var first = Round(terms, [Bid(terms, "a", 50), Bid(terms, "b", 40)]);
        var again = Round(terms, [Bid(terms, "c", 30) with { Promise = 0 }], offer: 0);
        LostBids.Of([first, again], ["a"], NoRefusal).Select(Text).ShouldBe(told);
    }

    [Fact]
    public void trace_says_that_a_throttled_bidder_was_asked_all_the_same_and_what_was_wrong_with_an_answer()
    {
        var terms = Terms(Given.Plan(method: Method.HighestBid), "a", "b", "c");
        var facts = Facts(terms,
        [
            Bid(terms, "a", 50) with { AskedAnyway = true },
            Without(terms, "b") with { Reason = ReasonCode.BidInvalid, Fault = BidFault.OtherCurrency },
            Without(terms, "c") with { Note = "area not served" },
        ]);
        var trace = ExplainSale.Explain(terms, Given.Lead(), facts, Given.Noon).ToDictionary(entry => entry.Contract);
        trace["a"].Sold.ShouldBeTrue();
        var spared = trace["a"].Checks.Single(check => check.Gate == ReasonCode.BuyerThrottled);
        spared.Passed.ShouldBeTrue();
        spared.Actual.ShouldContain("would have been passed over");
        trace["b"].Checks.Single(check => check.Gate == ReasonCode.BidInvalid).Actual.ShouldStartWith("the answer does not bid in the campaign's currency");
        trace["c"].Checks.Single(check => check.Gate == ReasonCode.NoBid).Actual.ShouldEndWith(": area not served");
    }

    [Fact]
    public void every_fault_has_words_of_its_own() =>
        Enum.GetValues<BidFault>().Select(fault => fault.Words()).Distinct().Count().ShouldBe(Enum.GetValues<BidFault>().Length);

    private static SaleTerms Terms(Plan plan, params string[] contracts) => Given.Terms(plan, contracts.Select(key => Contract(key)));

    private static Contract Contract(string key, int promise = 1) =>
        Given.Contract(key, (promise, 100)) with { Bid = new BidRule("https://b.example", TimeSpan.FromSeconds(1), [], 100) };

    private static BidFact Bid(SaleTerms terms, string contract, long amount) => new()
    {
        Contract = OrdinalOf(terms, contract),
        Promise = 10,
        Amount = amount,
        Order = 1,
        ExpiresAt = Given.Noon.AddMinutes(1),
        Token = contract + "-token",
        Ping = Guid.NewGuid(),
    };

    private static BidFact Without(SaleTerms terms, string contract) => new() { Contract = OrdinalOf(terms, contract), Promise = 10, Reason = ReasonCode.NoBid };

    private static int OrdinalOf(SaleTerms terms, string contract) => terms.Contracts.Index().Single(one => one.Item.Contract.Key == contract).Index;

    private static SaleFacts Facts(SaleTerms terms, ImmutableArray<BidFact> bids, int? offer = null) =>
        Given.Fresh(terms) with { Bids = bids, BidsAt = Given.Noon, Resale = offer };

    private static BiddingRound Round(SaleTerms terms, ImmutableArray<BidFact> bids, int? offer = null) =>
        new(terms, Given.Lead(), Facts(terms, bids, offer), ReasonCode.None, Given.Noon);

    private static string Text(LostBid bid) => $"{bid.Contract.Key} {bid.Amount} {bid.Token} {bid.Reason.Text()}";
}
