using System.Text.Json;
using Kontor.Core.Delivery;

namespace Kontor.Core.Intake;

/// <summary>Reads what a suppression service answers.</summary>
public static class ScreeningAnswer
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>What came of asking. It never throws.</summary>
    /// <param name="end">How the exchange ended.</param>
    /// <param name="httpStatus">The status, or null.</param>
    /// <param name="body">The body as far as it was read.</param>
    /// <param name="cutOff">Whether the body was longer than what is read of one.</param>
    /// <returns><see cref="SuppressionEnd.Clear"/> or <see cref="SuppressionEnd.Suppressed"/> for a status of 200 to 299 with one JSON object
    /// whose member <c>suppressed</c>, given once, is false or true; other members are ignored. Else why nothing is known.</returns>
    public static SuppressionEnd Read(WireEnd end, int? httpStatus, ReadOnlySpan<byte> body, bool cutOff) => (end, httpStatus) switch
    {
        (WireEnd.TimedOut or WireEnd.AnswerCut or WireEnd.Stopped, _) => SuppressionEnd.TimedOut,
        (WireEnd.AddressRefused, _) => SuppressionEnd.AddressRefused,
        (WireEnd.Answered, >= 200 and < 300) => cutOff ? SuppressionEnd.Unreadable : Read(body),
        (WireEnd.Answered, _) => SuppressionEnd.WrongStatus,
        _ => SuppressionEnd.NotReached,
    };

    private static SuppressionEnd Read(ReadOnlySpan<byte> body)
    {
        var text = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        try
        {
            return ReadObject(new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 32 })) switch
            {
                true => SuppressionEnd.Suppressed,
                false => SuppressionEnd.Clear,
                null => SuppressionEnd.Unreadable,
            };
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the reader found a string that is no valid UTF-8 or UTF-16.
            return SuppressionEnd.Unreadable;
        }
    }

    private static bool? ReadObject(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        bool? suppressed = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var told = reader.ValueTextEquals("suppressed"u8);
            reader.Read();
            if (told && (suppressed is not null || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)))
            {
                return null;
            }

            suppressed = told ? reader.GetBoolean() : suppressed;
            reader.Skip();
        }

        // Whatever follows the object has to be white space; Read throws on anything else.
        return reader.TokenType != JsonTokenType.EndObject || reader.Read() ? null : suppressed;
    }
}
