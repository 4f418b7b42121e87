using System.Text;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class TransferTests
{
    [Theory]
    [InlineData("+4940123456", "+4940123456")]
    [InlineData("tel:+49-40-123456", "+4940123456")]
    [InlineData(" +49 (40) 12/34.56 ", "+4940123456")]
    [InlineData("sip:desk@example.com", "sip:desk@example.com")]
    [InlineData("SIPS:desk.1+leads@pbx.example.com:5061;transport=tls", "SIPS:desk.1+leads@pbx.example.com:5061;transport=tls")]
    [InlineData("sip:4711@[2001:db8::1]", "sip:4711@[2001:db8::1]")]
    public void target_is_read(string text, string expected) => TransferTarget.TryParse(text)!.Value.Text.ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("040123456")]
    [InlineData("+0401234567")]
    [InlineData("+491234")]
    [InlineData("+1234567890123456")]
    [InlineData("+49401234x")]
    [InlineData("sip:example.com")]
    [InlineData("sip:desk:secret@example.com")]
    [InlineData("sip:desk@example.com?subject=x")]
    [InlineData("sip:desk@exa mple.com")]
    [InlineData("http://example.com")]
    public void anything_else_is_no_target(string? text) => TransferTarget.TryParse(text).ShouldBeNull();

    [Theory]
    [InlineData("""{"ok": true, "phone": "+4940123456"}""", AnswerStatus.Accepted, "+4940123456", 60)]
    [InlineData("""{"ok": true, "phone": "+4940123456", "ttl": 25}""", AnswerStatus.Accepted, "+4940123456", 25)]
    [InlineData("""{"ok": true, "phone": "ask reception"}""", AnswerStatus.Unreadable, null, 0)]
    [InlineData("""{"ok": true}""", AnswerStatus.Unreadable, null, 0)]
    [InlineData("""{"ok": false}""", AnswerStatus.Rejected, null, 0)]
    [InlineData("""{"ok": false, "phone": "+4940123456"}""", AnswerStatus.Rejected, null, 0)]
    public void answer_that_accepts_has_to_say_where_the_call_goes(string body, AnswerStatus status, string? number, int seconds)
    {
        var rules = new ResponseRules
        {
            Accepted = new AcceptedRule(Place("$.ok")), Transfer = Place("$.phone"), ExpiresIn = Place("$.ttl"),
        };
        var answer = ResponseReading.Read(Encoding.UTF8.GetBytes(body), rules);
        answer.Status.ShouldBe(status);
        answer.Transfer.ShouldBe(number is null ? null : new TransferRule(new TransferTarget(number, null), TimeSpan.FromSeconds(seconds)));
    }

    private static AnswerPlace Place(string path) => new(AnswerPath.TryParse(path), null);
}
