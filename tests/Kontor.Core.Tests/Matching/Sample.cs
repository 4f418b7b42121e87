using System.Collections.Frozen;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Tests.Matching;

/// <summary>A small network to match on: one vertical, one campaign, one buyer in Berlin.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 17, 10, 0, 0, TimeSpan.Zero); // Wednesday 12:00 in Berlin

    public static readonly Vertical Solar = new()
    {
        Key = "solar",
        Name = "Solar",
        Fields =
        [
            new Field { Key = "postal_code", Type = FieldType.PostalCode },
            new Field { Key = "state", Type = FieldType.State },
            new Field { Key = "roof", Type = FieldType.Choice, Options = ["owner", "tenant"] },
            new Field { Key = "power_bill", Type = FieldType.Money },
            new Field { Key = "heating", Type = FieldType.Choices, Options = ["gas", "oil", "wood"] },
            new Field { Key = "moved_on", Type = FieldType.Date },
            new Field { Key = "asked_at", Type = FieldType.Timestamp },
            new Field { Key = "has_garden", Type = FieldType.Boolean },
            new Field { Key = "email", Type = FieldType.Email, Personal = true },
        ],
    };

    public static PostalGeography Geography(string country, params PostalArea[] areas) =>
        new(new Dictionary<string, FrozenDictionary<string, PostalArea>>
        {
            [country] = areas.ToFrozenDictionary(area => area.Code),
        }.ToFrozenDictionary());

    public static Buyer Buyer(string key = "sun", string zone = "Europe/Berlin", Status status = Status.Active) =>
        new() { Key = key, Name = key, TimeZone = zone, Billing = new Core.Catalog.Billing(BillingType.Prepaid, null, null), Status = status };

    public static Contract Contract(string key = "sun-1", string buyer = "sun") => new()
    {
        Key = key,
        Buyer = buyer,
        Campaign = "solar-de",
        Prices = [new PromisePrice(1, 9_000)],
        Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false),
    };

    public static CampaignRules Rules(Contract contract, PostalGeography? geography = null, Buyer? buyer = null) =>
        Rules([contract], [buyer ?? Buyer()], geography ?? PostalGeography.Empty);

    public static CampaignRules Rules(
        IEnumerable<Contract> contracts, IEnumerable<Buyer> buyers, PostalGeography geography, Vertical? vertical = null, string country = "DE")
    {
        var sold = vertical ?? Solar;
        var network = Network.Empty with
        {
            Verticals = new[] { sold }.ToFrozenDictionary(item => item.Key),
            Buyers = buyers.ToFrozenDictionary(item => item.Key),
            Campaigns = new[] { Campaign(sold.Key, country) }.ToFrozenDictionary(item => item.Key),
            Contracts = contracts.ToFrozenDictionary(item => item.Key),
        };
        return CampaignRules.Compile(network, "solar-de", geography);
    }

    public static Lead Lead(params (string Field, FieldValue Value)[] values)
    {
        var all = new FieldValue[Solar.Fields.Length];
        foreach (var (field, value) in values)
        {
            all[Solar.IndexOf(field)] = value;
        }

        return new Lead { Id = default, ReceivedAt = Noon, Campaign = "solar-de", Source = "acme", Values = [.. all] };
    }

    public static Lead At(string? code, string? state = null) => Lead(
        ("postal_code", code is null ? default : FieldValue.Of(code)), ("state", state is null ? default : FieldValue.Of(state)));

    /// <summary>The reason the only contract gives. The index must say the same.</summary>
    public static ReasonCode Reason(CampaignRules rules, Lead lead, DateTimeOffset? now = null)
    {
        var reason = Gates.FirstFailure(rules, rules.Contracts[0], lead, now ?? Noon);
        MatchIndex.Build(rules, [0]).Find(lead, now ?? Noon, stackalloc int[1]).ShouldBe(reason == ReasonCode.None ? 1 : 0);
        return reason;
    }

    private static Campaign Campaign(string vertical, string country) => new()
    {
        Key = "solar-de",
        Vertical = vertical,
        Country = country,
        Currency = Currency.Parse("EUR"),
        Plan = new Plan { Mode = PlanMode.Exclusive, MaxBuyers = 1, Tiers = [new Tier { Method = Method.Priority }] },
    };
}
