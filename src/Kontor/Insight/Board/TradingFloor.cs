using Kontor.Billing;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Insight.Board;

/// <summary>Whether a contract buys at present, and what keeps it from it: the first of these that holds.</summary>
public enum FloorState
{
    Open,
    Paused,
    BuyerPaused,
    CampaignPaused,
    OutsideDates,
    Closed,
    Full,
    NoCredit,
}

/// <summary>How full a cap is.</summary>
/// <param name="Cap">The cap.</param>
/// <param name="Used">Leads or minor units.</param>
/// <param name="Percent">Of the limit, rounded down.</param>
public sealed record CapUse(Cap Cap, long Used, int Percent)
{
    /// <summary>The limit, in leads or minor units.</summary>
    public long Limit => Cap.Leads ?? Cap.Spend ?? 0;
}

/// <summary>A contract on the trading floor.</summary>
public sealed record FloorRow
{
    public required Contract Contract { get; init; }
    public required Buyer Buyer { get; init; }
    public required Currency Currency { get; init; }
    public required FloorState State { get; init; }

    /// <summary>When a closed one opens next; null otherwise, and when it never does.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Sales of today in the buyer's zone.</summary>
    public required int SoldToday { get; init; }

    /// <summary>The fullest of its own caps; null without caps.</summary>
    public CapUse? Fullest { get; init; }

    /// <summary>What the buyer may still spend, minor units; null without limit.</summary>
    public required long? Available { get; init; }
    public required DateTimeOffset? LastSoldAt { get; init; }

    /// <summary>Deliveries that fail or were given up.</summary>
    public required long Errors { get; init; }

    /// <summary>The rules version that wrote it, by which a change is guarded; null where it was not asked for.</summary>
    public long? Version { get; init; }

    /// <summary>The highest price it names or may bid.</summary>
    public long HighestPrice => Contract.Bid?.MaxBid ?? Contract.Prices.Max(price => price.Price);

    /// <summary>The lowest price it names.</summary>
    public long LowestPrice => Contract.Bid is null ? Contract.Prices.Min(price => price.Price) : 0;
}

/// <summary>What the floor is made of: the counters (of campaigns and sources, where they have caps), accounts and delivery errors of a moment.</summary>
internal sealed record FloorFacts(
    Network Network, IReadOnlyDictionary<string, Counter> Counters, IReadOnlyDictionary<(string Buyer, Currency Currency), Core.Billing.Account> Accounts,
    IReadOnlyDictionary<string, long> Errors, DateTimeOffset Now)
{
    /// <summary>Every contract.</summary>
    public IEnumerable<FloorRow> Rows() => Network.Contracts.Values.Select(Row);

    /// <summary>One contract as it stands.</summary>
    public FloorRow Row(Contract contract)
    {
        var buyer = Network.Buyers[contract.Buyer];
        var campaign = Network.Campaigns[contract.Campaign];
        var calendar = BuyerCalendar.For(buyer.TimeZone);
        var own = Counters.GetValueOrDefault($"contract:{contract.Key}");
        var available = AvailableOf(buyer, campaign.Currency);
        var row = new FloorRow
        {
            Contract = contract,
            Buyer = buyer,
            Currency = campaign.Currency,
            State = FloorState.Open,
            SoldToday = own is null || own.Of(CapWindow.Day).Start < own.Calendar.WindowStart(CapWindow.Day, Now) ? 0 : own.Of(CapWindow.Day).Leads,
            Fullest = FullestOf(contract.Caps, own),
            Available = available,
            LastSoldAt = own is null || own.LastSoldAt == DateTimeOffset.MinValue ? null : own.LastSoldAt,
            Errors = Errors.GetValueOrDefault(contract.Key),
        };
        var state = StateOf(row, campaign, calendar);
        return row with { State = state, OpensAt = state == FloorState.Closed ? calendar.NextOpening(contract.Schedule!, Now) : null };
    }

    /// <summary>The fullest of some caps; null when there are none.</summary>
    public CapUse? FullestOf(IReadOnlyCollection<Cap> caps, Counter? counter)
    {
        if (caps.Count == 0)
        {
            return null;
        }

        var starts = counter?.WindowsAt(Now);
        return caps.Select(cap =>
        {
            var used = counter is null ? 0 : counter.Used(cap, starts!.Value);
            var limit = cap.Leads ?? cap.Spend ?? 0;
            return new CapUse(cap, used, limit == 0 ? 100 : (int)Math.Min(100, used * 100 / limit));
        }).MaxBy(use => use.Percent);
    }

    /// <summary>What a buyer may still spend in a currency, minor units; null without limit.</summary>
    public long? AvailableOf(Buyer buyer, Currency currency)
    {
        var limit = BuyerAccounts.LimitOf(buyer.Billing, currency);
        return Accounts.TryGetValue((buyer.Key, currency), out var account) ? account.Available(limit) : limit;
    }

    private FloorState StateOf(FloorRow row, Campaign campaign, BuyerCalendar calendar)
    {
        var (contract, buyer) = (row.Contract, row.Buyer);
        var today = calendar.LocalDate(Now);
        return contract.Status == Status.Paused ? FloorState.Paused
            : buyer.Status == Status.Paused ? FloorState.BuyerPaused
            : campaign.Status == Status.Paused ? FloorState.CampaignPaused
            : today < contract.ValidFrom || today > contract.ValidUntil ? FloorState.OutsideDates
            : contract.Schedule is { } schedule && !calendar.IsOpen(schedule, Now) ? FloorState.Closed
            : row.Fullest is { Percent: >= 100 } || IsFull(buyer.Caps, $"buyer:{buyer.Key}") || IsFull(campaign.Caps, $"campaign:{campaign.Key}") ? FloorState.Full
            : row.Available is { } free && free < Math.Max(1, row.LowestPrice) ? FloorState.NoCredit
            : FloorState.Open;
    }

    private bool IsFull(IReadOnlyCollection<Cap> caps, string owner) => FullestOf(caps, Counters.GetValueOrDefault(owner)) is { Percent: >= 100 };
}
