using System.Collections.Frozen;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Small networks to sell on, and the working state that a claim decides over.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 17, 10, 0, 0, TimeSpan.Zero); // Wednesday 12:00 in Berlin
    public static readonly Currency Euro = Currency.Parse("EUR");
    public static readonly WindowStarts Today = StartsAt(Noon);

    private static readonly Vertical Solar = new() { Key = "solar", Name = "Solar", Fields = [new Field { Key = "roof", Type = FieldType.Text }] };

    public static Plan Plan(PlanMode mode = PlanMode.Exclusive, int maxBuyers = 1, Method method = Method.Priority) =>
        new() { Mode = mode, MaxBuyers = maxBuyers, Tiers = [new Tier { Method = method }] };

    public static Plan Shared(int maxBuyers, Method method = Method.Priority) => Plan(PlanMode.Shared, maxBuyers, method);

    public static Buyer Buyer(string key, decimal? limit = null, BillingType type = BillingType.Invoice, params Cap[] caps) =>
        new() { Key = key, Name = key, TimeZone = "Europe/Berlin", Billing = new(type, Euro, limit), Caps = [.. caps] };

    /// <summary>A contract that pays under one promise or two: <c>(1, 9000)</c> is 90.00 for an exclusive lead.</summary>
    public static Contract Contract(string key, params (int MaxBuyers, long Price)[] prices) => new()
    {
        Key = key,
        Buyer = key,
        Campaign = "solar-de",
        Prices = [.. prices.Select(listed => new PromisePrice(listed.MaxBuyers, listed.Price))],
        Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false),
    };

    /// <summary>Terms of contracts; buyers that are not given are invoiced without limit.</summary>
    public static SaleTerms Terms(Plan plan, IEnumerable<Contract> contracts, params Buyer[] buyers)
    {
        var list = contracts.ToList();
        var known = buyers.Concat(list.Select(contract => contract.Buyer).Distinct().Except(buyers.Select(buyer => buyer.Key)).Select(key => Buyer(key)));
        var network = Network.Empty with
        {
            Verticals = FrozenDictionary.ToFrozenDictionary([Solar], item => item.Key),
            Buyers = known.ToFrozenDictionary(item => item.Key),
            Campaigns = FrozenDictionary.ToFrozenDictionary(
                [new Campaign { Key = "solar-de", Vertical = "solar", Country = "DE", Currency = Euro, Plan = plan }], item => item.Key),
            Contracts = list.ToFrozenDictionary(item => item.Key),
        };
        return SaleTerms.Compile(CampaignRules.Compile(network, "solar-de", PostalGeography.Empty));
    }

    public static Lead Lead(string source = "landing", bool test = false) =>
        new() { Id = default, ReceivedAt = Noon, Campaign = "solar-de", Source = source, Test = test, Values = [FieldValue.Of("owner")] };

    /// <summary>Every contract a candidate with nothing used and money without end.</summary>
    public static SaleFacts Fresh(SaleTerms terms, Func<CandidateFacts, CandidateFacts>? change = null) => new(
        [.. terms.Contracts.Select((contract, ordinal) =>
        {
            var facts = new CandidateFacts(ordinal, [.. contract.Caps.Select(_ => 0L)], null, DateTimeOffset.MinValue, false);
            return change is null ? facts : change(facts);
        })], [], []);

    /// <summary>Who gets the lead, best first, as <c>key slot price</c>.</summary>
    public static string[] Awards(SaleTerms terms, SaleFacts facts, Lead? lead = null) =>
        [.. DecideSale.Decide(terms, lead ?? Lead(), facts, Noon).Awards.Select(award => $"{terms.Contracts[award.Contract].Contract.Key} {award.Slot} {award.Price}")];

    public static ReasonCode Reason(SaleTerms terms, SaleFacts facts, string contract, Lead? lead = null) =>
        DecideSale.Decide(terms, lead ?? Lead(), facts, Noon).Outcomes.Single(outcome => terms.Contracts[outcome.Contract].Contract.Key == contract).Reason;

    /// <summary>Whether a comparison of the score holds, told without the rules under test.</summary>
    public static bool Holds(Filter when, Lead lead) => when is Filter.Compare { Field: BuiltInFields.Score } compare && lead.Score is { } score
        && (compare.Op == FilterOp.Gte ? score >= compare.Operands[0].Number : score < compare.Operands[0].Number);

    public static BuyerCalendar Berlin => BuyerCalendar.For("Europe/Berlin");

    public static WindowStarts StartsAt(DateTimeOffset now) => WindowStarts.At(Berlin, now);
}
