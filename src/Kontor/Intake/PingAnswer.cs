using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kontor.Core;

namespace Kontor.Intake;

/// <summary>One bid of a ping as its supplier sees it.</summary>
/// <param name="Id">Names it in the post of the lead.</param>
/// <param name="Payout">What the supplier gets when its buyer takes the lead, minor units.</param>
internal readonly record struct PingBid(string Id, long Payout);

/// <summary>What a supplier is told about a ping. A repeat of the same ping gives the same bytes.</summary>
internal sealed record PingAnswer
{
    public required Guid Ping { get; init; }

    /// <summary><c>accepted</c>, <c>rejected</c> or <c>duplicate</c>.</summary>
    public required string Status { get; init; }

    public required ReasonCode Reason { get; init; }

    /// <summary>What the supplier gets when every bid is taken up, minor units.</summary>
    public required long Payout { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Until when the payout holds; null when there is none.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>At most how many buyers get the lead.</summary>
    public required int MaxBuyers { get; init; }

    public required ImmutableArray<PingBid> Bids { get; init; }
    public required bool Test { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The status in a sentence, or null where it says everything.</summary>
    public string? Message => Reason == ReasonCode.Unsold ? "No buyer takes this lead at present."
        : Reason != ReasonCode.None ? ReasonCodes.All.First(entry => entry.Code == Reason).Meaning
        : null;

    /// <summary>The id of a ping's bid by its place, from 0.</summary>
    public static string BidId(Guid ping, int place) => string.Create(CultureInfo.InvariantCulture, $"{ping:N}-{place + 1}");

    /// <summary>Writes the answer. It never names buyers or prices.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("ping_id"u8, Ping);
        writer.WriteString("status"u8, Status);
        writer.WriteString("reason_code"u8, Reason == ReasonCode.None ? null : Reason.Text());
        writer.WriteString("message"u8, Message);
        writer.WriteNumber("payout"u8, new Money(Payout, Currency).ToDecimal());
        writer.WriteString("currency"u8, Currency.Code);
        writer.WriteString("expires_at"u8, ExpiresAt?.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture));
        writer.WriteStartArray("bids"u8);
        foreach (var bid in Bids)
        {
            writer.WriteStartObject();
            writer.WriteString("bid_id"u8, bid.Id);
            writer.WriteNumber("payout"u8, new Money(bid.Payout, Currency).ToDecimal());
            writer.WriteNumber("max_buyers"u8, MaxBuyers);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("test"u8, Test);
        writer.WriteStartArray("warnings"u8);
        foreach (var warning in Warnings)
        {
            writer.WriteStringValue(warning);
        }

        writer.WriteEndArray();
        writer.WriteString("request_id"u8, Ping.ToString("N"));
        writer.WriteEndObject();
    }

    /// <summary>Sends the answer with HTTP 200: a business refusal is no error.</summary>
    public async Task SendAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            Write(writer);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
