namespace Kontor.Tests;

/// <summary>Networks for tests, written as an operator writes them. One vertical, one source that gets 60 % of the revenue, one campaign.</summary>
internal static class Market
{
    public const string Campaign = "solar";
    public const string Source = "landing";

    /// <summary>A network whose campaign has a plan; <paramref name="parties"/> holds <c>buyers:</c> and <c>contracts:</c>.</summary>
    /// <param name="plan">The plan, in braces.</param>
    /// <param name="parties">YAML lists.</param>
    /// <param name="rules">Further lines of the campaign, such as <c>answer_within: 2s</c>, in one line separated by commas.</param>
    public static string Of(string plan, string parties, string rules = "answer_within: 10s") => $$$"""
        verticals:
          - key: solar
            name: Solar
            fields:
              - {key: first_name, type: first_name, personal: true}
              - {key: email, type: email, required: true, personal: true}
              - {key: phone, type: phone, personal: true}
              - {key: roof, type: choice, options: [owner, tenant], ping: true}
        suppliers: [{key: acme, name: Acme}]
        sources: [{key: landing, supplier: acme, payout: {type: share_of_revenue, percent: 60}}]
        campaigns:
          - {key: solar, vertical: solar, country: DE, currency: EUR, {{{rules}}}, plan: {{{plan}}}}
        {{{parties}}}
        """;

    /// <summary>Buyers on invoice without a limit, each with one contract on the campaign; a contract's name is its buyer's.</summary>
    public static string Invoiced(params (string Key, string Terms)[] contracts) =>
        Parties([.. contracts.Select(contract => (contract.Key, "billing: {type: invoice}"))], [.. contracts.Select(contract => (contract.Key, contract.Key, contract.Terms))]);

    /// <summary>Buyers and contracts; a contract that says nothing of delivery is looked up in the portal.</summary>
    public static string Parties((string Key, string Terms)[] buyers, (string Key, string Buyer, string Terms)[] contracts) => $"""
        buyers:
        {string.Join('\n', buyers.Select(buyer => $"  - {{key: {buyer.Key}, name: {buyer.Key}, time_zone: Europe/Berlin, {buyer.Terms}}}"))}
        contracts:
        {string.Join('\n', contracts.Select(contract => Contract(contract.Key, contract.Buyer, contract.Terms)))}
        """;

    private static string Contract(string key, string buyer, string terms) =>
        $"  - {{key: {key}, buyer: {buyer}, campaign: solar, {terms}{(terms.Contains("delivery:") ? "" : ", delivery: {type: portal}")}}}";
}
