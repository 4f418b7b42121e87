using System.Text;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class WebhookSignatureTests
{
    // The example that the standard's own libraries are tested with.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1_614_265_330;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void published_example_is_signed_as_published() =>
        WebhookSignature.Sign(WebhookSecret.TryParse(Secret)!, Id, Timestamp, Body).ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void id_time_and_body_are_what_is_signed()
    {
        Encoding.UTF8.GetString(WebhookSignature.Content(Id, Timestamp, Body)).ShouldBe($"{Id}.{Timestamp}.{{\"test\": 2432232314}}");
        var secret = WebhookSecret.TryParse(Secret)!;
        var signature = WebhookSignature.Sign(secret, Id, Timestamp, Body);
        WebhookSignature.Sign(secret, Id + "x", Timestamp, Body).ShouldNotBe(signature);
        WebhookSignature.Sign(secret, Id, Timestamp + 1, Body).ShouldNotBe(signature);
        WebhookSignature.Sign(secret, Id, Timestamp, [.. Body, (byte)' ']).ShouldNotBe(signature);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_???")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void secret_in_another_form_is_none(string? text) => WebhookSecret.TryParse(text).ShouldBeNull();

    [Fact]
    public void secret_is_written_as_contracts_keep_it()
    {
        WebhookSecret.Format([1, 2, 3]).ShouldBe("whsec_AQID");
        WebhookSecret.TryParse("whsec_AQID").ShouldNotBeNull();
    }
}
