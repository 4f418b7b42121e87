using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>Which comparisons fit which fields, and how their operands are read.</summary>
public static class FilterOperands
{
    private static readonly FilterOp[] OfText =
        [FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Contains, FilterOp.StartsWith, FilterOp.Exists, FilterOp.Missing];

    private static readonly FilterOp[] OfNumber =
    [
        FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Lt, FilterOp.Lte, FilterOp.Gt, FilterOp.Gte, FilterOp.Between,
        FilterOp.Exists, FilterOp.Missing,
    ];

    private static readonly FilterOp[] OfTime = [.. OfNumber, FilterOp.OlderThan, FilterOp.Within];
    private static readonly FilterOp[] OfFlag = [FilterOp.Eq, FilterOp.Ne, FilterOp.Exists, FilterOp.Missing];

    private static readonly FilterOp[] OfSet =
        [FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Contains, FilterOp.Exists, FilterOp.Missing];

    /// <summary>The comparisons that make sense for a type of field.</summary>
    public static FilterOp[] OpsOf(FieldType type) => type switch
    {
        FieldType.Integer or FieldType.Decimal or FieldType.Money => OfNumber,
        FieldType.Date or FieldType.BirthDate or FieldType.Timestamp => OfTime,
        FieldType.Boolean => OfFlag,
        FieldType.Choices => OfSet,
        _ => OfText,
    };

    /// <summary>Whether a comparison makes sense for a type of field.</summary>
    public static bool Fits(FilterOp op, FieldType type) => OpsOf(type).Contains(op);

    /// <summary>One operand, normalised as the lead's value is, or what is wrong with it. Parts of a text (<c>contains</c>,
    /// <c>starts_with</c>) stay as written, because no part of a phone number or e-mail address is a whole one.</summary>
    internal static (FieldValue Value, string? Problem) Read(FilterOp op, Field field, Campaign campaign, JsonNode? node)
    {
        if (ShapeReader.WordOf(node) is not { Length: > 0 } word)
        {
            return (default, "Must be a text, a number or true or false.");
        }

        if (op is FilterOp.OlderThan or FilterOp.Within)
        {
            return Duration.TryParse(word) is { } length
                ? (FieldValue.Of((decimal)(length.Ticks / TimeSpan.TicksPerMicrosecond)), null)
                : (default, "Must be a duration such as 36h, 30d or P14D.");
        }

        if (op is FilterOp.Contains or FilterOp.StartsWith && field.Type is not (FieldType.Choice or FieldType.Choices))
        {
            return (FieldValue.Of(word), null);
        }

        return Normalise(field, campaign, node!, word);
    }

    private static (FieldValue Value, string? Problem) Normalise(Field field, Campaign campaign, JsonNode node, string word)
    {
        switch (field.Type)
        {
            case FieldType.Choice or FieldType.Choices:
                var option = field.Options.FirstOrDefault(one => one.Equals(word, StringComparison.OrdinalIgnoreCase));
                return option is not null
                    ? (FieldValue.Of(option), null)
                    : (default, $"Is none of the field's options{Nearest.Hint(word, field.Options)}.");
            case FieldType.Integer or FieldType.Decimal or FieldType.Money:
                return ReadNumber(field, campaign, node);
            case FieldType.Boolean:
                return node.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                    ? (FieldValue.Of(node.GetValueKind() == JsonValueKind.True), null)
                    : (default, "Must be true or false.");
            case FieldType.Date or FieldType.BirthDate:
                return DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    ? (FieldValue.Of(day), null)
                    : (default, "Must be a day such as 2026-12-31.");
            case FieldType.Timestamp:
                const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
                return DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, utc, out var instant)
                    ? (FieldValue.Of(instant), null)
                    : (default, "Must be an instant such as 2026-12-31T10:00:00Z.");
            default:
                return ReadText(field, campaign, node, word);
        }
    }

    // As intake reads what suppliers post. Phones are compared in E.164, so that a filter means the same whatever numbering plans say later.
    private static (FieldValue Value, string? Problem) ReadText(Field field, Campaign campaign, JsonNode node, string word)
    {
        if (field.Type == FieldType.Phone)
        {
            return word is ['+', not '0', ..] && word.Length is > 4 and <= 16 && word.Skip(1).All(char.IsAsciiDigit)
                ? (FieldValue.Of(word), null)
                : (default, "Must be an international number without blanks such as +4915112345678.");
        }

        var posted = new PostedValue(node.GetValueKind() == JsonValueKind.Number ? PostedKind.Number : PostedKind.Text, word, default);
        var context = new ReadingContext(campaign.Country, campaign.Currency, PhonePlans.Empty, DateTimeOffset.UnixEpoch);
        var reading = LeadReader.Normalise(field, posted, context);
        return reading.IsProblem ? (default, reading.Message) : (reading.Value, null);
    }

    private static (FieldValue Value, string? Problem) ReadNumber(Field field, Campaign campaign, JsonNode node)
    {
        if (ShapeReader.NumberOf(node) is not { } number)
        {
            return (default, "Must be a number.");
        }

        if (field.Type == FieldType.Integer && number != decimal.Truncate(number))
        {
            return (default, "Must be a whole number.");
        }

        if (field.Type == FieldType.Money && (Math.Abs(number) > 1_000_000_000_000m || Money.FromDecimal(number, campaign.Currency) is null))
        {
            return (default, $"{campaign.Currency.Code} amounts have at most {campaign.Currency.Digits} digits after the decimal point.");
        }

        return (FieldValue.Of(number), null);
    }
}
