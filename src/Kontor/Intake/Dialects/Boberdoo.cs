using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Posts and pings as boberdoo takes them: a form or a query, answered by XML, or by JSON where <c>Format</c> asks for it.</summary>
internal sealed class Boberdoo : Dialect
{
    public override DialectType Type => DialectType.Boberdoo;

    public override DialectNames Names { get; } = new()
    {
        Key = "Key", Campaign = "TYPE", Test = "Test_Lead", PingId = "Lead_ID",
        Customary = [("Sub_ID", "sub_id"), ("SRC", "sub_id"), ("Match_With_Bid_ID", "bid_ids")],
    };

    public override IReadOnlyList<DialectAddress> Addresses { get; } = [new("/compat/boberdoo/leads", ["GET", "POST"])];

    public override bool IsPing(ForeignPost post) => IsMode(post, "ping");

    // Ping and post in one: there is no ping before it.
    public override bool AnswersPings(ForeignPost post) => !IsMode(post, "full");

    public override DialectAnswer Write(ForeignPost post, PostOutcome outcome)
    {
        var answer = outcome switch
        {
            PostOutcome.Taken taken => Of(taken.Answer, AnswersPings(post) ? post.Text(Names.PingId) : null),
            PostOutcome.Pinged pinged => Of(pinged.Answer),
            PostOutcome.Refused refused => new Answer("Error") { Errors = AnswerText.Lines(refused) },
            _ => throw new InvalidOperationException("There is no such outcome."),
        };
        return string.Equals(post.Text("Format"), "JSON", StringComparison.OrdinalIgnoreCase) ? Json(answer) : Xml(answer);
    }

    private static bool IsMode(ForeignPost post, string mode) => string.Equals(post.Text("Mode"), mode, StringComparison.OrdinalIgnoreCase);

    // The format gives an id only to leads it keeps for sale: an id beside an error would be taken for success. There a lead has one id from
    // its ping on, so a post that answers a ping is given back the id it came with.
    private static Answer Of(SupplierAnswer answer, string? ping)
    {
        var kept = new Answer("Matched") { Lead = string.IsNullOrEmpty(ping) ? answer.Lead.Value.ToString() : ping, Price = AnswerText.PriceText(answer) };
        return answer.Standing.Status switch
        {
            "accepted" or "pending" => kept,
            "duplicate" => Duplicate,
            _ when answer.Reason == ReasonCode.Unsold => kept with { Status = "Unmatched" },
            _ => new Answer("Error") { Errors = [answer.Message ?? string.Empty] },
        };
    }

    // A ping that found nobody has no id, because its post would send it.
    private static Answer Of(PingAnswer ping) => ping.Status switch
    {
        "accepted" => new Answer("Matched") { Lead = ping.Ping.ToString(), Price = AnswerText.PriceText(ping), Bids = [.. AnswerText.Choice(ping)] },
        "duplicate" => Duplicate,
        _ when ping.Reason == ReasonCode.Unsold => new Answer("Unmatched") { Price = AnswerText.PriceText(ping) },
        _ => new Answer("Error") { Errors = [ping.Message ?? string.Empty] },
    };

    private static DialectAnswer Json(Answer answer)
    {
        var response = new JsonObject { ["status"] = answer.Status };
        if (answer.Lead is not null)
        {
            response["lead_id"] = answer.Lead;
        }

        if (answer.Price is not null)
        {
            response["price"] = answer.Price;
        }

        if (answer.Bids.Count > 0)
        {
            var bids = answer.Bids.Select(bid => (JsonNode)new JsonObject { ["bid_id"] = bid.Id, ["seller_lead_bid"] = Text(bid.Payout) });
            response["bids"] = new JsonObject { ["bid"] = new JsonArray([.. bids]) };
        }

        if (answer.Errors.Count > 0)
        {
            response["error"] = answer.Errors.Count == 1 ? answer.Errors[0] : new JsonArray([.. answer.Errors.Select(error => JsonValue.Create(error))]);
        }

        return AnswerText.Json(new JsonObject { ["response"] = response });
    }

    private static DialectAnswer Xml(Answer answer) => AnswerText.Xml(writer =>
    {
        writer.Element("status", answer.Status);
        writer.Element("lead_id", answer.Lead);
        writer.Element("price", answer.Price);
        if (answer.Bids.Count > 0)
        {
            writer.WriteStartElement("bids");
            foreach (var bid in answer.Bids)
            {
                writer.WriteStartElement("bid");
                writer.Element("bid_id", bid.Id);
                writer.Element("seller_lead_bid", Text(bid.Payout));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        foreach (var error in answer.Errors)
        {
            writer.Element("error", error);
        }
    });

    private static string Text(decimal payout) => payout.ToString(CultureInfo.InvariantCulture);

    private static Answer Duplicate => new("Error") { Errors = ["Duplicate lead: the campaign has seen this person before."] };

    private sealed record Answer(string Status)
    {
        public string? Lead { get; init; }
        public string? Price { get; init; }
        public IReadOnlyList<(string Id, decimal Payout)> Bids { get; init; } = [];
        public IReadOnlyList<string> Errors { get; init; } = [];
    }
}
