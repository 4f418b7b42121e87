using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Insight;

/// <summary>A lead as its row has it.</summary>
public sealed record StoredLead
{
    public required LeadId Id { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public string? ExternalId { get; init; }
    public required bool Test { get; init; }
    public required Sale.LeadStanding Standing { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>Normalised fields, JSON by field key.</summary>
    public required string Fields { get; init; }

    /// <summary>As posted, JSON.</summary>
    public required string Original { get; init; }

    /// <summary>Consent, sub_id, callback_url and warnings, JSON or null.</summary>
    public string? Meta { get; init; }

    /// <summary>When the supplier stops waiting, while pending.</summary>
    public DateTimeOffset? AnswerBy { get; init; }

    /// <summary>Payout and number of sales that the supplier was answered, where a sale came to the lead or was returned since; else null.</summary>
    public (long Payout, int SoldCount)? Answered { get; init; }

    /// <summary>Where it stood when its supplier was answered.</summary>
    public Sale.LeadStanding FirstStanding =>
        Answered is { } then ? Standing with { Payout = then.Payout, SoldCount = then.SoldCount } : Standing;

    /// <summary>What was odd about the post.</summary>
    public IReadOnlyList<string> Warnings()
    {
        using var meta = Meta is null ? null : JsonDocument.Parse(Meta);
        return meta is not null && meta.RootElement.TryGetProperty("warnings", out var warnings)
            ? [.. warnings.EnumerateArray().Select(warning => warning.GetString()!)]
            : [];
    }

    /// <summary>Where the supplier wants a later answer, or null.</summary>
    public string? CallbackUrl()
    {
        using var meta = Meta is null ? null : JsonDocument.Parse(Meta);
        return meta is not null && meta.RootElement.TryGetProperty("callback_url", out var url) ? url.GetString() : null;
    }

    /// <summary>The lead as decisions saw it, read back by a vertical.</summary>
    public Lead AsDecided(Vertical vertical)
    {
        using var fields = JsonDocument.Parse(Fields);
        var values = ImmutableArray.CreateBuilder<FieldValue>(vertical.Fields.Length);
        foreach (var field in vertical.Fields)
        {
            values.Add(fields.RootElement.TryGetProperty(field.Key, out var stored) ? FieldJson.Read(field.Type, stored) : FieldValue.Missing);
        }

        using var meta = Meta is null ? null : JsonDocument.Parse(Meta);
        var subId = meta is not null && meta.RootElement.TryGetProperty("sub_id", out var sub) ? sub.GetString() : null;
        return new Lead
        {
            Id = Id,
            ReceivedAt = ReceivedAt,
            Campaign = Campaign,
            Source = Source,
            Test = Test,
            SubId = subId,
            Values = values.MoveToImmutable(),
        };
    }
}
