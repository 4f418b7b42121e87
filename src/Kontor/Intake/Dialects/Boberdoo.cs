using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts as boberdoo takes them: a form or a query, answered by XML, or by JSON where <c>Format</c> asks for it.</summary>
internal sealed class Boberdoo : Dialect
{
    public override DialectType Type => DialectType.Boberdoo;

    public override DialectNames Names { get; } = new()
    {
        Key = "Key", Campaign = "TYPE", Test = "Test_Lead", PingId = "Lead_ID", Customary = [("Sub_ID", "sub_id"), ("SRC", "sub_id")],
    };

    public override IReadOnlyList<DialectAddress> Addresses { get; } = [new("/compat/boberdoo/leads", ["GET", "POST"])];

    public override bool IsPing(ForeignPost post) => string.Equals(post.Text("Mode"), "ping", StringComparison.OrdinalIgnoreCase);

    public override DialectAnswer Write(ForeignPost post, PostOutcome outcome)
    {
        var (status, lead, price, errors) = outcome switch
        {
            PostOutcome.Taken taken => Of(taken.Answer),
            PostOutcome.Refused refused => ("Error", null, null, AnswerText.Lines(refused)),
            _ => throw new InvalidOperationException("There is no such outcome."),
        };
        return string.Equals(post.Text("Format"), "JSON", StringComparison.OrdinalIgnoreCase)
            ? Json(status, lead, price, errors)
            : AnswerText.Xml(writer =>
            {
                writer.Element("status", status);
                writer.Element("lead_id", lead);
                writer.Element("price", price);
                foreach (var error in errors)
                {
                    writer.Element("error", error);
                }
            });
    }

    // The format gives an id only to leads it keeps for sale: an id beside an error would be taken for success.
    private static (string Status, string? Lead, string? Price, IReadOnlyList<string> Errors) Of(SupplierAnswer answer)
    {
        var lead = answer.Lead.Value.ToString();
        return answer.Standing.Status switch
        {
            "accepted" or "pending" => ("Matched", lead, AnswerText.PriceText(answer), []),
            "duplicate" => ("Error", null, null, ["Duplicate lead: the campaign has seen this person before."]),
            _ when answer.Reason == ReasonCode.Unsold => ("Unmatched", lead, AnswerText.PriceText(answer), []),
            _ => ("Error", null, null, [answer.Message ?? string.Empty]),
        };
    }

    private static DialectAnswer Json(string status, string? lead, string? price, IReadOnlyList<string> errors)
    {
        var response = new JsonObject { ["status"] = status };
        if (lead is not null)
        {
            response["lead_id"] = lead;
            response["price"] = price;
        }

        if (errors.Count > 0)
        {
            response["error"] = errors.Count == 1 ? errors[0] : new JsonArray([.. errors.Select(error => JsonValue.Create(error))]);
        }

        return AnswerText.Json(new JsonObject { ["response"] = response });
    }
}
