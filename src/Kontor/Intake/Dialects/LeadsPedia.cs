using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts as LeadsPedia takes them: a form or a query, answered by JSON, or by XML where <c>lp_response</c> asks for it.</summary>
internal sealed class LeadsPedia : Dialect
{
    public override DialectType Type => DialectType.Leadspedia;

    public override DialectNames Names { get; } = new()
    {
        Key = "lp_campaign_key", Campaign = "lp_campaign_id", Test = "lp_test", PingId = "lp_ping_id",
        Customary = [("lp_s1", "sub_id"), ("vendor_lead_id", "external_id")],
    };

    public override IReadOnlyList<DialectAddress> Addresses { get; } =
        [new("/compat/leadspedia/post.do", ["GET", "POST"]), new("/compat/leadspedia/ping.do", ["GET", "POST"], ForPings: true)];

    public override DialectAnswer Write(ForeignPost post, PostOutcome outcome)
    {
        var answer = outcome switch
        {
            PostOutcome.Taken taken => Of(taken.Answer),
            PostOutcome.Refused { Problems.Count: > 0 } refused => new Answer("failed", refused.Detail, null, null, AnswerText.Lines(refused)),
            PostOutcome.Refused refused => new Answer("failed", refused.Detail, null, null, []),
            _ => throw new InvalidOperationException("There is no such outcome."),
        };
        return string.Equals(post.Text("lp_response"), "XML", StringComparison.OrdinalIgnoreCase) ? Xml(answer) : Json(answer);
    }

    private static Answer Of(SupplierAnswer answer)
    {
        var lead = answer.Lead.Value.ToString();
        return answer.Standing.Status switch
        {
            "accepted" => new Answer("success", "Lead Accepted", lead, AnswerText.PriceText(answer), []),
            "pending" => new Answer("success", answer.Message!, lead, AnswerText.PriceText(answer), []),
            "duplicate" => new Answer("failed", "Duplicate Lead", lead, AnswerText.PriceText(answer), []),
            _ => new Answer("failed", answer.Message ?? "Lead Rejected", lead, AnswerText.PriceText(answer), []),
        };
    }

    private static DialectAnswer Json(Answer answer)
    {
        var json = new JsonObject { ["result"] = answer.Result, ["msg"] = answer.Message };
        if (answer.Lead is not null)
        {
            json["lead_id"] = answer.Lead;
            json["price"] = answer.Price;
        }

        if (answer.Errors.Count > 0)
        {
            json["errors"] = new JsonArray([.. answer.Errors.Select(error => JsonValue.Create(error))]);
        }

        return AnswerText.Json(json);
    }

    private static DialectAnswer Xml(Answer answer) => AnswerText.Xml(writer =>
    {
        writer.Element("result", answer.Result);
        writer.Element("msg", answer.Message);
        writer.Element("lead_id", answer.Lead);
        writer.Element("price", answer.Price);
        if (answer.Errors.Count > 0)
        {
            writer.WriteStartElement("errors");
            foreach (var error in answer.Errors)
            {
                writer.Element("error", error);
            }

            writer.WriteEndElement();
        }
    });

    private sealed record Answer(string Result, string Message, string? Lead, string? Price, IReadOnlyList<string> Errors);
}
