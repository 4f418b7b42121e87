using System.Text;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;
using Kontor.Core.Tests.Catalog;
using Kontor.Core.Tests.Delivery;

namespace Kontor.Core.Tests.Auction;

/// <summary>Answers to pings in the buyer's own form: what counts as a bid, and that nothing he sends does harm.</summary>
public sealed class MappedBidReadingTests
{
    private const string Json = """
        {"accepted": {"path": "$.result.success"}, "price": {"path": "$.result.price"}, "currency": {"path": "$.result.currency"},
         "token": {"path": "$.result.id"}, "expires_in": {"path": "$.result.ttl"}, "reason": {"path": "$.error"}}
        """;

    private const string Xml = """
        {"accepted": {"path": "/answer/@status", "equals": ["ok", 1]}, "price": {"path": "/answer/bid/amount"}, "currency": {"path": "/answer/bid/@currency"},
         "token": {"path": "/answer/id"}, "expires_in": {"path": "/answer/ttl"}, "reason": {"path": "/answer/message"}}
        """;

    private const string Text = """{"accepted": {"pattern": "^OK\\b"}, "price": {"pattern": "price=([^;]*)"}, "token": {"pattern": "id=(\\w+)"}}""";
    private const string Price = """{"price": {"path": "$.bid"}}""";
    private static readonly BidRule Rule = new("https://buyer.example/ping", TimeSpan.FromSeconds(1), [], 12_000);
    private static readonly Currency Euro = Currency.Parse("EUR");

    [Theory]
    [InlineData(Json, """{"result":{"success":true,"price":42.5,"currency":"EUR"}}""", 4_250)]
    [InlineData(Json, """{"result":{"success":1,"price":"42.50","currency":"eur"}}""", 4_250)]
    [InlineData(Json, """{"result":{"success":"yes","price":120.00,"currency":"EUR"}}""", 12_000)]
    [InlineData(Xml, """<answer status="ok"><bid currency="EUR"><amount> 0.01 </amount></bid></answer>""", 1)]
    [InlineData(Xml, """<?xml version="1.0" encoding="utf-8"?><x:answer xmlns:x="urn:x" status="1"><x:bid currency="EUR"><x:amount>7</x:amount></x:bid></x:answer>""", 700)]
    [InlineData(Text, "OK; price=12.30; id=a7", 1_230)]
    [InlineData(Price, """{"bid": 5}""", 500)]
    public void answer_in_the_buyers_form_is_a_bid(string rules, string body, long amount)
    {
        var bid = Read(rules, body);
        (bid.Reason, bid.Fault, bid.Amount).ShouldBe((ReasonCode.None, BidFault.None, amount));
    }

    [Theory]
    [InlineData(Json, """{"result":{"success":false,"price":42.5,"currency":"EUR"},"error":"area not served"}""", "area not served")]
    [InlineData(Json, """{"result":{"success":0},"error":"a\u0000b"}""", "ab")]
    [InlineData(Json, """{"result":{"success":true,"price":0,"currency":"EUR"}}""", null)]
    [InlineData(Json, """{"result":{"success":true,"price":"0.00","currency":"EUR"}}""", null)]
    [InlineData(Json, """{"result":{"success":true,"price":-3,"currency":"EUR"}}""", null)]
    [InlineData(Xml, """<answer status="no"><message>full</message></answer>""", "full")]
    [InlineData(Text, "NO", null)]
    [InlineData(Price, """{"bid": 0}""", null)]
    public void answer_that_refuses_or_bids_nothing_is_no_bid(string rules, string body, string? note)
    {
        var bid = Read(rules, body);
        (bid.Reason, bid.Note).ShouldBe((ReasonCode.NoBid, note));
    }

    [Theory]
    [InlineData(Json, """{"result":{"success":true,"price":42.5,"currency":"USD"}}""", BidFault.OtherCurrency)]
    [InlineData(Json, """{"result":{"success":true,"price":42.5}}""", BidFault.OtherCurrency)]
    [InlineData(Json, """{"result":{"success":true,"price":42.505,"currency":"EUR"}}""", BidFault.TooManyDigits)]
    [InlineData(Json, """{"result":{"success":true,"price":120.01,"currency":"EUR"}}""", BidFault.AboveMaxBid)]
    [InlineData(Json, """{"result":{"success":true,"price":9999999999999999999,"currency":"EUR"}}""", BidFault.AboveMaxBid)]
    [InlineData(Json, """{"result":{"success":true,"price":4.2e1,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":1e400,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":"NaN","currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":NaN,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":"Infinity","currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":"42,50","currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":"42.50 EUR","currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":"0x2A","currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":1.0000000000000000000000000001,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":null,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"price":5,"currency":"EUR"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"currency":"EUR","ttl":0}}""", BidFault.Ended)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"currency":"EUR","ttl":-5}}""", BidFault.Ended)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"currency":"EUR","ttl":"soon"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"currency":"EUR","id":"a\u0007"}}""", BidFault.Unreadable)]
    [InlineData(Json, """{"result":{"success":true,"price":4,"currency":"EUR"}}{"x":1}""", BidFault.Unreadable)]
    [InlineData(Json, "<answer/>", BidFault.Unreadable)]
    [InlineData(Json, "", BidFault.Unreadable)]
    [InlineData(Xml, """<answer status="ok"><bid currency="EUR"><amount>1</amount></bid></answer><answer status="ok"/>""", BidFault.Unreadable)]
    [InlineData(Xml, """<answer status="ok"><bid currency="EUR"><amount>1</amount></bid>""", BidFault.Unreadable)]
    [InlineData(Xml, """<answer status="ok"><bid currency="EUR"><amount>1</amount><amount>2</amount></bid></answer>""", BidFault.Unreadable)]
    [InlineData(Xml, """<answer status="ok"><bid currency="GBP"><amount>1</amount></bid></answer>""", BidFault.OtherCurrency)]
    [InlineData(Text, "OK; price=much", BidFault.Unreadable)]
    [InlineData(Text, "OK", BidFault.Unreadable)]
    public void anything_else_is_invalid_and_says_why(string rules, string body, BidFault fault)
    {
        var bid = Read(rules, body);
        (bid.Reason, bid.Fault, bid.Amount).ShouldBe((ReasonCode.BidInvalid, fault, 0));
    }

    [Theory]
    [InlineData("", 30_000, null)]
    [InlineData(""","id":"t-1","ttl":5""", 5_000, "t-1")]
    [InlineData(""","id":"t-1","ttl":"2.5" """, 2_500, "t-1")]
    [InlineData(""","id":"","ttl":null""", 30_000, null)]
    [InlineData(""","id":4711,"ttl":999999999""", 86_400_000, "4711")]
    public void token_and_life_are_read(string more, int milliseconds, string? token)
    {
        var bid = Read(Json, """{"result":{"success":true,"price":4,"currency":"EUR" """ + more + "}}");
        (bid.Reason, bid.Token, bid.Lasts).ShouldBe((ReasonCode.None, token, TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void token_is_bounded()
    {
        Read(Json, Bidding(new string('t', BidAnswer.LongestToken))).Token!.Length.ShouldBe(BidAnswer.LongestToken);
        Read(Json, Bidding(new string('t', BidAnswer.LongestToken + 1))).Fault.ShouldBe(BidFault.Unreadable);

        static string Bidding(string token) => $$$"""{"result":{"success":true,"price":4,"currency":"EUR","id":"{{{token}}}"}}""";
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY p \"90\">]><answer status=\"ok\"><bid currency=\"EUR\"><amount>&p;</amount></bid></answer>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><answer status=\"ok\"><bid currency=\"EUR\"><amount>90</amount></bid><message>&x;</message></answer>")]
    [InlineData("<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\"><answer status=\"ok\"><bid currency=\"EUR\"><amount>90</amount></bid></answer>")]
    [InlineData("<!doctype a><answer status=\"ok\"><bid currency=\"EUR\"><amount>90</amount></bid></answer>")]
    [InlineData("<answer status=\"ok\"><bid currency=\"EUR\"><amount>&ninety;</amount></bid></answer>")]
    public void entities_are_never_resolved(string body) => Read(Xml, body).Fault.ShouldBe(BidFault.Unreadable);

    [Fact]
    public void entity_bomb_and_deep_nesting_and_many_members_are_refused()
    {
        var bomb = new StringBuilder("<!DOCTYPE lolz [<!ENTITY l0 \"lol\">");
        for (var i = 1; i < 30; i++)
            bomb.Append($"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">");
        Read(Xml, bomb + "]><answer status=\"ok\"><bid currency=\"EUR\"><amount>90</amount></bid><message>&l29;</message></answer>").Fault.ShouldBe(BidFault.Unreadable);
        Read(Xml, $"<answer status=\"ok\"><bid currency=\"EUR\"><amount>90</amount></bid>{Repeat("<a>", 9_000)}{Repeat("</a>", 9_000)}</answer>").Fault.ShouldBe(BidFault.Unreadable);
        Read(Xml, $"<answer status=\"ok\" {string.Concat(Enumerable.Range(0, 4_000).Select(i => $"a{i}=\"\" "))}/>").Fault.ShouldBe(BidFault.Unreadable);
        Read(Json, "{\"result\":{\"success\":true,\"price\":4,\"currency\":\"EUR\"},\"x\":" + Repeat("[", 20_000) + Repeat("]", 20_000) + "}").Fault.ShouldBe(BidFault.Unreadable);
        Read(Json, "{\"result\":{\"success\":true,\"currency\":\"EUR\"" + string.Concat(Enumerable.Range(1, 4_000).Select(i => $",\"price\":{i}")) + "}}").Fault.ShouldBe(BidFault.Unreadable);
        Read(Json, "{\"result\":{\"success\":true,\"price\":4,\"currency\":\"EUR\"}}" + Repeat(" ", ResponseReading.MostBytes)).Fault.ShouldBe(BidFault.Unreadable);

        static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_answer_makes_it_throw_or_bid(string body)
    {
        foreach (var rules in (string[])[Json, Xml, Text, Price])
            Read(rules, body).Reason.ShouldNotBe(ReasonCode.None);
        Read(Text, "OK; price=" + body).Reason.ShouldNotBe(ReasonCode.None);
    }

    [Fact]
    public void no_cut_and_no_flipped_byte_makes_it_throw_or_bid_more()
    {
        foreach (var (rules, body) in new[]
        {
            (Json, """{"result":{"success":true,"price":42.5,"currency":"EUR","id":"ä"}}"""),
            (Xml, """<answer status="ok"><bid currency="EUR"><amount>42.5</amount></bid><id>ä</id></answer>"""),
        })
        {
            var (read, whole) = (Rules(rules), Encoding.UTF8.GetBytes(body));
            for (var at = 0; at < whole.Length; at++)
            {
                CheckBid.Check(BidAnswer.Read(whole.AsSpan(0, at), read, Euro), Rule, Euro).Reason.ShouldBe(ReasonCode.BidInvalid, $"{at} bytes of {body}");
                foreach (var other in (byte[])[0, 0x1A, (byte)'<', (byte)'"', (byte)'&', (byte)'e', 0x80, 0xFF])
                    CheckBid.Check(BidAnswer.Read([.. whole[..at], other, .. whole[(at + 1)..]], read, Euro), Rule, Euro).Amount.ShouldBeLessThanOrEqualTo(4_250);
            }
        }
    }

    [Fact]
    public void standard_answer_is_read_without_rules_and_may_say_why_not()
    {
        CheckBid.Check(BidAnswer.Read("""{"accepted": true, "bid": 5, "currency": "EUR"}"""u8, null, Euro), Rule, Euro).Amount.ShouldBe(500);
        CheckBid.Check(BidAnswer.Read("""{"accepted": false, "reason": "area not served"}"""u8, null, Euro), Rule, Euro).Note.ShouldBe("area not served");
        CheckBid.Check(BidAnswer.Read("""{"accepted": true, "bid": 5e1, "currency": "EUR"}"""u8, null, Euro), Rule, Euro).Fault.ShouldBe(BidFault.Unreadable);
    }

    private static CheckedBid Read(string rules, string body) => CheckBid.Check(BidAnswer.Read(Encoding.UTF8.GetBytes(body), Rules(rules), Euro), Rule, Euro);

    // As an operator writes them: the catalog's reader makes the rules.
    private static ResponseRules Rules(string json)
    {
        var catalog = SampleCatalog.With("contracts[0].bid", $$"""{"type": "ping", "url": "https://buyer.example/ping", "max_bid": 120, "response": {{json}}}""");
        var reading = SampleCatalog.Read(catalog);
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Contracts["sonnenhaus-nord"].Bid!.Response.ShouldNotBeNull();
    }
}
