using System.Text.Json;

namespace Kontor.Core.Delivery;

/// <summary>Whether a buyer's answer takes the lead.</summary>
public enum AnswerStatus
{
    /// <summary>The answer says neither.</summary>
    Unreadable,
    Accepted,
    Rejected,
}

/// <summary>A buyer's answer to a post that decides a sale.</summary>
/// <param name="Status">What it says.</param>
/// <param name="Reason">The buyer's own words, printable, at most 200 characters, or null. They may hold personal data: never log them.</param>
public sealed record BuyerAnswer(AnswerStatus Status, string? Reason)
{
    private const int LongestReason = 200;

    /// <summary>What the buyer says he pays, in whole units, where response rules look for it; else null.</summary>
    public decimal? Price { get; init; }

    /// <summary>What he wants to be told again, at most 500 characters, where response rules look for it; else null. Never log it.</summary>
    public string? Token { get; init; }

    /// <summary>How long his answer holds, above zero and at most 366 days, where response rules look for it; else null.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>Where he wants the caller put through to and for how long, where response rules look for it; else null.</summary>
    public TransferRule? Transfer { get; init; }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The answer that says nothing.</summary>
    public static BuyerAnswer Unreadable { get; } = new(AnswerStatus.Unreadable, null);

    /// <summary>Reads <c>{"status": "accepted" | "rejected", "reason": "..."}</c>; other members are ignored, the status' case too. Anything
    /// else - no JSON, no object, a cut body, two statuses that contradict each other - is <see cref="Unreadable"/>; it never throws.</summary>
    /// <param name="body">The body as it arrived, UTF-8 with or without a byte order mark.</param>
    public static BuyerAnswer Read(ReadOnlySpan<byte> body)
    {
        var text = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        try
        {
            return ReadObject(new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 32 }));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the reader found a string that is no valid UTF-8 or UTF-16.
            return Unreadable;
        }
    }

    private static BuyerAnswer ReadObject(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return Unreadable;
        }

        AnswerStatus? status = null;
        string? reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status");
            var isReason = reader.ValueTextEquals("reason");
            reader.Read();
            if (isStatus)
            {
                var found = StatusOf(ref reader);
                if (status is not null && status != found)
                {
                    return Unreadable;
                }

                status = found;
            }
            else if (isReason && reader.TokenType == JsonTokenType.String)
            {
                reason = Printable(reader.GetString()!);
            }

            reader.Skip();
        }

        // Whatever follows the object has to be white space; Read throws on anything else.
        return reader.TokenType != JsonTokenType.EndObject || reader.Read() || status is null or AnswerStatus.Unreadable
            ? Unreadable
            : new BuyerAnswer(status.Value, reason);
    }

    private static AnswerStatus StatusOf(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String
        ? AnswerStatus.Unreadable
        : reader.GetString()!.Trim().ToLowerInvariant() switch
        {
            "accepted" => AnswerStatus.Accepted,
            "rejected" => AnswerStatus.Rejected,
            _ => AnswerStatus.Unreadable,
        };

    // Unpaired surrogates and zero bytes cannot be stored as text, and control characters have no place in a note.
    internal static string? Printable(string text)
    {
        var kept = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(LongestReason)]).Trim();
        return kept.Length == 0 ? null : kept;
    }
}
