using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts as Lead Prosper takes them: JSON or a form, answered by JSON.</summary>
internal sealed class LeadProsper : Dialect
{
    // 0 and 1006 (taken, but no buyer took it) and 1015 (failed validation) are known from clients; the others are ours, in a range of their own.
    private const int Taken = 0;
    private const int NoBuyer = 1006;
    private const int Invalid = 1015;
    private const int Duplicated = 1900;
    private const int FirstOwn = 1901;

    public override DialectType Type => DialectType.LeadProsper;

    public override DialectNames Names { get; } = new()
    {
        Key = "lp_key", Campaign = "lp_campaign_id", Test = "lp_action", PingId = "lp_ping_id", Customary = [("lp_subid1", "sub_id")],
    };

    public override IReadOnlyList<DialectAddress> Addresses { get; } =
        [new("/compat/lead-prosper/direct_post", ["POST"]), new("/compat/lead-prosper/ping", ["POST"], ForPings: true)];

    public override bool IsTest(string value) => value.Equals("test", StringComparison.OrdinalIgnoreCase);

    public override DialectAnswer Write(ForeignPost post, PostOutcome outcome) => AnswerText.Json(outcome switch
    {
        PostOutcome.Taken taken => Of(taken.Answer),
        PostOutcome.Refused refused => Shape("ERROR", Code(refused.Refusal), string.Join(' ', AnswerText.Lines(refused)), null, 0),
        _ => throw new InvalidOperationException("There is no such outcome."),
    });

    private static JsonObject Of(SupplierAnswer answer)
    {
        var (status, code) = answer.Standing.Status switch
        {
            "accepted" or "pending" => ("ACCEPTED", Taken),
            "duplicate" => ("DUPLICATED", Duplicated),
            _ => ("ERROR", answer.Reason == ReasonCode.Unsold ? NoBuyer : Invalid),
        };
        return Shape(status, code, answer.Message ?? string.Empty, answer.Lead.Value.ToString(), AnswerText.Price(answer));
    }

    private static int Code(PostRefusal refusal) => refusal == PostRefusal.InvalidFields ? Invalid : FirstOwn + (int)refusal;

    // Clients read the money as "price" or as "payout", so it has both names.
    private static JsonObject Shape(string status, int code, string message, string? lead, decimal price)
    {
        var answer = new JsonObject { ["status"] = status, ["code"] = code, ["message"] = message };
        if (lead is not null)
        {
            answer["lead_id"] = lead;
        }

        answer["price"] = price;
        answer["payout"] = price;
        return answer;
    }
}
