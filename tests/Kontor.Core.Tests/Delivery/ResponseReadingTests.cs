using System.Text;
using Kontor.Core.Delivery;
using Kontor.Core.Tests.Catalog;

namespace Kontor.Core.Tests.Delivery;

public sealed class ResponseReadingTests
{
    private const string Result = """{"accepted": {"path": "$.result.status", "equals": ["ok", "accepted"]}, "price": {"path": "$.result.price"}, "reason": {"path": "$.error"}}""";
    private const string Flag = """{"accepted": {"path": "$.success"}}""";
    private const string Item = """{"accepted": {"path": "$['the items'][1].code", "not_equals": [7, "no"]}}""";
    private const string Above = """{"accepted": {"path": "$.score", "greater_than": 0.5}}""";
    private const string Price = """{"price": {"path": "$.bid"}}""";
    private const string Xml = """{"accepted": {"path": "/answer/result/@status", "equals": "ok"}, "price": {"path": "/answer/price"}, "reason": {"path": "/answer/message[2]"}}""";
    private const string Word = """{"accepted": {"pattern": "^\\s*(OK|ACCEPTED)\\b"}, "reason": {"pattern": "ERROR: *(.*)"}}""";
    private const string Code = """{"accepted": {"pattern": "code=(\\d+)", "equals": [0]}}""";

    [Theory]
    [InlineData(Result, """{"result":{"status":"ok","price":40}}""", AnswerStatus.Accepted)]
    [InlineData(Result, """{"result":{"status":" Accepted "}}""", AnswerStatus.Accepted)]
    [InlineData(Result, """{"result":{"status":"ok","price":"40.00"}}""", AnswerStatus.Accepted)]
    [InlineData(Result, """{"result":{"status":"ok","price":null}}""", AnswerStatus.Accepted)]
    [InlineData(Result, """{"result":{"status":"no"},"error":"seen"}""", AnswerStatus.Rejected)]
    [InlineData(Result, """{"result":{"status":"ok","price":0}}""", AnswerStatus.Rejected)]
    [InlineData(Result, """{"result":{"status":"ok","price":"0.00"}}""", AnswerStatus.Rejected)]
    [InlineData(Result, """{"result":{"status":"ok","price":-1}}""", AnswerStatus.Rejected)]
    [InlineData(Result, """{"result":{"price":0}}""", AnswerStatus.Rejected)]
    [InlineData(Result, """{"result":{"status":"ok","price":"much"}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":"ok","price":1e400}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"price":40}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":null}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":{"ok":true}}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":["ok"]}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":"ok"}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":"ok","status":"no"}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":"ok","status":"ok"}}""", AnswerStatus.Accepted)]
    [InlineData(Result, """{"result":{"status":"ok\uD800"}}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":"ok"}""", AnswerStatus.Unreadable)]
    [InlineData(Result, """{"result":{"status":"ok"}} x""", AnswerStatus.Unreadable)]
    [InlineData(Result, "ok", AnswerStatus.Unreadable)]
    [InlineData(Result, "", AnswerStatus.Unreadable)]
    [InlineData(Result, "[]", AnswerStatus.Unreadable)]
    [InlineData(Result, "<result><status>ok</status></result>", AnswerStatus.Unreadable)]
    [InlineData(Result, "\uFEFF{\"result\":{\"status\":\"ok\"}}", AnswerStatus.Accepted)]
    [InlineData(Flag, """{"success":true}""", AnswerStatus.Accepted)]
    [InlineData(Flag, """{"success":1}""", AnswerStatus.Accepted)]
    [InlineData(Flag, """{"success":"TRUE"}""", AnswerStatus.Accepted)]
    [InlineData(Flag, """{"success":false}""", AnswerStatus.Rejected)]
    [InlineData(Flag, """{"success":0}""", AnswerStatus.Rejected)]
    [InlineData(Flag, """{"success":"perhaps"}""", AnswerStatus.Unreadable)]
    [InlineData(Flag, """{"Success":true}""", AnswerStatus.Unreadable)]
    [InlineData(Item, """{"the items":[{},{"code":1}]}""", AnswerStatus.Accepted)]
    [InlineData(Item, """{"the items":[{},{"code":7.0}]}""", AnswerStatus.Rejected)]
    [InlineData(Item, """{"the items":[{},{"code":"NO"}]}""", AnswerStatus.Rejected)]
    [InlineData(Item, """{"the items":[{"code":1}]}""", AnswerStatus.Unreadable)]
    [InlineData(Above, """{"score":0.51}""", AnswerStatus.Accepted)]
    [InlineData(Above, """{"score":0.5}""", AnswerStatus.Rejected)]
    [InlineData(Above, """{"score":"high"}""", AnswerStatus.Unreadable)]
    [InlineData(Above, """{"score":99999999999999999999999999999999999999}""", AnswerStatus.Unreadable)]
    [InlineData(Price, """{"bid":0.01}""", AnswerStatus.Accepted)]
    [InlineData(Price, """{"bid":0}""", AnswerStatus.Rejected)]
    [InlineData(Price, """{}""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """<answer><result status="OK"/></answer>""", AnswerStatus.Accepted)]
    [InlineData(Xml, """ <?xml version="1.0" encoding="ISO-8859-1"?><a:answer xmlns:a="urn:a"><a:result status='ok'/><price> 12.5 </price></a:answer>""", AnswerStatus.Accepted)]
    [InlineData(Xml, """<answer><result status="ok"/><price>0.0</price></answer>""", AnswerStatus.Rejected)]
    [InlineData(Xml, """<answer><result status="no"/><message>a</message><message>b</message></answer>""", AnswerStatus.Rejected)]
    [InlineData(Xml, """<answer><result status="ok"/><result status="no"/></answer>""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """<answer><result status="ok"/><price><eur>1</eur></price></answer>""", AnswerStatus.Accepted)]
    [InlineData(Xml, """<answer><result status="ok"/>""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """<answer><result status="ok"></answer>""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """<other><result status="ok"/></other>""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """<answer><result>ok</result></answer>""", AnswerStatus.Unreadable)]
    [InlineData(Xml, """{"answer":{"result":{"status":"ok"}}}""", AnswerStatus.Unreadable)]
    [InlineData(Word, " OK 4711", AnswerStatus.Accepted)]
    [InlineData(Word, "OKAY", AnswerStatus.Rejected)]
    [InlineData(Word, "ERROR: seen before", AnswerStatus.Rejected)]
    [InlineData(Code, "id=5;code=0;", AnswerStatus.Accepted)]
    [InlineData(Code, "id=5;code=12;", AnswerStatus.Rejected)]
    [InlineData(Code, "id=5;", AnswerStatus.Unreadable)]
    public void answer_is_read_by_the_rules(string rules, string body, AnswerStatus status) => Read(rules, body).Status.ShouldBe(status);

    [Theory]
    [InlineData(Result, """{"result":{"status":"no"},"error":" seen\u0000 before\n"}""", "seen before")]
    [InlineData(Xml, """<answer><result status="no"/><message>a</message><message>b &amp; c</message></answer>""", "b & c")]
    [InlineData(Word, "ERROR: seen before\nmore", "seen before")]
    public void reason_is_kept(string rules, string body, string reason) => Read(rules, body).Reason.ShouldBe(reason);

    [Fact]
    public void reason_and_token_are_bounded()
    {
        const string rules = """{"accepted": {"path": "$.ok"}, "reason": {"path": "$.why"}, "token": {"path": "$.token"}, "expires_in": {"path": "$.ttl"}, "price": {"path": "$.price"}}""";
        var body = $$"""{"ok":false,"why":"{{new string('x', 900)}}","token":"{{new string('t', 501)}}","ttl":1e20}""";
        Read(rules, body).ShouldBe(new BuyerAnswer(AnswerStatus.Rejected, new string('x', 200)));
        Read(rules, """{"ok":true,"token":"abc","ttl":"30","price":12.50}""").ShouldBe(
            new BuyerAnswer(AnswerStatus.Accepted, null) { Token = "abc", ExpiresIn = TimeSpan.FromSeconds(30), Price = 12.50m });
    }

    [Fact]
    public void without_rules_the_standard_answer_is_read()
    {
        ResponseReading.Read("""{"status":"accepted"}"""u8, null).Status.ShouldBe(AnswerStatus.Accepted);
        ResponseReading.Read("""{"ok":true}"""u8, null).Status.ShouldBe(AnswerStatus.Unreadable);
    }

    [Theory]
    [InlineData("<!DOCTYPE answer [<!ENTITY a \"ok\">]><answer><result status=\"&a;\"/></answer>")]
    [InlineData("<!DOCTYPE answer SYSTEM \"file:///etc/passwd\"><answer><result status=\"ok\"/></answer>")]
    [InlineData("<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><answer><result status=\"ok\"/>&c;</answer>")]
    [InlineData("<answer><result status=\"ok\"/>&undefined;</answer>")]
    [InlineData("<answer><result status=\"ok\"/>&#0;</answer>")]
    public void entities_and_document_types_are_refused(string body) => Read(Xml, body).ShouldBe(BuyerAnswer.Unreadable);

    [Fact]
    public void nesting_is_bounded()
    {
        Read(Xml, "<answer><result status=\"ok\"/>" + string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000)) + "</answer>")
            .ShouldBe(BuyerAnswer.Unreadable);
        Read(Flag, "{\"success\":true,\"a\":" + new string('[', 5_000) + new string(']', 5_000) + "}").ShouldBe(BuyerAnswer.Unreadable);
    }

    [Fact]
    public void length_is_bounded()
    {
        Read(Word, "OK" + new string(' ', ResponseReading.MostBytes - 2)).Status.ShouldBe(AnswerStatus.Accepted);
        Read(Word, "OK" + new string(' ', ResponseReading.MostBytes - 1)).ShouldBe(BuyerAnswer.Unreadable);
    }

    [Fact]
    public void other_encodings_are_read()
    {
        const string body = """{"result":{"status":"no"},"error":"schon verkäuft"}""";
        var rules = Rules(Result);
        ResponseReading.Read(Encoding.Latin1.GetBytes(body), rules).ShouldBe(new BuyerAnswer(AnswerStatus.Rejected, "schon verkäuft"));
        ResponseReading.Read([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(body)], rules).Reason.ShouldBe("schon verkäuft");
        ResponseReading.Read([.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(body)], rules).Reason.ShouldBe("schon verkäuft");
        ResponseReading.Read(Encoding.Latin1.GetBytes("""<?xml version="1.0" encoding="iso-8859-1"?><answer><result status="no"/><message/><message>ü</message></answer>"""), Rules(Xml))
            .ShouldBe(new BuyerAnswer(AnswerStatus.Rejected, "ü"));
    }

    [Fact]
    public void no_cut_and_no_flipped_byte_makes_it_throw_or_accept_a_part()
    {
        foreach (var (rules, body) in new[] { (Result, """{"result":{"status":"ok","price":40},"error":"ä"}"""), (Xml, """<answer><result status="ok"/><price>4</price></answer>""") })
        {
            var (read, whole) = (Rules(rules), Encoding.UTF8.GetBytes(body));
            for (var at = 0; at < whole.Length; at++)
            {
                ResponseReading.Read(whole.AsSpan(0, at), read).ShouldBe(BuyerAnswer.Unreadable, $"{at} bytes of {body}");
                foreach (var other in (byte[])[0, 0x1A, (byte)'<', (byte)'"', (byte)'&', 0x80, 0xFF])
                    ResponseReading.Read([.. whole[..at], other, .. whole[(at + 1)..]], read).ShouldNotBeNull();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_answer_makes_it_throw(string body)
    {
        foreach (var rules in (string[])[Result, Flag, Item, Above, Price, Xml, Code])
            Read(rules, body).ShouldBe(BuyerAnswer.Unreadable);
        Read(Word, body).Status.ShouldNotBe(AnswerStatus.Accepted);
    }

    [Fact]
    public void pattern_takes_time_by_length_only() =>
        Read("""{"accepted": {"pattern": "^(a+)+$"}}""", new string('a', 60_000) + "!").Status.ShouldBe(AnswerStatus.Rejected);

    private static BuyerAnswer Read(string rules, string body) => ResponseReading.Read(Encoding.UTF8.GetBytes(body), Rules(rules));

    // As an operator writes them: the catalog's reader makes the rules.
    private static ResponseRules Rules(string json)
    {
        var catalog = SampleCatalog.With("contracts[0].delivery.response", json);
        var reading = SampleCatalog.Read(catalog);
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Contracts["sonnenhaus-nord"].Delivery.Response.ShouldNotBeNull();
    }
}
