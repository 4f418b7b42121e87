namespace Kontor.Core.Tests.Catalog;

/// <summary>Each row breaks the sound catalog in one place and names the one problem that must be found there.</summary>
public sealed class CatalogProblemTests
{
    [Theory]
    [InlineData("contracts[0].key", "\"Nord!\"", "contracts[0].key", "invalid_key")]
    [InlineData("contracts[0].key", "\"-nord\"", "contracts[0].key", "invalid_key")]
    [InlineData("suppliers[0].name", "5", "suppliers[0].name", "wrong_type")]
    [InlineData("suppliers[0].nmae", "\"Acme\"", "suppliers[0].nmae", "unknown_key")]
    [InlineData("verticals[0].fields[0].key", "\"campaign\"", "verticals[0].fields[0].key", "reserved_key")]
    [InlineData("verticals[0].fields[0].key", "\"consent\"", "verticals[0].fields[0].key", "reserved_key")]
    [InlineData("verticals[0].fields[0].key", "\"score\"", "verticals[0].fields[0].key", "reserved_key")]
    [InlineData("verticals[0].fields[0].key", "\"first-name\"", "verticals[0].fields[0].key", "invalid_key")]
    [InlineData("verticals[0].fields[0].key", "\"rooms\"", "verticals[0].fields[6].key", "duplicate")]
    [InlineData("verticals[0].fields[0].type", "\"firstname\"", "verticals[0].fields[0].type", "not_an_option")]
    [InlineData("verticals[0].fields[9].options", null, "verticals[0].fields[9].options", "required")]
    [InlineData("verticals[0].fields[9].options[2]", "\"Wallbox\"", "verticals[0].fields[9].options[2]", "duplicate")]
    [InlineData("verticals[0].fields[0].options", "[\"a\"]", "verticals[0].fields[0].options", "unexpected")]
    [InlineData("verticals[0].fields[0].ping", "true", "verticals[0].fields[0].ping", "invalid")]
    [InlineData("sources[0].supplier", "\"acme-medai\"", "sources[0].supplier", "unknown_reference")]
    [InlineData("sources[0].supplier", null, "sources[0].supplier", "required")]
    [InlineData("sources[0].payout.percent", "60.005", "sources[0].payout.percent", "invalid_percent")]
    [InlineData("sources[0].payout.percent", "101", "sources[0].payout.percent", "out_of_range")]
    [InlineData("sources[0].payout.percent", null, "sources[0].payout.percent", "required")]
    [InlineData("sources[0].payout.type", "\"half\"", "sources[0].payout.type", "not_an_option")]
    [InlineData("sources[1].payout.amount", "12.505", "sources[1].payout.amount", "too_many_digits")]
    [InlineData("sources[1].payout.amount", "-1", "sources[1].payout.amount", "not_positive")]
    [InlineData("sources[0].status", "\"stopped\"", "sources[0].status", "not_an_option")]
    [InlineData("sources[0].test_mode", "\"yes\"", "sources[0].test_mode", "wrong_type")]
    [InlineData("buyers[0].time_zone", "\"Berlin\"", "buyers[0].time_zone", "invalid_time_zone")]
    [InlineData("buyers[0].time_zone", "\"../UTC\"", "buyers[0].time_zone", "invalid_time_zone")]
    [InlineData("buyers[0].time_zone", "\"W. Europe Standard Time\"", "buyers[0].time_zone", "invalid_time_zone")]
    [InlineData("buyers[0].time_zone", null, "buyers[0].time_zone", "required")]
    [InlineData("buyers[0].billing", null, "buyers[0].billing", "required")]
    [InlineData("buyers[0].billing.type", "\"postpaid\"", "buyers[0].billing.type", "not_an_option")]
    [InlineData("buyers[0].billing.currency", "\"USD\"", "contracts[0].campaign", "currency_mismatch")]
    [InlineData("buyers[0].billing.currency", "\"euro\"", "buyers[0].billing.currency", "invalid_currency")]
    [InlineData("buyers[0].billing.credit_limit", "100", "buyers[0].billing.credit_limit", "unexpected")]
    [InlineData("buyers[0].caps", """[{"window": "day", "leads": 0}]""", "buyers[0].caps[0].leads", "out_of_range")]
    [InlineData("buyers[0].caps", """[{"window": "day", "leads": 5, "pace": "even"}]""", "buyers[0].caps[0].pace", "unexpected")]
    [InlineData("contracts[0].caps", """[{"window": "total", "leads": 5, "pace": "even"}]""", "contracts[0].caps[0].pace", "unexpected")]
    [InlineData("contracts[0].caps", """[{"window": "day", "leads": 5, "pace": "linear"}]""", "contracts[0].caps[0].pace", "not_an_option")]
    [InlineData("buyers[0].conflict_group", "\"The Suns\"", "buyers[0].conflict_group", "invalid_key")]
    [InlineData("buyers[0].conflict_group", "[\"suns\"]", "buyers[0].conflict_group", "wrong_type")]
    public void parties_and_verticals(string path, string? json, string field, string code) => Expect(path, json, field, code);

    [Theory]
    [InlineData("campaigns[0].vertical", "\"solr\"", "campaigns[0].vertical", "unknown_reference")]
    [InlineData("campaigns[0].country", "\"de\"", "campaigns[0].country", "invalid_country")]
    [InlineData("campaigns[0].country", "\"ZZ\"", "campaigns[0].country", "invalid_country")]
    [InlineData("campaigns[0].currency", "\"EUX\"", "campaigns[0].currency", "invalid_currency")]
    [InlineData("campaigns[0].duplicates.fields", "[\"fone\"]", "campaigns[0].duplicates.fields[0]", "unknown_field")]
    [InlineData("campaigns[0].duplicates.fields", "[]", "campaigns[0].duplicates.fields", "required")]
    [InlineData("campaigns[0].duplicates.window", "\"1 month\"", "campaigns[0].duplicates.window", "invalid_duration")]
    [InlineData("campaigns[0].duplicates.match", "\"some\"", "campaigns[0].duplicates.match", "not_an_option")]
    [InlineData("campaigns[0].answer_within", "\"0s\"", "campaigns[0].answer_within", "out_of_range")]
    [InlineData("campaigns[0].plan", null, "campaigns[0].plan", "required")]
    public void campaigns(string path, string? json, string field, string code) => Expect(path, json, field, code);

    [Theory]
    [InlineData("contracts[0].buyer", "\"sonenhaus\"", "contracts[0].buyer", "unknown_reference")]
    [InlineData("contracts[0].campaign", "\"solar-at\"", "contracts[0].campaign", "unknown_reference")]
    [InlineData("contracts[0].prices", null, "contracts[0].prices", "required")]
    [InlineData("contracts[0].prices", "[]", "contracts[0].prices", "required")]
    [InlineData("contracts[0].prices[0].price", "40.005", "contracts[0].prices[0].price", "too_many_digits")]
    [InlineData("contracts[0].prices[0].price", "0", "contracts[0].prices[0].price", "not_positive")]
    [InlineData("contracts[0].prices[0].price", "-1", "contracts[0].prices[0].price", "not_positive")]
    [InlineData("contracts[0].prices[0].price", "\"40\"", "contracts[0].prices[0].price", "wrong_type")]
    [InlineData("contracts[0].prices[0].price", "1e30", "contracts[0].prices[0].price", "wrong_type")]
    [InlineData("contracts[0].prices[0].price", "1e20", "contracts[0].prices[0].price", "out_of_range")]
    [InlineData("contracts[0].prices[0].price", null, "contracts[0].prices[0].price", "promise_without_price")]
    [InlineData("contracts[0].prices[1].max_buyers", "3", "contracts[0].prices[1].max_buyers", "duplicate")]
    [InlineData("contracts[0].prices[1].max_buyers", "0", "contracts[0].prices[1].max_buyers", "out_of_range")]
    [InlineData("contracts[0].prices[1].max_buyers", "1.5", "contracts[0].prices[1].max_buyers", "wrong_type")]
    [InlineData("contracts[0].prices[0].pirce", "40", "contracts[0].prices[0].pirce", "unknown_key")]
    [InlineData("contracts[0].prices[0].when", "{}", "contracts[0].prices[0].when", "unexpected")]
    [InlineData("contracts[0].price_rules", "{}", "contracts[0].price_rules", "wrong_type")]
    [InlineData("contracts[0].price_rules", """[{"prices": [{"max_buyers": 1, "price": 9}]}]""", "contracts[0].price_rules[0].when", "required")]
    [InlineData("contracts[0].price_rules", """[{"when": {"field": "roof", "op": "exists"}}]""", "contracts[0].price_rules[0].prices", "required")]
    [InlineData("contracts[0].price_rules", """[{"when": {"field": "roof", "op": "exists"}, "prices": [{"max_buyers": 1, "price": 9.005}]}]""", "contracts[0].price_rules[0].prices[0].price", "too_many_digits")]
    [InlineData("contracts[0].price_rules", """[{"when": {"field": "roof", "op": "eq", "value": "landlord"}, "prices": [{"max_buyers": 1, "price": 9}]}]""", "contracts[0].price_rules[0].when.value", "invalid_operand")]
    [InlineData("contracts[0].price_rules", """[{"when": {"field": "roof", "op": "exists"}, "prices": [{"max_buyers": 1, "price": 9}], "price": 9}]""", "contracts[0].price_rules[0].price", "unknown_key")]
    [InlineData("contracts[0].exclusive_for", "\"59s\"", "contracts[0].exclusive_for", "out_of_range")]
    [InlineData("contracts[0].exclusive_for", "\"P3651D\"", "contracts[0].exclusive_for", "out_of_range")]
    [InlineData("contracts[0].exclusive_for", "\"P1M\"", "contracts[0].exclusive_for", "invalid_duration")]
    [InlineData("contracts[0].exclusive_for", "14", "contracts[0].exclusive_for", "wrong_type")]
    [InlineData("contracts[0].weight", "0", "contracts[0].weight", "out_of_range")]
    [InlineData("contracts[0].weight", "1000001", "contracts[0].weight", "out_of_range")]
    [InlineData("contracts[0].bid", """{"type": "ping", "max_bid": 9}""", "contracts[0].bid.url", "required")]
    [InlineData("contracts[0].bid", """{"type": "pong", "url": "https://b.example/p", "max_bid": 9}""", "contracts[0].bid.type", "not_an_option")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "https://b.example/p"}""", "contracts[0].bid.max_bid", "required")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "ftp://b.example/p", "max_bid": 9}""", "contracts[0].bid.url", "invalid_url")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "https://b.example/p", "max_bid": 9, "timeout": "49ms"}""", "contracts[0].bid.timeout", "out_of_range")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "https://b.example/p", "max_bid": 9, "fields": ["nobody"]}""", "contracts[0].bid.fields[0]", "unknown_field")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "https://b.example/p", "max_bid": 9, "fields": ["email"]}""", "contracts[0].bid.fields[0]", "not_for_pings")]
    [InlineData("contracts[0].bid", """{"type": "ping", "url": "https://b.example/p", "max_bid": 9, "retries": 1}""", "contracts[0].bid.retries", "unknown_key")]
    [InlineData("contracts[0].schedule.hours", """{"mon": ["08:00-12:00", "11:59-13:00"]}""", "contracts[0].schedule.hours.mon[1]", "overlapping_spans")]
    [InlineData("contracts[0].schedule.hours", """{"mon-fri": "08:00-12:00", "wed": "13:00-14:00"}""", "contracts[0].schedule.hours.wed", "overlapping_spans")]
    [InlineData("contracts[0].schedule.hours", """{"mon": "18:00-08:00"}""", "contracts[0].schedule.hours.mon", "invalid_hours")]
    [InlineData("contracts[0].schedule.hours", """{"mon": "08:00-24:01"}""", "contracts[0].schedule.hours.mon", "invalid_hours")]
    [InlineData("contracts[0].schedule.hours", """{"mon": "8-18"}""", "contracts[0].schedule.hours.mon", "invalid_hours")]
    [InlineData("contracts[0].schedule.hours", """{"monday": "08:00-18:00"}""", "contracts[0].schedule.hours.monday", "invalid_hours")]
    [InlineData("contracts[0].schedule.except", "[\"24.12.2026\"]", "contracts[0].schedule.except[0]", "invalid_date")]
    [InlineData("contracts[0].caps[1].window", "\"day\"", null, null)]
    [InlineData("contracts[0].caps[2]", """{"window": "day", "leads": 5}""", "contracts[0].caps[2].window", "duplicate")]
    [InlineData("contracts[0].caps[0].leads", "0", "contracts[0].caps[0].leads", "out_of_range")]
    [InlineData("contracts[0].caps[1].spend", "0", "contracts[0].caps[1].spend", "not_positive")]
    [InlineData("contracts[0].caps[1].spend", "0.001", "contracts[0].caps[1].spend", "too_many_digits")]
    [InlineData("contracts[0].caps[0].spend", "5", "contracts[0].caps[0].spend", "unexpected")]
    [InlineData("contracts[0].caps[0].leads", null, "contracts[0].caps[0].leads", "required")]
    [InlineData("contracts[0].caps[0].window", "\"year\"", "contracts[0].caps[0].window", "not_an_option")]
    [InlineData("contracts[0].sources.block", "[\"nobody\"]", "contracts[0].sources.block[0]", "unknown_reference")]
    [InlineData("contracts[0].sources.prefer", """{"nobody": 10}""", "contracts[0].sources.prefer.nobody", "unknown_reference")]
    [InlineData("contracts[0].sources.prefer", """{"acme-landing": "ten"}""", "contracts[0].sources.prefer.acme-landing", "invalid_percent")]
    [InlineData("contracts[0].sources.allow", "[\"shady-source\"]", "contracts[0].sources.block[0]", "invalid")]
    [InlineData("contracts[0].min_score", "101", "contracts[0].min_score", "out_of_range")]
    [InlineData("contracts[0].valid.until", "\"2025-12-31\"", "contracts[0].valid.until", "out_of_range")]
    [InlineData("contracts[0].valid.from", "\"2026-02-30\"", "contracts[0].valid.from", "invalid_date")]
    [InlineData("contracts[0].timeout", "\"2h\"", "contracts[0].timeout", "out_of_range")]
    public void contracts(string path, string? json, string? field, string? code) => Expect(path, json, field, code);

    [Theory]
    [InlineData("contracts[0].territory.postal_codes[0]", "\"2009\"", "contracts[0].territory.postal_codes[0]", "invalid_postal_code")]
    [InlineData("contracts[0].territory.postal_codes[0]", "\"22999-20000\"", "contracts[0].territory.postal_codes[0]", "invalid_postal_code")]
    [InlineData("contracts[0].territory.postal_codes[0]", "\"SW1A 1AA\"", "contracts[0].territory.postal_codes[0]", "invalid_postal_code")]
    [InlineData("contracts[0].territory.postal_codes[0]", "\"*\"", "contracts[0].territory.postal_codes[0]", "invalid_postal_code")]
    [InlineData("contracts[0].territory.postal_codes[0]", "\"24*\"", "contracts[0].territory.postal_codes[1]", "duplicate")]
    [InlineData("contracts[0].territory.states[0]", "\"QQ\"", "contracts[0].territory.states[0]", "invalid_state")]
    [InlineData("contracts[0].territory.radius.postal_code", "\"20097\"", "contracts[0].territory.radius.postal_code", "unknown_postal_code")]
    [InlineData("contracts[0].territory.radius.postal_code", "\"Hamburg\"", "contracts[0].territory.radius.postal_code", "invalid_postal_code")]
    [InlineData("contracts[0].territory.radius.km", null, "contracts[0].territory.radius.km", "required")]
    [InlineData("contracts[0].territory.radius.km", "0", "contracts[0].territory.radius.km", "out_of_range")]
    [InlineData("contracts[0].territory.radius.miles", "5", "contracts[0].territory.radius.miles", "unexpected")]
    [InlineData("contracts[0].territory", "{}", "contracts[0].territory.postal_codes", "required")]
    [InlineData("contracts[0].delivery", null, "contracts[0].delivery", "required")]
    [InlineData("contracts[0].delivery.type", "\"email\"", "contracts[0].delivery.type", "not_supported")]
    [InlineData("contracts[0].delivery.type", "\"csv\"", "contracts[0].delivery.type", "not_supported")]
    [InlineData("contracts[0].delivery.url", null, "contracts[0].delivery.url", "required")]
    [InlineData("contracts[0].delivery.url", "\"ftp://example.com/\"", "contracts[0].delivery.url", "invalid_url")]
    [InlineData("contracts[0].delivery.url", "\"/leads\"", "contracts[0].delivery.url", "invalid_url")]
    [InlineData("contracts[0].delivery.url", "\"https://me:secret@example.com/\"", "contracts[0].delivery.url", "invalid_url")]
    [InlineData("contracts[0].delivery.secret", "\"hunter2\"", "contracts[0].delivery.secret", "invalid_secret")]
    [InlineData("contracts[0].delivery", """{"type": "portal", "url": "https://example.com/"}""", "contracts[0].delivery.url", "unexpected")]
    public void territories_and_deliveries(string path, string? json, string field, string code) => Expect(path, json, field, code);

    [Theory]
    [InlineData("""{"field": "rof", "op": "eq", "value": "owner"}""", "field", "unknown_field")]
    [InlineData("""{"all": [{"field": "rof", "op": "eq", "value": "owner"}]}""", "all[0].field", "unknown_field")]
    [InlineData("""{"field": "roof", "op": "is", "value": "owner"}""", "op", "not_an_option")]
    [InlineData("""{"field": "roof", "op": "gte", "value": "owner"}""", "op", "operator_not_for_type")]
    [InlineData("""{"field": "power_bill", "op": "starts_with", "value": 8}""", "op", "operator_not_for_type")]
    [InlineData("""{"field": "rooms", "op": "older_than", "value": "30d"}""", "op", "operator_not_for_type")]
    [InlineData("""{"field": "roof", "op": "eq", "value": "landlord"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "roof", "op": "in", "value": ["owner", "landlord"]}""", "value[1]", "invalid_operand")]
    [InlineData("""{"field": "power_bill", "op": "gte", "value": "80"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "power_bill", "op": "gte", "value": 80.005}""", "value", "invalid_operand")]
    [InlineData("""{"field": "rooms", "op": "eq", "value": 2.5}""", "value", "invalid_operand")]
    [InlineData("""{"field": "rooms", "op": "between", "value": 2}""", "value", "invalid_operand")]
    [InlineData("""{"field": "rooms", "op": "between", "value": [5, 2]}""", "value", "invalid_operand")]
    [InlineData("""{"field": "move_in", "op": "lt", "value": "31.12.2026"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "move_in", "op": "within", "value": "soon"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "battery", "op": "eq", "value": "maybe"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "phone", "op": "eq", "value": "0151 23456789"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "postal_code", "op": "eq", "value": "ABC"}""", "value", "invalid_operand")]
    [InlineData("""{"field": "roof", "op": "eq"}""", "value", "required")]
    [InlineData("""{"field": "roof", "op": "missing", "value": "owner"}""", "value", "unexpected")]
    [InlineData("""{"field": "roof", "op": "exists", "valeu": "owner"}""", "valeu", "unknown_key")]
    [InlineData("""{"all": [], "any": []}""", "any", "unexpected")]
    [InlineData("{}", "field", "required")]
    public void filters(string filter, string field, string code) =>
        Expect("contracts[0].filter", filter, $"contracts[0].filter.{field}", code);

    [Fact]
    public void answer_that_decides_needs_somebody_who_answers()
    {
        var catalog = SampleCatalog.With("contracts[0].accept", "\"on_response\"");
        SampleCatalog.Set(catalog, "contracts[0].delivery", """{"type": "portal"}""");
        SampleCatalog.Read(catalog).Problems.Single().Field.ShouldBe("contracts[0].delivery.type");
    }

    [Theory]
    [InlineData("pirce", "price")]
    [InlineData("max_buyer", "max_buyers")]
    public void unknown_key_comes_with_what_was_probably_meant(string written, string meant) =>
        SampleCatalog.Read(SampleCatalog.With($"contracts[0].prices[0].{written}", "1")).Problems.Single().Message.ShouldContain($"'{meant}'");

    [Fact]
    public void filter_that_nests_without_end_is_refused()
    {
        var filter = """{"field": "roof", "op": "exists"}""";
        for (var i = 0; i < 20; i++)
        {
            filter = $$"""{"not": {{filter}}}""";
        }

        SampleCatalog.Read(SampleCatalog.With("contracts[0].filter", filter)).Problems.Single().Code.ShouldBe("too_deep");
    }

    [Fact]
    public void removing_a_field_is_reported_where_it_is_used()
    {
        var catalog = SampleCatalog.Parse();
        catalog["verticals"]![0]!["fields"]!.AsArray().RemoveAt(5);
        SampleCatalog.Read(catalog).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe(
            [("contracts[0].filter.all[1].any[0].field", "unknown_field"), ("contracts[0].filter.all[1].any[1].field", "unknown_field")]);
    }

    private static void Expect(string path, string? json, string? field, string? code)
    {
        var found = SampleCatalog.Read(SampleCatalog.With(path, json)).Problems.Select(problem => (problem.Field, problem.Code));
        found.ShouldBe(field is null ? [] : [(field, code!)]);
    }
}
