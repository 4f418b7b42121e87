using System.Text;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class BuyerAnswerTests
{
    [Theory]
    [InlineData("""{"status":"accepted"}""", AnswerStatus.Accepted, null)]
    [InlineData("""{"status":"Rejected","reason":"seen before"}""", AnswerStatus.Rejected, "seen before")]
    [InlineData("""  {"id":{"status":"rejected"},"status":"accepted","price":90.00,"list":[1,{"status":1}]}  """, AnswerStatus.Accepted, null)]
    [InlineData("\uFEFF{\"status\":\"accepted\"}", AnswerStatus.Accepted, null)]
    [InlineData("""{"status":"accepted","status":"accepted"}""", AnswerStatus.Accepted, null)]
    [InlineData("""{"status":"rejected","reason":null}""", AnswerStatus.Rejected, null)]
    [InlineData("""{"status":"rejected","reason":42}""", AnswerStatus.Rejected, null)]
    [InlineData("{\"status\":\"rejected\",\"reason\":\" a\\u0000b\\nc \"}", AnswerStatus.Rejected, "abc")]
    public void status_and_reason_are_read(string body, AnswerStatus status, string? reason) =>
        BuyerAnswer.Read(Encoding.UTF8.GetBytes(body)).ShouldBe(new BuyerAnswer(status, reason));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("accepted")]
    [InlineData("\"accepted\"")]
    [InlineData("[{\"status\":\"accepted\"}]")]
    [InlineData("{}")]
    [InlineData("""{"status":null}""")]
    [InlineData("""{"status":true}""")]
    [InlineData("""{"status":{"status":"accepted"}}""")]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("""{"Status":"accepted"}""")]
    [InlineData("""{"status":"accepted","status":"rejected"}""")]
    [InlineData("""{"status":"accepted","status":"?"}""")]
    [InlineData("""{"status":"accepted" """)]
    [InlineData("""{"status":"accepted"}{"status":"accepted"}""")]
    [InlineData("""{"status":"accepted"} trailing""")]
    [InlineData("""{"status":"accepted\uD800"}""")]
    [InlineData("<html>accepted</html>")]
    public void anything_else_says_nothing(string body) => BuyerAnswer.Read(Encoding.UTF8.GetBytes(body)).ShouldBe(BuyerAnswer.Unreadable);

    [Fact]
    public void bytes_that_are_no_text_say_nothing()
    {
        BuyerAnswer.Read([0xFF, 0xFE, 0x00]).ShouldBe(BuyerAnswer.Unreadable);
        BuyerAnswer.Read([.. "{\"status\":\""u8, 0xFF, .. "\"}"u8]).ShouldBe(BuyerAnswer.Unreadable);
        BuyerAnswer.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).ShouldBe(BuyerAnswer.Unreadable);
    }

    [Fact]
    public void any_cut_of_an_answer_says_nothing()
    {
        var whole = Encoding.UTF8.GetBytes("""{"status":"accepted","reason":"über"}""");
        for (var length = 0; length < whole.Length; length++)
            BuyerAnswer.Read(whole.AsSpan(0, length)).ShouldBe(BuyerAnswer.Unreadable, $"{length} bytes");
    }

    [Fact]
    public void reason_is_cut_to_what_a_note_holds() =>
        BuyerAnswer.Read(Encoding.UTF8.GetBytes($$"""{"status":"rejected","reason":"{{new string('x', 500)}}"}""")).Reason!.Length.ShouldBe(200);
}
