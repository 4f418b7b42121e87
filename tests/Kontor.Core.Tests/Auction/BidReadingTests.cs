using System.Text;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Auction;

/// <summary>Answers to pings: what counts as a bid, and how an endpoint in trouble is spared.</summary>
public sealed class BidReadingTests
{
    private static readonly BidRule Rule = new("https://buyer.example/ping", TimeSpan.FromSeconds(1), [], 12_000);
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly DateTimeOffset Noon = new(2026, 6, 17, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"accepted": true, "bid": 42.50, "currency": "EUR", "token": "t", "expires_in": 30}""", ReasonCode.None, 4_250)]
    [InlineData("""{"accepted": true, "bid": 120, "currency": "eur"}""", ReasonCode.None, 12_000)]
    [InlineData("""{"accepted": true, "bid": 120.01, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 0.01, "currency": "EUR"}""", ReasonCode.None, 1)]
    [InlineData("""{"accepted": true, "bid": 0, "currency": "EUR"}""", ReasonCode.NoBid, 0)]
    [InlineData("""{"accepted": true, "bid": -1, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 1.005, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 1e30, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50, "currency": "USD"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"bid": 50, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": "true", "bid": 50, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": "50", "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50, "bid": 60, "currency": "EUR"}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50, "currency": "EUR"}{"accepted": true}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50, "currency": "EUR", "expires_in": 0}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 50, "currency": "EUR", "token": ""}""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": false}""", ReasonCode.NoBid, 0)]
    [InlineData("""{"accepted": false, "bid": 50, "currency": "USD"}""", ReasonCode.NoBid, 0)]
    [InlineData("""[{"accepted": true}]""", ReasonCode.BidInvalid, 0)]
    [InlineData("""{"accepted": true, "bid": 5""", ReasonCode.BidInvalid, 0)]
    [InlineData("", ReasonCode.BidInvalid, 0)]
    public void answer_is_a_bid_only_when_everything_about_it_is_right(string body, ReasonCode reason, long amount)
    {
        var bid = CheckBid.Check(BidAnswer.Read(Encoding.UTF8.GetBytes(body)), Rule, Euro);
        (bid.Reason, bid.Amount).ShouldBe((reason, amount));
    }

    [Theory]
    [InlineData("", 30_000)]
    [InlineData(""", "expires_in": 5""", 5_000)]
    [InlineData(""", "expires_in": 0.25""", 250)]
    [InlineData(""", "expires_in": 99999999""", 86_400_000)]
    public void bid_holds_as_long_as_it_says(string expiry, int milliseconds) =>
        CheckBid.Check(BidAnswer.Read(Encoding.UTF8.GetBytes("""{"accepted": true, "bid": 5, "currency": "EUR" """ + expiry + "}")), Rule, Euro)
            .Lasts.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(WireEnd.Answered, 200, false, ReasonCode.None)]
    [InlineData(WireEnd.Answered, 204, false, ReasonCode.NoBid)]
    [InlineData(WireEnd.Answered, 302, false, ReasonCode.BidInvalid)]
    [InlineData(WireEnd.Answered, 500, false, ReasonCode.BidInvalid)]
    [InlineData(WireEnd.Answered, 200, true, ReasonCode.BidInvalid)]
    [InlineData(WireEnd.AnswerCut, 200, false, ReasonCode.BidTimeout)]
    [InlineData(WireEnd.TimedOut, null, false, ReasonCode.BidTimeout)]
    [InlineData(WireEnd.AddressRefused, null, false, ReasonCode.BidInvalid)]
    public void end_of_the_exchange_tells_whether_there_is_an_answer(WireEnd end, int? status, bool cutOff, ReasonCode reason) =>
        CheckBid.OfExchange(end, status, cutOff).Reason.ShouldBe(reason);

    [Fact]
    public void endpoint_that_mostly_fails_is_probed_and_opens_with_the_first_answer()
    {
        var health = default(PingHealth);
        for (var i = 0; i < PingHealth.Least - 1; i++)
            health = health.After(failed: true);
        health.IsThrottled.ShouldBeFalse();
        health = health.After(failed: true);
        health.IsThrottled.ShouldBeTrue();
        health.MayAsk(Noon, out health).ShouldBeTrue();
        health.MayAsk(Noon + PingHealth.ProbeEvery - TimeSpan.FromTicks(1), out health).ShouldBeFalse();
        health.MayAsk(Noon + PingHealth.ProbeEvery, out health).ShouldBeTrue();
        health = health.After(failed: false);
        health.IsThrottled.ShouldBeFalse();
    }

    [Fact]
    public void endpoint_that_fails_every_third_time_is_not_throttled()
    {
        var health = default(PingHealth);
        for (var i = 0; i < 100; i++)
        {
            health = health.After(failed: i % 3 == 0);
            health.IsThrottled.ShouldBe(false);
        }
    }
}
