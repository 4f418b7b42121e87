using System.Text.Json;
using Kontor.Core;
using Kontor.Sale;

namespace Kontor.Intake;

/// <summary>What a supplier is told about a lead. A replay of the same post gives the same bytes: its request id is that of the request
/// that created the lead, which is the lead's own id without hyphens.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Currency">Of the payout.</param>
/// <param name="Test">Whether it is a test.</param>
/// <param name="Warnings">What was odd about the post.</param>
public sealed record SupplierAnswer(LeadId Lead, LeadStanding Standing, Currency Currency, bool Test, IReadOnlyList<string> Warnings)
{
    /// <summary>Why the lead was not taken; <see cref="ReasonCode.None"/> when it was.</summary>
    public ReasonCode Reason => Standing.Status == "duplicate" ? ReasonCode.DuplicateLead : Standing.Reason;

    /// <summary>The status in a sentence, or null where it says everything.</summary>
    public string? Message => Standing.Status switch
    {
        "pending" => "The lead is stored; buyers are still answering.",
        _ when Reason == ReasonCode.Unsold => "No buyer takes this lead at present.",
        _ when Reason != ReasonCode.None => ReasonCodes.All.First(entry => entry.Code == Reason).Meaning,
        _ => null,
    };

    /// <summary>Writes the answer. It never names buyers or prices.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("lead_id"u8, Lead.Value);
        writer.WriteString("status"u8, Standing.Status);
        writer.WriteString("reason_code"u8, Reason == ReasonCode.None ? null : Reason.Text());
        writer.WriteString("message"u8, Message);
        writer.WriteNumber("payout"u8, new Money(Standing.Payout, Currency).ToDecimal());
        writer.WriteString("currency"u8, Currency.Code);
        writer.WriteNumber("sold_count"u8, Standing.SoldCount);
        writer.WriteNull("redirect_url"u8);
        if (Standing.Transfer is { } transfer)
        {
            writer.WriteStartObject("transfer"u8);
            writer.WriteString(transfer.Target.Number is null ? "sip"u8 : "number"u8, transfer.Target.Text);
            writer.WriteString("expires_at"u8, Insight.LeadViews.Time(transfer.ExpiresAt));
            writer.WriteEndObject();
        }

        writer.WriteBoolean("test"u8, Test);
        writer.WriteStartArray("warnings"u8);
        foreach (var warning in Warnings)
        {
            writer.WriteStringValue(warning);
        }

        writer.WriteEndArray();
        writer.WriteString("request_id"u8, Lead.Value.ToString("N"));
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
