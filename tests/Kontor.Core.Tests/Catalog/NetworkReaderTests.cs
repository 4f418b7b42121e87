using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

public sealed class NetworkReaderTests
{
    private static readonly Network Sound = SampleCatalog.Read(SampleCatalog.Parse()).Network!;

    [Fact]
    public void sound_catalog_has_no_problems() => SampleCatalog.Read(SampleCatalog.Parse()).Problems.ShouldBeEmpty();

    [Fact]
    public void network_carries_its_version() => Sound.Version.ShouldBe(7);

    [Fact]
    public void contract_is_read_into_minor_units_minutes_and_metres()
    {
        var contract = Sound.Contracts["sonnenhaus-nord"];
        contract.Prices.ShouldBe([new PromisePrice(1, 9_050), new PromisePrice(3, 4_000)]);
        contract.Territory!.Radius.ShouldBe(new Radius("20095", 40_000));
        contract.Schedule!.Week[4].ShouldBe([new OpenSpan(480, 1_080)]);
        contract.Schedule.Week[5].ShouldBe([new OpenSpan(540, 780)]);
        contract.Schedule.Week[6].ShouldBeEmpty();
        contract.Caps.ShouldBe([new Cap(CapWindow.Day, 20, null), new Cap(CapWindow.Month, null, 400_000)]);
        contract.Sources.Prefer.ShouldBe([new("acme-landing", 1_000)]);
        contract.ValidUntil.ShouldBe(new DateOnly(2026, 12, 31));
        contract.Delivery.ShouldBe(new DeliveryRule(DeliveryType.Webhook, "https://crm.example.com/leads", null, false));
    }

    [Fact]
    public void filter_operands_are_normalised_like_the_lead()
    {
        var all = Sound.Contracts["sonnenhaus-nord"].Filter.ShouldBeOfType<Filter.All>();
        var roof = all.Parts[0].ShouldBeOfType<Filter.Compare>();
        roof.Operands.ShouldBe([FieldValue.Of("owner")]);
        var any = all.Parts[1].ShouldBeOfType<Filter.Any>();
        any.Parts[0].ShouldBeOfType<Filter.Compare>().Operands.ShouldBe([FieldValue.Of(80m)]);
        any.Parts[1].ShouldBeOfType<Filter.Compare>().Operands.ShouldBeEmpty();
    }

    [Fact]
    public void shares_and_fixed_payouts_are_read()
    {
        Sound.Sources["acme-landing"].Payout.ShouldBe(new Payout(PayoutType.ShareOfRevenue, 0, 6_000));
        Sound.Sources["shady-source"].Payout.ShouldBe(new Payout(PayoutType.Fixed, 12.5m, 0));
    }

    [Fact]
    public void campaign_gets_its_defaults()
    {
        var campaign = Sound.Campaigns["solar-de"];
        campaign.AnswerWithin.ShouldBe(TimeSpan.FromSeconds(10));
        campaign.Plan.MaxBuyers.ShouldBe(1);
        campaign.Plan.Tiers.Single().Method.ShouldBe(Method.Priority);
        campaign.Duplicates!.Window.ShouldBe(TimeSpan.FromDays(30));
        campaign.Duplicates.Match.ShouldBe(DuplicateMatch.All);
    }

    [Theory]
    [InlineData("contracts[0].schedule.hours", """{"mon": ["08:00-12:00", "13:00-24:00"], "sat,sun": "closed"}""")]
    [InlineData("contracts[0].schedule.hours", """{"sat-mon": "00:00-24:00"}""")]
    [InlineData("contracts[0].territory.radius", """{"postal_code": 20095, "miles": 12.5}""")]
    [InlineData("contracts[0].territory.postal_codes", """["01000-09999", 20095, "0*"]""")]
    [InlineData("contracts[0].duplicates", """{"fields": ["phone"], "window": "P14D", "match": "any"}""")]
    [InlineData("contracts[0].sources", """{"allow": ["acme-landing"]}""")]
    [InlineData("contracts[0].delivery", """{"type": "portal"}""")]
    [InlineData("contracts[0].delivery", """{"type": "webhook", "url": "http://127.0.0.1:9000/x", "idempotent": true, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""")]
    [InlineData("contracts[0].filter", """{"not": {"field": "wishes", "op": "contains", "value": "wallbox"}}""")]
    [InlineData("contracts[0].filter", """{"field": "move_in", "op": "between", "value": ["2026-01-01", "2026-12-31"]}""")]
    [InlineData("contracts[0].filter", """{"field": "move_in", "op": "older_than", "value": "30d"}""")]
    [InlineData("contracts[0].filter", """{"field": "postal_code", "op": "in", "value": [20095, "24103"]}""")]
    [InlineData("contracts[0].filter", """{"field": "email", "op": "contains", "value": "@example."}""")]
    [InlineData("contracts[0].filter", """{"field": "score", "op": "gte", "value": 50}""")]
    [InlineData("contracts[0].filter", """{"field": "battery", "op": "eq", "value": true}""")]
    [InlineData("campaigns[0].plan", """{"mode": "shared", "max_buyers": 3, "order": "sequential", "tiers": [{"method": "highest_bid", "floor": 25}]}""")]
    [InlineData("campaigns[0].plan", """{"mode": "exclusive", "max_buyers": 1, "method": "priority", "contracts": {"tags": ["premium"]}, "resale": [], "hold_back": "0s"}""")]
    [InlineData("campaigns[0].answer_within", "\"800ms\"")]
    [InlineData("contracts[0].exclusive_for", "\"1m\"")]
    [InlineData("contracts[0].exclusive_for", "\"P3650D\"")]
    [InlineData("contracts[0].price_rules", "[]")]
    [InlineData("contracts[0].weight", "1")]
    [InlineData("contracts[0].weight", "1000000")]
    [InlineData("buyers[0].conflict_group", "24")]
    [InlineData("buyers[0].billing", """{"type": "invoice", "credit_limit": 5000}""")]
    [InlineData("buyers[0].caps", """[{"window": "day", "leads": 5}, {"window": "day", "spend": 99.99}]""")]
    [InlineData("sources[0].payout.percent", "\"12.5%\"")]
    [InlineData("sources[0].test_mode", "true")]
    public void what_the_shapes_allow_is_taken(string path, string json) =>
        SampleCatalog.Read(SampleCatalog.With(path, json)).Problems.ShouldBeEmpty();

    [Fact]
    public void radius_in_miles_is_kept_in_metres() =>
        SampleCatalog.Read(SampleCatalog.With("contracts[0].territory.radius", """{"postal_code": "20095", "miles": 40}"""))
            .Network!.Contracts["sonnenhaus-nord"].Territory!.Radius!.Metres.ShouldBe(64_374);

    [Theory]
    [InlineData("800ms", 8_000_000L)]
    [InlineData("5s", 50_000_000L)]
    [InlineData("15m", 9_000_000_000L)]
    [InlineData("36h", 1_296_000_000_000L)]
    [InlineData("P14D", 12_096_000_000_000L)]
    [InlineData("P1W", 6_048_000_000_000L)]
    [InlineData("PT1H30M", 54_000_000_000L)]
    public void duration_is_read(string text, long ticks) => Duration.TryParse(text)!.Value.Ticks.ShouldBe(ticks);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1.5s")]
    [InlineData("-5s")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("P1DT")]
    [InlineData("999999999999d")]
    public void what_is_no_duration_is_refused(string text) => Duration.TryParse(text).ShouldBeNull();

    [Fact]
    public void every_problem_is_reported_at_once()
    {
        var catalog = SampleCatalog.With("contracts[0].prices[0].price", "0");
        SampleCatalog.Set(catalog, "buyers[0].time_zone", "\"Berlin\"");
        SampleCatalog.Set(catalog, "verticals[0].fields[4].typo", "1");
        SampleCatalog.Read(catalog).Problems.Select(problem => problem.Field).ShouldBe(
            ["verticals[0].fields[4].typo", "buyers[0].time_zone", "contracts[0].prices[0].price"]);
    }

    [Fact]
    public void order_of_the_documents_changes_nothing()
    {
        var turned = SampleCatalog.Parse();
        foreach (var name in turned.Select(one => one.Key).ToArray())
        {
            var list = turned[name]!;
            turned.Remove(name);
            turned.Insert(0, name, list);
        }

        SampleCatalog.Read(turned).Network!.Contracts["sonnenhaus-nord"].Prices.ShouldBe(Sound.Contracts["sonnenhaus-nord"].Prices);
    }

    [Fact]
    public void entry_that_is_not_changed_is_not_held_against_postal_data_that_moved()
    {
        var catalog = SampleCatalog.With("contracts[0].territory.radius.postal_code", "\"20097\"");
        SampleCatalog.Read(catalog, changed: true).Problems.Single().Code.ShouldBe("unknown_postal_code");
        SampleCatalog.Read(catalog, changed: false).Problems.ShouldBeEmpty();
    }
}
