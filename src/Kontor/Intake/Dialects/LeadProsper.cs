using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts and pings as Lead Prosper takes them: JSON or a form, answered by JSON.</summary>
internal sealed class LeadProsper : Dialect
{
    // 0 and 1006 (taken, but no buyer took it) and 1015 (failed validation) are known from clients; the others are ours, in a range of their own.
    private const int Taken = 0;
    private const int NoBuyer = 1006;
    private const int Invalid = 1015;
    private const int Duplicated = 1900;
    private const int FirstOwn = 1901;
    private const int Expired = 1950;

    public override DialectType Type => DialectType.LeadProsper;

    public override DialectNames Names { get; } = new()
    {
        Key = "lp_key", Campaign = "lp_campaign_id", Test = "lp_action", PingId = "lp_ping_id",
        Customary = [("lp_subid1", "sub_id"), ("lp_consent_bids", "bid_ids"), ("lp_bid_ids", "bid_ids"), ("bid_ids", "bid_ids"), ("bid_id", "bid_ids")],
    };

    public override IReadOnlyList<DialectAddress> Addresses { get; } =
    [
        new("/compat/lead-prosper/direct_post", ["POST"]), new("/compat/lead-prosper/post", ["POST"]),
        new("/compat/lead-prosper/ping", ["POST"], ForPings: true),
    ];

    public override bool IsPing(ForeignPost post) => string.Equals(post.Text(Names.Test), "ping", StringComparison.OrdinalIgnoreCase);

    public override bool IsTest(string value) => value.Equals("test", StringComparison.OrdinalIgnoreCase);

    public override DialectAnswer Write(ForeignPost post, PostOutcome outcome) => AnswerText.Json(outcome switch
    {
        PostOutcome.Taken taken => Of(taken.Answer),
        PostOutcome.Pinged pinged => Of(pinged.Answer),
        PostOutcome.Refused refused => Shape("ERROR", Code(refused.Refusal), string.Join(' ', AnswerText.Lines(refused)), null, 0),
        _ => throw new InvalidOperationException("There is no such outcome."),
    });

    private static JsonObject Of(SupplierAnswer answer)
    {
        var (status, code) = answer.Standing.Status switch
        {
            "accepted" or "pending" => ("ACCEPTED", Taken),
            "duplicate" => ("DUPLICATED", Duplicated),
            _ => ("ERROR", Code(answer.Reason)),
        };
        return Shape(status, code, answer.Message ?? string.Empty, ("lead_id", answer.Lead.Value), AnswerText.Price(answer));
    }

    private static JsonObject Of(PingAnswer ping)
    {
        var (status, code) = ping.Status switch
        {
            "accepted" => ("ACCEPTED", Taken),
            "duplicate" => ("DUPLICATED", Duplicated),
            _ => ("ERROR", Code(ping.Reason)),
        };
        var answer = Shape(status, code, ping.Message ?? string.Empty, ("ping_id", ping.Ping), new Money(ping.Payout, ping.Currency).ToDecimal());
        var bids = AnswerText.Choice(ping).Select(bid => (JsonNode)new JsonObject { ["bid_id"] = bid.Id, ["payout"] = bid.Payout }).ToArray();
        if (bids.Length > 0)
        {
            answer["bids"] = new JsonArray(bids);
        }

        return answer;
    }

    private static int Code(ReasonCode reason) => reason switch
    {
        ReasonCode.Unsold => NoBuyer,
        ReasonCode.PingExpired => Expired,
        _ => Invalid,
    };

    private static int Code(PostRefusal refusal) => refusal == PostRefusal.InvalidFields ? Invalid : FirstOwn + (int)refusal;

    // Clients read the money as "price" or as "payout", so it has both names.
    private static JsonObject Shape(string status, int code, string message, (string Name, Guid Id)? about, decimal price)
    {
        var answer = new JsonObject { ["status"] = status, ["code"] = code, ["message"] = message };
        if (about is var (name, id))
        {
            answer[name] = id.ToString();
        }

        answer["price"] = price;
        answer["payout"] = price;
        return answer;
    }
}
