using System.Globalization;
using System.Text.Json;
using Kontor.Core.Delivery;

namespace Kontor.Core.Auction;

/// <summary>A buyer's answer to a ping as he gave it, before it is checked.</summary>
/// <param name="Accepted">Whether he wants the lead; null when the answer does not say.</param>
/// <param name="Amount">His bid in whole units, or null.</param>
/// <param name="Currency">Code of the bid's currency as written, or null.</param>
/// <param name="Token">His own mark of the bid, or null.</param>
/// <param name="ExpiresIn">For how many seconds the bid holds, or null.</param>
public sealed record BidAnswer(bool? Accepted, decimal? Amount, string? Currency, string? Token, decimal? ExpiresIn)
{
    /// <summary>The longest token that is taken.</summary>
    public const int LongestToken = 500;

    // As many characters as a decimal holds exactly: a longer number would be rounded.
    private const int LongestNumber = 28;

    /// <summary>Why he does not want it, in his own words: printable, at most 200 characters, or null.</summary>
    public string? Reason { get; init; }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads an answer by the rules of its contract; without rules the standard answer. With rules: a price of zero or less, or what the
    /// rule for acceptance refuses, does not want the lead; a currency that no rule looks for is the campaign's. Null for an answer that does
    /// not hold what the rules need, a price that is not written in digits, a token that is too long or not printable, and a time that is no
    /// number. It never throws.</summary>
    /// <param name="body">The body as it arrived.</param>
    /// <param name="rules">Those of the contract, or null.</param>
    /// <param name="currency">The campaign's.</param>
    public static BidAnswer? Read(ReadOnlySpan<byte> body, ResponseRules? rules, Currency currency)
    {
        if (rules is null)
        {
            return Read(body);
        }

        var found = ResponseReading.Find(body, rules);
        if (found.Status != AnswerStatus.Accepted)
        {
            return found.Status == AnswerStatus.Unreadable ? null : new BidAnswer(false, null, null, null, null) { Reason = found.Reason };
        }

        var token = found.Token is { Length: > 0 } mark ? mark : null;
        var seconds = found.ExpiresIn is { Length: > 0 } text ? DigitsOf(text) : null;
        return found.Price is null || DigitsOf(found.Offered) is null || (token is not null && !IsToken(token)) || (found.ExpiresIn is { Length: > 0 } && seconds is null)
            ? null
            : new BidAnswer(true, found.Price, rules.Currency is null ? currency.Code : found.Currency, token, seconds);
    }

    /// <summary>Reads the standard answer, <c>{"accepted": true, "bid": 42.50, "currency": "EUR", "token": "...", "expires_in": 30}</c>;
    /// <c>reason</c> is read where it is a text, other members are ignored. Null for anything else: no JSON, no object, something behind it, a member of another type or given twice, a
    /// token that is empty, too long or not printable. It never throws.</summary>
    /// <param name="body">The body as it arrived, UTF-8 with or without a byte order mark.</param>
    public static BidAnswer? Read(ReadOnlySpan<byte> body)
    {
        var text = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        try
        {
            return ReadObject(new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 32 }));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the reader found a string that is no valid UTF-8 or UTF-16.
            return null;
        }
    }

    private static BidAnswer? ReadObject(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var answer = new BidAnswer(null, null, null, null, null);
        var seen = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name is "accepted" or "bid" or "currency" or "token" or "expires_in")
            {
                if (!seen.Add(name) || With(answer, name, ref reader) is not { } next)
                {
                    return null;
                }

                answer = next;
            }

            else if (name == "reason" && reader.TokenType == JsonTokenType.String)
            {
                answer = answer with { Reason = BuyerAnswer.Printable(reader.GetString()!) };
            }

            reader.Skip();
        }

        // Whatever follows the object has to be white space; Read throws on anything else.
        return reader.TokenType != JsonTokenType.EndObject || reader.Read() ? null : answer;
    }

    // The answer with one more member; null when the member is of another type. A null is as if it were left out.
    private static BidAnswer? With(BidAnswer answer, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return answer;
        }

        switch (name)
        {
            case "accepted":
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? answer with { Accepted = reader.GetBoolean() } : null;
            case "bid":
                return Number(ref reader) is { } amount ? answer with { Amount = amount } : null;
            case "expires_in":
                return Number(ref reader) is { } seconds ? answer with { ExpiresIn = seconds } : null;
            case "currency":
                return reader.TokenType == JsonTokenType.String ? answer with { Currency = reader.GetString() } : null;
            default:
                return reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } token && IsToken(token) ? answer with { Token = token } : null;
        }
    }

    private static decimal? Number(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? DigitsOf(System.Text.Encoding.ASCII.GetString(reader.ValueSpan)) : null;

    // An exponent stands in no amount that anybody wrote on purpose.
    private static decimal? DigitsOf(string? text) => text is { Length: > 0 and <= LongestNumber }
        && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsToken(string text) => text.Length <= LongestToken && text.All(IsPrintable);

    private static bool IsPrintable(char character) => !char.IsControl(character) && !char.IsSurrogate(character);
}
