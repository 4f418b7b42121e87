using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>What the rank of a contract is adjusted by for one lead, in basis points of its price, part by part. It changes the rank, never the
/// price that is paid.</summary>
/// <param name="Source">For the lead's source.</param>
/// <param name="Hour">For the hour, in the buyer's zone.</param>
/// <param name="Returns">For the share of its sales that came back.</param>
public readonly record struct Adjustment(int Source, int Hour, int Returns)
{
    /// <summary>What parts add up to at least: the whole price but for a ten-thousandth, so that nobody's price counts nothing.</summary>
    public const int Least = -9_999;

    /// <summary>What parts add up to at most: ten times the price on top.</summary>
    public const int Most = 100_000;

    /// <summary>All parts together, within <see cref="Least"/> and <see cref="Most"/>.</summary>
    public int Total => (int)Math.Clamp((long)Source + Hour + Returns, Least, Most);
}

/// <summary>How many of a contract's sales of the last days came back.</summary>
/// <param name="Returned">Sales that were returned.</param>
/// <param name="Sales">Sales that were confirmed, the returned ones among them.</param>
public readonly record struct ReturnRate(int Returned, int Sales)
{
    /// <summary>With fewer sales than this there is no rate: one return in a few would say too much.</summary>
    public const int LeastSales = 20;

    /// <summary>How far back sales count.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromDays(30);

    /// <summary>Whether more of the sales came back than a share of them, in basis points. Never with too few sales.</summary>
    public bool Exceeds(int basisPoints) => Sales >= LeastSales && (long)Returned * Ranking.Whole > (long)Sales * basisPoints;
}

/// <summary>Return rates by contract, as a decision saw them.</summary>
public sealed class ReturnRates
{
    private readonly FrozenDictionary<int, ReturnRate> rates;

    private ReturnRates(FrozenDictionary<int, ReturnRate> rates) => this.rates = rates;

    /// <summary>No rates: nothing is adjusted by returns.</summary>
    public static ReturnRates None { get; } = new(FrozenDictionary<int, ReturnRate>.Empty);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => rates.Count == 0;

    /// <summary>The rates of contracts by ordinal.</summary>
    public static ReturnRates Of(IEnumerable<KeyValuePair<int, ReturnRate>> rates) => rates.ToFrozenDictionary() is { Count: > 0 } known ? new ReturnRates(known) : None;

    /// <summary>All of them, in the order of their contracts.</summary>
    public IEnumerable<KeyValuePair<int, ReturnRate>> All => rates.OrderBy(rate => rate.Key);

    /// <summary>Those of some contracts.</summary>
    public ReturnRates Keep(IEnumerable<int> contracts) =>
        IsEmpty ? None : Of(contracts.Distinct().Where(rates.ContainsKey).Select(contract => KeyValuePair.Create(contract, rates[contract])));

    /// <summary>The rate of a contract; null when it was not looked at.</summary>
    public ReturnRate? Of(int contract) => rates.TryGetValue(contract, out var rate) ? rate : null;
}

/// <summary>What adjustments hang on beside the contract.</summary>
/// <param name="Source">Key of the lead's source.</param>
/// <param name="Now">The decision's time.</param>
/// <param name="Returns">Return rates as the decision saw them.</param>
public readonly record struct Circumstances(string Source, DateTimeOffset Now, ReturnRates Returns);

/// <summary>The adjustments of one contract, ready to be asked.</summary>
public sealed class AdjustmentTerms
{
    private readonly BuyerCalendar calendar;
    private readonly ImmutableArray<KeyValuePair<string, int>> sources;
    private readonly ImmutableArray<HourAdjustment> hours;
    private readonly ImmutableArray<ReturnAdjustment> returns;

    internal AdjustmentTerms(int ordinal, Contract contract, BuyerCalendar calendar)
    {
        Ordinal = ordinal;
        this.calendar = calendar;
        sources = contract.Sources.Prefer;
        hours = contract.Adjust.Hours;
        returns = contract.Adjust.Returns;
        IsNone = sources.IsEmpty && hours.IsEmpty && returns.IsEmpty;
        Highest = new Adjustment(HighestOf(sources.Select(one => one.Value)), HighestOf(hours.Select(one => one.By)), HighestOf(returns.Select(one => one.By))).Total;
    }

    /// <summary>The contract's ordinal in the campaign's rules.</summary>
    public int Ordinal { get; }

    /// <summary>Whether nothing is ever adjusted.</summary>
    public bool IsNone { get; }

    /// <summary>Whether it asks for the contract's return rate.</summary>
    public bool AsksReturns => !returns.IsEmpty;

    /// <summary>The most it can come to for any lead, basis points.</summary>
    public int Highest { get; }

    /// <summary>What it comes to. Of the hours that span the time the one applies, for they do not overlap; of the return rates that are
    /// exceeded the highest.</summary>
    public Adjustment For(in Circumstances at) => IsNone ? default : new Adjustment(
        BySource(at.Source), BySpan(at.Now)?.By ?? 0, ByReturns(at.Returns.Of(Ordinal))?.By ?? 0);

    /// <summary>The hours that span a time; null when none do.</summary>
    public HourAdjustment? BySpan(DateTimeOffset now)
    {
        if (hours.IsEmpty)
        {
            return null;
        }

        var local = calendar.LocalTime(now);
        var (day, minute) = (((int)local.DayOfWeek + 6) % 7, (local.Hour * 60) + local.Minute);
        foreach (var span in hours)
        {
            if (span.Days.Contains(day) && minute >= span.Span.FromMinute && minute < span.Span.UntilMinute)
            {
                return span;
            }
        }

        return null;
    }

    /// <summary>The highest rate that is exceeded; null when none is.</summary>
    public ReturnAdjustment? ByReturns(ReturnRate? rate)
    {
        ReturnAdjustment? highest = null;
        foreach (var one in returns)
        {
            highest = rate is { } known && known.Exceeds(one.Above) && !(one.Above < highest?.Above) ? one : highest;
        }

        return highest;
    }

    private int BySource(string source)
    {
        foreach (var preferred in sources)
        {
            if (preferred.Key == source)
            {
                return preferred.Value;
            }
        }

        return 0;
    }

    // A lead may fall under none of them.
    private static int HighestOf(IEnumerable<int> parts) => parts.Append(0).Max();
}
