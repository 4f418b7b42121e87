using System.Collections.Immutable;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>What a contract pays if at most <paramref name="MaxBuyers"/> buyers get the lead.</summary>
/// <param name="MaxBuyers">1 is exclusive.</param>
/// <param name="Price">Minor units of the campaign's currency, more than zero.</param>
public sealed record PromisePrice(int MaxBuyers, long Price);

/// <summary>Prices of their own for leads that fit a filter.</summary>
/// <param name="When">Which leads.</param>
/// <param name="Prices">As <see cref="Contract.Prices"/>.</param>
public sealed record PriceRule(Filter When, ImmutableArray<PromisePrice> Prices);

/// <summary>The windows of a cap: calendar windows in the buyer's zone, the week from Monday.</summary>
public enum CapWindow
{
    Hour,
    Day,
    Week,
    Month,
    Total,
}

/// <summary>How a cap is used up over its window.</summary>
public enum Pace
{
    /// <summary>As leads come.</summary>
    None,

    /// <summary>Evenly: never more of it than the part of the window's leads that is expected by then.</summary>
    Even,
}

/// <summary>A limit over a window, in leads or in money.</summary>
/// <param name="Window">The calendar window.</param>
/// <param name="Leads">At most so many sales, or null.</param>
/// <param name="Spend">At most so much, in minor units, or null. Exactly one of the two is set.</param>
public sealed record Cap(CapWindow Window, int? Leads, long? Spend)
{
    /// <summary>How it is used up over its window.</summary>
    public Pace Pace { get; init; }
}

/// <summary>Where a contract buys: the union of what is given.</summary>
public sealed record Territory
{
    /// <summary>Postal codes as written: <c>20095</c>, ranges <c>20000-22999</c>, prefixes <c>24*</c>.</summary>
    public ImmutableArray<string> PostalCodes { get; init; } = [];

    public Radius? Radius { get; init; }

    /// <summary>First-level areas by their code (<c>HH</c>, <c>CA</c>).</summary>
    public ImmutableArray<string> States { get; init; } = [];

    /// <summary>Whether this contract alone may buy in the territory.</summary>
    public bool Exclusive { get; init; }
}

/// <summary>All postal codes whose centre lies within a distance of another's.</summary>
/// <param name="PostalCode">The centre.</param>
/// <param name="Metres">The distance; the API takes km or miles.</param>
public sealed record Radius(string PostalCode, int Metres);

/// <summary>Weekly opening hours in the buyer's zone.</summary>
public sealed record Schedule
{
    /// <summary>For Monday (0) to Sunday (6) the open spans; empty is closed.</summary>
    public required ImmutableArray<ImmutableArray<OpenSpan>> Week { get; init; }

    /// <summary>Days on which it is closed all day.</summary>
    public ImmutableArray<DateOnly> Except { get; init; } = [];
}

/// <summary>An open span of a day in minutes since local midnight, from inclusive, until exclusive; 0 &lt;= from &lt; until &lt;= 1440.</summary>
public readonly record struct OpenSpan(int FromMinute, int UntilMinute);

/// <summary>Which sources a contract takes and prefers.</summary>
public sealed record SourceRules
{
    public ImmutableArray<string> Allow { get; init; } = [];
    public ImmutableArray<string> Block { get; init; } = [];

    /// <summary>Bid adjustment in basis points by source: changes rank, never price. In ordinal order of the source key.</summary>
    public ImmutableArray<KeyValuePair<string, int>> Prefer { get; init; } = [];
}

/// <summary>What a contract's rank is adjusted by beside its sources: changes rank, never price.</summary>
public sealed record AdjustRules
{
    /// <summary>By the hour; no two of them span the same time.</summary>
    public ImmutableArray<HourAdjustment> Hours { get; init; } = [];

    /// <summary>By the share of sales that came back; ascending by <see cref="ReturnAdjustment.Above"/>.</summary>
    public ImmutableArray<ReturnAdjustment> Returns { get; init; } = [];
}

/// <summary>An adjustment for hours of the week, in the buyer's zone.</summary>
/// <param name="Days">Days it holds on: Monday is 0.</param>
/// <param name="Span">The hours of these days.</param>
/// <param name="By">Basis points.</param>
public sealed record HourAdjustment(ImmutableArray<int> Days, OpenSpan Span, int By);

/// <summary>An adjustment for a contract of whose sales too many, or pleasantly few, come back.</summary>
/// <param name="Above">Applies when more than this share of its sales came back, basis points; the highest that is exceeded applies.</param>
/// <param name="By">Basis points.</param>
public sealed record ReturnAdjustment(int Above, int By);

/// <summary>When a sale counts as confirmed.</summary>
public enum Accept
{
    /// <summary>With the claim.</summary>
    Immediate,

    /// <summary>When the buyer's HTTP answer says so.</summary>
    OnResponse,
}

/// <summary>How a sold lead reaches the buyer.</summary>
public enum DeliveryType
{
    /// <summary>He looks it up: nothing is sent.</summary>
    Portal,

    /// <summary>A signed webhook.</summary>
    Webhook,

    /// <summary>A request in the buyer's own form, made by templates.</summary>
    Http,

    /// <summary>The supplier puts the caller through to the buyer's desk; nothing is sent.</summary>
    Transfer,
}

/// <summary>Where a sold lead goes.</summary>
/// <param name="Type">The way.</param>
/// <param name="Url">Of a webhook or, as a template, of a mapped request; else null.</param>
/// <param name="Secret">Of a webhook: <c>whsec_</c> and base64, else null.</param>
/// <param name="Idempotent">Whether the buyer takes the same delivery twice without acting twice, so that it may be posted again after a crash.</param>
public sealed record DeliveryRule(DeliveryType Type, string? Url, string? Secret, bool Idempotent)
{
    /// <summary>Of a live transfer, else null.</summary>
    public TransferRule? Transfer { get; init; }

    /// <summary>Whether a sale tells the supplier where to put the caller through to, by this rule or by the buyer's answer.</summary>
    public bool Transfers => Transfer is not null || Response?.Transfer is not null;

    /// <summary>Of a mapped request, else null.</summary>
    public RequestRule? Request { get; init; }

    /// <summary>How the answer is read where it decides; null reads the standard answer.</summary>
    public ResponseRules? Response { get; init; }
}

/// <summary>How a buyer is asked what a lead is worth to him, before it is sold.</summary>
/// <param name="Url">Where pings are sent to: absolute, http or https; a template.</param>
/// <param name="Timeout">How long his answer is awaited.</param>
/// <param name="Fields">What a ping tells him of the lead: fields that the vertical marks for pings and none that is personal, or
/// <c>score</c>. In the operator's order.</param>
/// <param name="MaxBid">The most he may bid, minor units; a bid above it is refused.</param>
public sealed record BidRule(string Url, TimeSpan Timeout, ImmutableArray<string> Fields, long MaxBid)
{
    /// <summary><see cref="Url"/> as the template it is: it names no field of the lead that is not in <see cref="Fields"/>.</summary>
    public Template Address { get; init; } = Template.TryParse(Url) ?? Template.Of(FieldValue.Missing);

    /// <summary>A ping in the buyer's own form; null posts the standard one. It names no field of the lead that is not in <see cref="Fields"/>.</summary>
    public RequestRule? Request { get; init; }

    /// <summary>How his answer is read, with a place for the price; null reads the standard answer.</summary>
    public ResponseRules? Response { get; init; }

    /// <summary>Whether an endpoint in trouble is spared.</summary>
    public Throttle Throttle { get; init; }

    /// <summary>Where he is told that his bid did not get the lead, a template; null tells him nothing.</summary>
    public Template? LossNotice { get; init; }
}

/// <summary>What becomes of a bidder whose endpoint mostly fails.</summary>
public enum Throttle
{
    /// <summary>He is passed over and only probed now and then.</summary>
    On,

    /// <summary>He is asked all the same; whether he would have been passed over is noted.</summary>
    Simulate,

    /// <summary>He is asked, whatever his endpoint does.</summary>
    Off,
}

/// <summary>A buyer's standing purchase rule on a campaign.</summary>
public sealed record Contract
{
    public required string Key { get; init; }
    public required string Buyer { get; init; }
    public required string Campaign { get; init; }

    /// <summary>At least one; ascending by <see cref="PromisePrice.MaxBuyers"/>, each promise once.</summary>
    public required ImmutableArray<PromisePrice> Prices { get; init; }

    /// <summary>The first that fits a lead replaces <see cref="Prices"/> for it.</summary>
    public ImmutableArray<PriceRule> PriceRules { get; init; } = [];

    /// <summary>How its buyer bids; null pays what is listed. With it the listed prices say only which promises it bids on: the bid takes
    /// their place.</summary>
    public BidRule? Bid { get; init; }

    /// <summary>How long a promise this contract bought under binds; null is for ever.</summary>
    public TimeSpan? ExclusiveFor { get; init; }

    /// <summary>1 comes before 2; default 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Share among weighted contracts; default 1.</summary>
    public int Weight { get; init; } = 1;

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Null takes every lead.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Null buys everywhere.</summary>
    public Territory? Territory { get; init; }

    /// <summary>Null is always open.</summary>
    public Schedule? Schedule { get; init; }

    public ImmutableArray<Cap> Caps { get; init; } = [];
    public SourceRules Sources { get; init; } = new();

    /// <summary>What its rank is adjusted by, beside <see cref="SourceRules.Prefer"/>.</summary>
    public AdjustRules Adjust { get; init; } = new();
    public int? MinScore { get; init; }
    public Status Status { get; init; }

    /// <summary>Who paused it; says nothing while it is active.</summary>
    public PausedBy PausedBy { get; init; }

    /// <summary>What its buyer may change by himself.</summary>
    public BuyerMay BuyerMay { get; init; } = BuyerMay.Nothing;

    /// <summary>First and last day (inclusive, in the buyer's zone) it buys; null is open.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <inheritdoc cref="ValidFrom"/>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>When the buyer has this person already; null never asks.</summary>
    public DuplicateRule? Duplicates { get; init; }

    /// <summary>How its buyer may give leads back; null takes nothing back from him.</summary>
    public ReturnRule? Returns { get; init; }

    public Accept Accept { get; init; }

    /// <summary>How long the buyer's answer is awaited with <see cref="Accept.OnResponse"/>; default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public required DeliveryRule Delivery { get; init; }

    /// <summary>What it pays under the promise <em>at most <paramref name="promise"/> buyers</em>: the highest listed price whose
    /// <see cref="PromisePrice.MaxBuyers"/> is at least the promise. Null when it does not offer that promise.</summary>
    public long? PriceFor(int promise)
    {
        long? best = null;
        foreach (var listed in Prices)
        {
            if (listed.MaxBuyers >= promise && (best is null || listed.Price > best))
            {
                best = listed.Price;
            }
        }

        return best;
    }
}
