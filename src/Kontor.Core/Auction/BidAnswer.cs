using System.Text.Json;

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

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the standard answer, <c>{"accepted": true, "bid": 42.50, "currency": "EUR", "token": "...", "expires_in": 30}</c>; other
    /// members are ignored. Null for anything else: no JSON, no object, something behind it, a member of another type or given twice, a
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
                return reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 and <= LongestToken } token && token.All(IsPrintable)
                    ? answer with { Token = token } : null;
        }
    }

    private static decimal? Number(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number) ? number : null;

    private static bool IsPrintable(char character) => !char.IsControl(character) && !char.IsSurrogate(character);
}
