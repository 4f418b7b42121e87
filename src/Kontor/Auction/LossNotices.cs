using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Auction;
using Kontor.Core.Delivery;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Auction;

/// <summary>What a buyer is told of a bid that did not get the lead.</summary>
/// <param name="Contract">His contract.</param>
/// <param name="Post">The post that tells him.</param>
internal sealed record LossNotice(string Contract, OutboundPost Post);

/// <summary>Who is to be told that a lead went elsewhere, worked out from what was stored with its decisions. A notice tells a buyer of his own bid
/// and never who has the lead or what others bid.</summary>
public sealed class LossNotices(NpgsqlDataSource database, LiveDesks desks)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The notices of a lead; null while its outcome is open.</summary>
    /// <param name="id">The lead.</param>
    /// <param name="told">Contracts that have been told already.</param>
    /// <param name="now">When they are sent.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<List<LossNotice>?> OfAsync(LeadId id, IReadOnlyList<string> told, DateTimeOffset now, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, id, cancel);
        if (lead is not { Standing.Status: not "pending" })
        {
            return lead is null ? [] : null;
        }

        var sales = await SalesSql.OfLeadAsync(database, id, cancel);
        var buyers = sales.Where(sale => sale.Status != "released").Select(sale => sale.Buyer).ToHashSet();
        var refusals = sales.Where(sale => sale.Status == "released").GroupBy(sale => sale.Contract).ToDictionary(group => group.Key, group => group.Last().Reason);
        var notices = new List<LossNotice>();
        foreach (var bid in LostBids.Of(await RoundsAsync(lead, cancel), buyers, refusals))
        {
            // Where to tell him is what his contract says today; what it said then when it is archived.
            var rule = (desks.Network.Contracts.GetValueOrDefault(bid.Contract.Key) ?? bid.Contract).Bid;
            if (rule?.LossNotice is { } address && !told.Contains(bid.Contract.Key))
            {
                notices.Add(new LossNotice(bid.Contract.Key, Post(address, bid, lead, now)));
            }
        }

        return notices;
    }

    private async Task<List<BiddingRound>> RoundsAsync(StoredLead lead, CancellationToken cancel)
    {
        var rounds = new List<BiddingRound>();
        foreach (var round in await LeadsSql.DecisionsAsync(database, lead.Id, cancel))
        {
            var desk = await desks.DecidedAtAsync(round.RulesVersion, lead.Campaign);
            var (facts, stopped) = DecisionFacts.Read(round.Facts, desk.Terms, lead.Source);
            rounds.Add(new BiddingRound(desk.Terms, lead.AsDecided(desk.Terms.Rules.Vertical), facts, stopped, round.DecidedAt));
        }

        return rounds;
    }

    private static OutboundPost Post(Template address, LostBid bid, StoredLead lead, DateTimeOffset now)
    {
        var amount = new Money(bid.Amount, lead.Currency).ToDecimal();
        var values = new Dictionary<string, FieldValue>
        {
            ["ping_id"] = FieldValue.Of(bid.Ping.ToString()),
            ["lead_id"] = FieldValue.Of(lead.Id.ToString()),
            ["campaign"] = FieldValue.Of(lead.Campaign),
            ["contract"] = FieldValue.Of(bid.Contract.Key),
            ["bid"] = FieldValue.Of(amount),
            ["currency"] = FieldValue.Of(lead.Currency.Code),
            ["token"] = bid.Token is { } token ? FieldValue.Of(token) : FieldValue.Missing,
            ["reason"] = FieldValue.Of(bid.Reason.Text()),
            ["test"] = FieldValue.Of(lead.Test),
        };
        var url = new Uri(address.Text(new TemplateValues(values), Uri.EscapeDataString));
        return new OutboundPost(url, [new("webhook-id", bid.Ping.ToString())], Body(bid, lead, amount, now));
    }

    private static byte[] Body(LostBid bid, StoredLead lead, decimal amount, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", "lead.lost");
            json.WriteString("timestamp", now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("data");
            json.WriteString("ping_id", bid.Ping);
            json.WriteString("lead_id", lead.Id.ToString());
            json.WriteString("campaign", lead.Campaign);
            json.WriteString("contract", bid.Contract.Key);
            json.WriteNumber("bid", amount);
            json.WriteString("currency", lead.Currency.Code);
            if (bid.Token is { } token)
            {
                json.WriteString("token", token);
            }

            json.WriteString("reason", bid.Reason.Text());
            if (lead.Test)
            {
                json.WriteBoolean("test", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
