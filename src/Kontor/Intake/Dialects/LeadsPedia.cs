using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts and pings as LeadsPedia takes them: a form or a query, answered by JSON, or by XML where <c>lp_response</c> asks for it.</summary>
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
            PostOutcome.Pinged pinged => Of(pinged.Answer),
            PostOutcome.Refused { Problems.Count: > 0 } refused => new Answer("failed", refused.Detail) { Errors = AnswerText.Lines(refused) },
            PostOutcome.Refused refused => new Answer("failed", refused.Detail),
            _ => throw new InvalidOperationException("There is no such outcome."),
        };
        return string.Equals(post.Text("lp_response"), "XML", StringComparison.OrdinalIgnoreCase) ? Xml(answer) : Json(answer);
    }

    private static Answer Of(SupplierAnswer answer)
    {
        var (result, message) = answer.Standing.Status switch
        {
            "accepted" => ("success", "Lead Accepted"),
            "pending" => ("success", answer.Message!),
            "duplicate" => ("failed", "Duplicate Lead"),
            _ => ("failed", answer.Message ?? "Lead Rejected"),
        };
        return new Answer(result, message) { Id = ("lead_id", answer.Lead.Value), Price = AnswerText.PriceText(answer) };
    }

    // The format has no place for single bids: the price is that of all of them, and a post takes up all of them.
    private static Answer Of(PingAnswer ping)
    {
        var (result, message) = ping.Status switch
        {
            "accepted" => ("success", "Ping Accepted"),
            "duplicate" => ("failed", "Duplicate Lead"),
            _ => ("failed", ping.Message ?? "Ping Rejected"),
        };
        return new Answer(result, message) { Id = ("ping_id", ping.Ping), Price = AnswerText.PriceText(ping) };
    }

    private static DialectAnswer Json(Answer answer)
    {
        var json = new JsonObject { ["result"] = answer.Result, ["msg"] = answer.Message };
        if (answer.Id is var (name, id))
        {
            json[name] = id.ToString();
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
        if (answer.Id is var (name, id))
        {
            writer.Element(name, id.ToString());
            writer.Element("price", answer.Price);
        }

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

    private sealed record Answer(string Result, string Message)
    {
        public (string Name, Guid Id)? Id { get; init; }
        public string? Price { get; init; }
        public IReadOnlyList<string> Errors { get; init; } = [];
    }
}
