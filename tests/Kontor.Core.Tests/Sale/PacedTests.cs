using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>The gate of caps that are spread over their windows.</summary>
public sealed class PacedTests
{
    private static readonly Cap Leads = new(CapWindow.Day, 50, null) { Pace = Pace.Even };
    private static readonly Cap Spend = new(CapWindow.Week, null, 100_000) { Pace = Pace.Even };

    [Theory]
    [InlineData(0, 1, ReasonCode.None)]
    [InlineData(1, 1, ReasonCode.Paced)]
    [InlineData(10, 12, ReasonCode.None)]
    [InlineData(11, 12, ReasonCode.None)]
    [InlineData(12, 12, ReasonCode.Paced)]
    [InlineData(30, 12, ReasonCode.Paced)]
    [InlineData(49, 50, ReasonCode.None)]
    [InlineData(50, 50, ReasonCode.CapReached)]
    public void leads_beyond_the_quota_are_refused_and_the_cap_comes_first(long used, long quota, ReasonCode reason)
    {
        var terms = Terms([Leads]);
        Given.Reason(terms, Facts(terms, [used], [quota]), "a").ShouldBe(reason);
    }

    [Theory]
    [InlineData(0, 1, ReasonCode.None)]
    [InlineData(1, 4_000, ReasonCode.Paced)]
    [InlineData(6_000, 10_000, ReasonCode.None)]
    [InlineData(6_001, 10_000, ReasonCode.Paced)]
    [InlineData(96_000, 100_000, ReasonCode.None)]
    [InlineData(96_001, 100_000, ReasonCode.CapReached)]
    public void money_beyond_the_quota_is_refused(long used, long quota, ReasonCode reason)
    {
        var terms = Terms([Spend]);
        Given.Reason(terms, Facts(terms, [used], [quota]), "a").ShouldBe(reason);
    }

    [Fact]
    public void every_cap_has_a_quota_of_its_own_or_none()
    {
        var terms = Terms([new Cap(CapWindow.Hour, 5, null), Leads]);
        Given.Reason(terms, Facts(terms, [4, 4], [-1, 5]), "a").ShouldBe(ReasonCode.None);
        Given.Reason(terms, Facts(terms, [4, 5], [-1, 5]), "a").ShouldBe(ReasonCode.Paced);
        Given.Reason(terms, Facts(terms, [5, 5], [-1, 5]), "a").ShouldBe(ReasonCode.CapReached);
        Given.Reason(terms, Facts(terms, [4, 49], []), "a").ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void pace_comes_before_credit_and_tests_pass()
    {
        var terms = Terms([Leads]);
        var facts = Facts(terms, [12], [12], available: 0);
        Given.Reason(terms, facts, "a").ShouldBe(ReasonCode.Paced);
        Given.Reason(terms, facts, "a", Given.Lead(test: true)).ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void bidders_are_held_back_too()
    {
        var terms = Given.Terms(Given.Plan(method: Method.HighestBid),
            [Given.Contract("a", (1, 1)) with { Caps = [Leads], Bid = new BidRule("https://b.example", TimeSpan.FromSeconds(1), [], 9_000) }]);
        var bid = new BidFact { Contract = 0, Promise = 1, Amount = 5_000, Order = 1, ExpiresAt = Given.Noon.AddMinutes(1) };
        Given.Reason(terms, Facts(terms, [12], [12]) with { Bids = [bid], BidsAt = Given.Noon }, "a").ShouldBe(ReasonCode.Paced);
        Given.Reason(terms, Facts(terms, [11], [12]) with { Bids = [bid], BidsAt = Given.Noon }, "a").ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void trace_tells_what_was_free_by_then()
    {
        var terms = Terms([Leads, Spend]);
        var trace = ExplainSale.Explain(terms, Given.Lead(), Facts(terms, [12, 6_000], [12, 30_000]), Given.Noon)[0];
        trace.Reason.ShouldBe(ReasonCode.Paced);
        trace.Checks.Where(check => check.Gate is ReasonCode.Paced).Select(check => $"{check.Passed} {check.Expected}: {check.Actual}").ShouldBe(
        [
            "False at most 12 of 50 leads by this time of the day: 12 taken",
            "True at most 300.00 EUR of 1000.00 EUR by this time of the week: 60.00 EUR spent",
        ]);
        trace.Checks.Select(check => check.Gate).ShouldBe(trace.Checks.Select(check => check.Gate).Order());
    }

    private static SaleTerms Terms(Cap[] caps) => Given.Terms(Given.Plan(), [Given.Contract("a", (1, 4_000)) with { Caps = [.. caps] }]);

    private static SaleFacts Facts(SaleTerms terms, long[] used, long[] quotas, long? available = null) =>
        Given.Fresh(terms, one => one with { Used = [.. used], Quotas = [.. quotas], Available = available });
}
