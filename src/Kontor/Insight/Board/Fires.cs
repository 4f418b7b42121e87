using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Delivery;
using Kontor.Insight.Reports;

namespace Kontor.Insight.Board;

/// <summary>What kind of trouble it is, the worst first.</summary>
public enum FireKind
{
    EndpointFails,
    OldDelivery,
    BalanceEmpty,
    CapReached,
    SourceGoneBad,
    CapNearlyReached,
}

/// <summary>Something that somebody should look at now.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The contract, buyer or source; empty for a delivery.</param>
/// <param name="Href">Where to look.</param>
public sealed record Fire(FireKind Kind, string Subject, string Href)
{
    /// <summary>Deliveries that fail, or the percent of a cap or of refused posts.</summary>
    public long Value { get; init; }

    /// <summary>The percent of refused posts in the week before.</summary>
    public long Before { get; init; }
    public Money? Amount { get; init; }
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Finds what is on fire.</summary>
internal static class Fires
{
    /// <summary>So many are shown.</summary>
    public const int Shown = 20;

    private const int NearlyFull = 80;
    private const int LeastPosts = 20;
    private const int Jump = 20;
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>Everything that is on fire, the worst first.</summary>
    public static List<Fire> Of(
        FloorFacts facts, IReadOnlyCollection<FloorRow> rows, (IEnumerable<EndpointTrouble> Troubled, QueueFigures Queue) deliveries,
        (List<CountedRow> Today, List<CountedRow> Before) sources)
    {
        var found = new List<Fire>();
        found.AddRange(deliveries.Troubled.Where(one => one.Retrying + one.GivenUp > 0 || one.DisabledAt is not null).Select(one =>
            new Fire(FireKind.EndpointFails, one.Contract, Portal.PageAddress.Of(DeliveriesPage.Path, ("contract", one.Contract))) { Value = one.Retrying + one.GivenUp }));
        if (deliveries.Queue.OldestDueAt is { } due && facts.Now - due > Late)
        {
            found.Add(new Fire(FireKind.OldDelivery, string.Empty, Portal.PageAddress.Of(DeliveriesPage.Path, ("status", "queued"))) { Since = due });
        }

        found.AddRange(Empty(rows));
        found.AddRange(rows.Where(row => row.Contract.Status == Status.Active && row.Buyer.Status == Status.Active)
            .Select(row => CapOf(row.Contract.Key, row.Fullest, $"/console/network/contracts/{Uri.EscapeDataString(row.Contract.Key)}")).OfType<Fire>());
        found.AddRange(facts.Network.Buyers.Values.Where(buyer => buyer.Status == Status.Active).Select(buyer => CapOf(
            buyer.Key, facts.FullestOf(buyer.Caps, facts.Counters.GetValueOrDefault($"buyer:{buyer.Key}")), $"/console/network/buyers/{Uri.EscapeDataString(buyer.Key)}")).OfType<Fire>());
        found.AddRange(facts.Network.Campaigns.Values.Where(one => one.Status == Status.Active)
            .Select(one => CapOf(one.Key, facts.FullestOf(one.Caps, facts.Counters.GetValueOrDefault($"campaign:{one.Key}")), $"/console/network/campaigns/{Uri.EscapeDataString(one.Key)}")).OfType<Fire>());
        found.AddRange(facts.Network.Sources.Values.Where(one => one.Status == Status.Active)
            .Select(one => CapOf(one.Key, facts.FullestOf(one.Caps, facts.Counters.GetValueOrDefault($"source:{one.Key}")), $"/console/network/sources/{Uri.EscapeDataString(one.Key)}")).OfType<Fire>());
        found.AddRange(GoneBad(sources.Today, sources.Before));
        return [.. found.OrderBy(fire => fire.Kind).ThenByDescending(fire => fire.Value).ThenBy(fire => fire.Subject, StringComparer.Ordinal)];
    }

    // One for each account: a buyer whose balance does not cover the cheapest of what he would buy.
    private static IEnumerable<Fire> Empty(IEnumerable<FloorRow> rows) => rows
        .Where(row => row.Contract.Status == Status.Active && row.Buyer.Status == Status.Active && row.Available is not null)
        .GroupBy(row => (row.Buyer.Key, row.Currency))
        .Select(group => (group.Key, Available: group.First().Available!.Value, Least: group.Min(row => Math.Max(1, row.LowestPrice))))
        .Where(account => account.Available < account.Least)
        .Select(account => new Fire(FireKind.BalanceEmpty, account.Key.Key, Billing.AccountPage.Address(account.Key.Key, account.Key.Currency))
        {
            Amount = new Money(account.Available, account.Key.Currency),
        });

    private static Fire? CapOf(string subject, CapUse? use, string href) => use switch
    {
        { Percent: >= 100 } => new Fire(FireKind.CapReached, subject, href) { Value = use.Percent },
        { Percent: >= NearlyFull } => new Fire(FireKind.CapNearlyReached, subject, href) { Value = use.Percent },
        _ => null,
    };

    private static IEnumerable<Fire> GoneBad(List<CountedRow> today, List<CountedRow> before)
    {
        var usual = before.GroupBy(row => row.Key).ToDictionary(group => group.Key, group => Share(group.Select(row => row.Sums)), StringComparer.Ordinal);
        foreach (var source in today.GroupBy(row => row.Key))
        {
            var (posts, percent) = Share(source.Select(row => row.Sums));
            var earlier = usual.GetValueOrDefault(source.Key);
            if (posts >= LeastPosts && earlier.Posts >= LeastPosts && percent >= earlier.Percent + Jump)
            {
                yield return new Fire(FireKind.SourceGoneBad, source.Key, Portal.PageAddress.Of(ReportsPage.Path, ("by", "day"), ("range", "7d"), ("source", source.Key)))
                {
                    Value = percent, Before = earlier.Percent,
                };
            }
        }
    }

    // Of all posts: how many were no good, in percent.
    private static (long Posts, long Percent) Share(IEnumerable<Sums> sums)
    {
        var all = sums.Aggregate((one, other) => one + other);
        var posts = all.Received + all.Refused;
        return (posts, posts == 0 ? 0 : (all.Duplicates + all.Rejected + all.Refused) * 100 / posts);
    }
}
