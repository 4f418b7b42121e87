using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Returns;
using Kontor.Delivery;
using Kontor.Intake;
using Kontor.Returns;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>Everything that is stored about a lead, and its rounds decided again.</summary>
internal sealed record LeadFile
{
    public required TraceLead.Replay Replay { get; init; }
    public required List<SaleView> Sales { get; init; }
    public required List<DeliveryView> Deliveries { get; init; }
    public required ILookup<Guid, AttemptView> Attempts { get; init; }
    public required List<(Guid Sale, OutcomeReport Report, DateTimeOffset At, Currency Currency)> Reports { get; init; }
    public required List<DueOffer> Offers { get; init; }
    public CallbackView? Callback { get; init; }
    public StoredPing? Ping { get; init; }

    public StoredLead Lead => Replay.Lead;

    public Vertical Vertical => Replay.Terms.Rules.Vertical;

    /// <summary>What buyers pay for confirmed sales, minor units.</summary>
    public long Revenue => Sales.Where(sale => sale.Status == "confirmed").Sum(sale => sale.Price);

    /// <summary>What the supplier gets for them, minor units.</summary>
    public long Payout => Sales.Where(sale => sale.Status == "confirmed").Sum(sale => sale.Payout);

    /// <summary>Reads it; null when there is no lead of that id.</summary>
    public static async Task<LeadFile?> ReadAsync(NpgsqlDataSource database, TraceLead trace, LeadId id, CancellationToken cancel)
    {
        var replay = await trace.ReplayAsync(id, cancel);
        if (replay is null)
        {
            return null;
        }

        var deliveries = await ListDeliveriesSql.OfLead(database, id.Value, cancel);
        var attempts = deliveries.Count == 0 ? [] : await ListDeliveriesSql.Attempts(database, [.. deliveries.Select(one => one.Id)], cancel);
        return new LeadFile
        {
            Replay = replay,
            Sales = await SalesSql.OfLeadAsync(database, id, cancel),
            Deliveries = deliveries,
            Attempts = attempts.ToLookup(attempt => attempt.Delivery),
            Reports = await OutcomesSql.ReportsAsync(database, id, cancel),
            Offers = await DueOffersSql.OfLeadAsync(database, id, cancel),
            Callback = await CallbacksSql.OfLeadAsync(database, id, cancel),
            Ping = PingOf(replay.Lead) is { } ping ? await PingsSql.FindAsync(database, ping, cancel) : null,
        };
    }

    private static Guid? PingOf(StoredLead lead)
    {
        using var meta = lead.Meta is null ? null : JsonDocument.Parse(lead.Meta);
        return meta is not null && meta.RootElement.TryGetProperty("ping_id", out var id) && id.TryGetGuid(out var ping) ? ping : null;
    }
}
