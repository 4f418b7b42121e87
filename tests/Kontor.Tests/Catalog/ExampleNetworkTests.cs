using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Catalog;

public sealed class ExampleNetworkTests
{
    private static readonly Lazy<Network> Example = new(Read);

    [Fact]
    public void sample_network_has_the_parties_it_says()
    {
        var network = Example.Value;
        (network.Suppliers.Count, network.Sources.Count, network.Buyers.Count, network.Campaigns.Count, network.Contracts.Count)
            .ShouldBe((3, 5, 12, 2, 24));
        network.Campaigns.Values.Select(campaign => campaign.Plan.Mode).Order().ShouldBe([PlanMode.Exclusive, PlanMode.Shared]);
        network.Buyers.Values.Select(buyer => buyer.TimeZone).Distinct().Count().ShouldBeGreaterThan(3);
        network.Sources.Values.Select(source => source.Payout.Type).Distinct().Count().ShouldBe(2);
        network.Buyers.Values.Select(buyer => buyer.Billing.Type).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void leads_of_the_sample_sell_at_any_time_of_day()
    {
        foreach (var campaign in Example.Value.Campaigns.Keys)
        {
            Example.Value.Contracts.Values.Where(contract => contract.Campaign == campaign)
                .ShouldContain(contract => contract.Schedule == null && contract.Territory == null && contract.Accept == Accept.Immediate, campaign);
        }
    }

    [Fact]
    public void buyers_of_the_sample_are_on_this_machine_only() =>
        Example.Value.Contracts.Values.Select(contract => contract.Delivery.Url).OfType<string>()
            .ShouldAllBe(url => new Uri(url).Host == "127.0.0.1" && (new Uri(url).Port == 8091 || new Uri(url).Port == 8092));

    // The same way a POST to /v1/apply goes, without the database.
    private static Network Read()
    {
        var body = YamlDocument.Parse(Repository.Read("examples/solar-us.yaml")).ShouldBeOfType<JsonObject>();
        var documents = CatalogKinds.All.SelectMany(kind => body[kind.Name()]!.AsArray().Select((entry, i) => new CatalogDocument(
            kind, (string)entry!["key"]!, Entry(entry), $"{kind.Name()}[{i}]", Changed: false))).ToList();
        var reading = NetworkReader.Read(1, documents, PostalGeography.Empty);
        reading.Problems.Select(problem => $"{problem.Field}: {problem.Message}").ShouldBeEmpty();
        return reading.Network!;
    }

    // Secrets are made when a network is applied; a key is no part of an entry's document.
    private static JsonObject Entry(JsonNode entry)
    {
        var document = entry.DeepClone().AsObject();
        document.Remove("key");
        if (document["delivery"] is JsonObject delivery && (string?)delivery["type"] == "webhook")
            delivery["secret"] = "whsec_" + Convert.ToBase64String(new byte[32]);
        return document;
    }
}
