using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Platform;

namespace Kontor.Intake.Dialects;

/// <summary>What the answers of several dialects have in common.</summary>
internal static class AnswerText
{
    private const int MostShown = 20;

    /// <summary>What the supplier gets for a lead.</summary>
    public static decimal Price(SupplierAnswer answer) => new Money(answer.Standing.Payout, answer.Currency).ToDecimal();

    /// <summary>The same with the digits of the currency, as text.</summary>
    public static string PriceText(SupplierAnswer answer) => Price(answer).ToString(CultureInfo.InvariantCulture);

    /// <summary>What the supplier would get for a pinged lead, with the digits of the currency, as text.</summary>
    public static string PriceText(PingAnswer ping) => new Money(ping.Payout, ping.Currency).ToDecimal().ToString(CultureInfo.InvariantCulture);

    /// <summary>The bids that a post may choose among, with their payouts: those of a lead that several may buy; else none.</summary>
    public static IEnumerable<(string Id, decimal Payout)> Choice(PingAnswer ping) =>
        ping.MaxBuyers == 1 ? [] : ping.Bids.Select(bid => (bid.Id, new Money(bid.Payout, ping.Currency).ToDecimal()));

    /// <summary>One line for each field at fault, the first twenty; the refusal itself where no field is.</summary>
    public static IReadOnlyList<string> Lines(PostOutcome.Refused refused) =>
        refused.Problems.Count == 0 ? [refused.Detail] : [.. refused.Problems.Take(MostShown).Select(Line)];

    /// <summary>A JSON answer.</summary>
    public static DialectAnswer Json(JsonObject answer) => new("application/json", answer.ToJsonString(ApiJson.Written));

    /// <summary>An XML answer in UTF-8: a <c>response</c> with what <paramref name="write"/> puts into it.</summary>
    public static DialectAnswer Xml(Action<XmlWriter> write)
    {
        var text = new Utf8Text();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Encoding = Encoding.UTF8 }))
        {
            writer.WriteStartElement("response");
            write(writer);
            writer.WriteEndElement();
        }

        return new DialectAnswer("text/xml; charset=utf-8", text.ToString());
    }

    /// <summary>Writes an element, unless there is nothing to say. What XML has no place for becomes a question mark.</summary>
    public static void Element(this XmlWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteElementString(name, string.Concat(text.Select(letter => XmlConvert.IsXmlChar(letter) ? letter : '?')));
        }
    }

    private static string Line(FieldProblem problem) => $"{problem.Field}: {problem.Message}";

    private sealed class Utf8Text() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
