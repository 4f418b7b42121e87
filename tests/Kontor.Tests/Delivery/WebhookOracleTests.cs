using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core.Delivery;

namespace Kontor.Tests.Delivery;

/// <summary>Compares with the reference library of Standard Webhooks for Node.js, which <c>tests/oracles</c> pins.</summary>
public sealed class WebhookOracleTests
{
    [Fact]
    public async Task posted_webhook_is_verified_by_the_reference_library()
    {
        await Oracles.NeedAsync();
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        await outbox.UntilAsync(delivery, "acknowledged");
        var post = buyer.Posts.ShouldHaveSingleItem();
        var body = Encoding.UTF8.GetString(post.Body);
        var answer = await AskAsync(Outbox.Secret, post.Id, long.Parse(post.Timestamp), post.Signature, body);
        answer["signed"]!.GetValue<string>().ShouldBe(post.Signature);
        answer["verified"]!.GetValue<bool>().ShouldBeTrue();
        (await AskAsync(Outbox.Secret, post.Id, long.Parse(post.Timestamp), post.Signature, body + " "))["verified"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task random_messages_are_signed_as_by_the_reference_library()
    {
        await Oracles.NeedAsync();
        const int seed = 20261121;
        var random = new Random(seed);
        for (var i = 0; i < 8; i++)
        {
            var key = new byte[random.Next(24, 65)];
            random.NextBytes(key);
            var secret = WebhookSecret.Format(key);
            var id = Guid.CreateVersion7().ToString();
            var timestamp = random.NextInt64(1, 4_000_000_000);
            var body = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => new[] { "ü", "{", "漢", "\"", "x", "\n", "😀" }[random.Next(7)]));
            var ours = WebhookSignature.Sign(WebhookSecret.TryParse(secret)!, id, timestamp, Encoding.UTF8.GetBytes(body));
            (await AskAsync(secret, id, timestamp, ours, body))["signed"]!.GetValue<string>().ShouldBe(ours, $"seed {seed}, message {i}");
        }
    }

    private static async Task<JsonNode> AskAsync(string secret, string id, long timestamp, string signature, string body)
    {
        var question = new JsonObject { ["secret"] = secret, ["id"] = id, ["timestamp"] = timestamp, ["signature"] = signature, ["body"] = body };
        var (code, output) = await Oracles.RunAsync("node", ["webhook.cjs"], question.ToJsonString());
        code.ShouldBe(0, output);
        return JsonNode.Parse(output)!;
    }
}
