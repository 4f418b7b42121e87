using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kontor.Tests.Platform;

public sealed class ApiDocumentTests
{
    private static readonly JsonObject Document = ApiDocument.Read();

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations => Document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(one => (path.Key, one.Key.ToUpperInvariant(), one.Value!)));

    [Fact]
    public async Task document_has_every_address_that_is_mapped_and_no_other()
    {
        await using var node = await ApiNode.StartAsync();
        // Pages for people are no part of the API, nor is what they load.
        var mapped = node.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageGuard>() is null && !endpoint.RoutePattern.RawText!.StartsWith("/assets/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}"));
        Operations.Select(one => $"{one.Method} {one.Path}").Order(StringComparer.Ordinal).ShouldBe(mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void reason_codes_are_the_programs()
    {
        var named = Document["components"]!["schemas"]!["ReasonCode"]!["enum"]!.AsArray().Select(code => code!.ToString());
        named.ShouldBe(ReasonCodes.All.Select(entry => entry.Text));
    }

    [Fact]
    public async Task document_passes_the_linter_and_its_examples_fit_their_schemas()
    {
        await Oracles.NeedAsync();
        var (code, output) = await Oracles.RunAsync(
            "node", ["node_modules/@redocly/cli/bin/cli.js", "lint", "--config", "redocly.yaml", "--format", "stylish", "../../src/Kontor/Platform/OpenApi/v1.json"], "");
        code.ShouldBe(0, output);
    }

    [Theory]
    [InlineData("Account", """{"currency": "EUR", "balance": 1.5, "held": 0, "credit_limit": null, "available": null}""", 0)]
    [InlineData("Account", """{"currency": "EUR", "balance": "1.5", "held": 0, "credit_limit": null, "available": null}""", 1)]
    [InlineData("Account", """{"currency": "EUR", "held": 0, "credit_limit": null, "available": null, "colour": 1}""", 2)]
    [InlineData("StoredSupplier", """{"key": "acme", "version": 1.5, "updated_at": null}""", 2)]
    [InlineData("Filter", """{"all": [{"field": "roof", "op": "eq", "value": 1}, {"not": {"field": "roof", "op": "exists"}}]}""", 0)]
    [InlineData("Filter", """{"all": [{"field": "roof", "op": "like"}]}""", 1)]
    public void check_of_answers_notices_what_does_not_fit(string shape, string value, int faults) =>
        new ShapeCheck(Document).Of(JsonNode.Parse(value), Document["components"]!["schemas"]![shape]!).Count.ShouldBe(faults);

    /// <summary>The node of this test holds every answer against the document; here every operation is called.</summary>
    [Fact]
    public async Task every_operation_answers_as_the_document_says()
    {
        await using var crm = await TestBuyer.AnsweringAsync(200);
        await using var node = await ApiNode.StartAsync();
        await node.ApplyAsync(ApiNetwork.Yaml(
            ("c1", "nord", ApiNetwork.Webhook(crm.Url, decides: false)), ("c2", "sued", $"{ApiNetwork.Portal}, filter: {{field: roof, op: eq, value: tenant}}")));
        var source = await node.KeyAsync("sources/landing");
        var lead = await SellAsync(node, source);
        await CatalogAsync(node);
        await MoneyAsync(node, await node.KeyAsync("buyers/nord"));
        await DeliveriesAsync(node, lead);
        await ReturnsAsync(node, await node.KeyAsync("buyers/nord"));
        foreach (var path in (string[])[
            "/v1/leads?limit=1", $"/v1/leads/{lead}", $"/v1/leads/{lead}/trace", "/v1/sales", $"/v1/sales?lead_id={lead}", "/v1/summary", "/v1/deliveries",
            "/v1/campaigns/solar-de/shares"])
            (await node.GetAsync(path)).Status.ShouldBe(200, path);
        foreach (var path in (string[])["/v1/leads?limit=0", "/v1/sales?limit=0", "/v1/deliveries?limit=0", "/v1/summary?from=x", "/v1/campaigns/solar-de/shares?from=x", "/v1/ledger?account=x", "/v1/sources?limit=x"])
            (await node.GetAsync(path)).Status.ShouldBe(400, path);
        foreach (var path in (string[])["/status", "/docs", "/openapi/v1.json", "/healthz", "/readyz"])
            (await node.GetAsync(path, "")).Status.ShouldBe(200, path);
        await SwitchingAsync(node);
        foreach (var (path, method, operation) in Operations.Where(one => one.Operation["security"]!.AsArray().Count > 0))
            (await node.SendAsync(HttpMethod.Parse(method), path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), key: "")).Status.ShouldBe(401, path);
        node.Answers.Called.Keys.Order().ShouldBe(Operations.Select(one => one.Operation["operationId"]!.ToString()).Order());
    }

    private static async Task<string> SellAsync(ApiNode node, string source)
    {
        var answer = await node.PostLeadAsync(source, ApiNetwork.Lead());
        answer.Json["status"]!.ToString().ShouldBe("accepted", answer.Text);
        (await node.PostLeadAsync(source, ApiNetwork.Lead())).Text.ShouldBe(answer.Text);
        var other = ApiNetwork.Lead();
        other["roof"] = "tenant";
        (await node.PostLeadAsync(source, other)).Status.ShouldBe(409);
        (await node.PostLeadAsync(source, new JsonObject { ["campaign"] = "solar-de" })).Status.ShouldBe(400);
        var lead = answer.Json["lead_id"]!.ToString();
        (await node.GetAsync($"/v1/leads/{lead}", source)).Text.ShouldBe(answer.Text);
        (await node.GetAsync($"/v1/leads/{lead}", await node.KeyAsync("sources/other"))).Status.ShouldBe(404);
        (await node.GetAsync("/v1/source/spec", source)).Status.ShouldBe(200);
        return lead;
    }

    // Each address answers that the key is wrong, in the form of its system.
    private static async Task SwitchingAsync(ApiNode node)
    {
        foreach (var (path, method, _) in Operations.Where(one => one.Path.StartsWith("/compat/", StringComparison.Ordinal)))
        {
            (await node.SendAsync(HttpMethod.Parse(method), path, method == "POST" ? """{"Format": "JSON"}""" : null, "")).Status.ShouldBe(200, path);
            (await node.SendAsync(HttpMethod.Parse(method), path + "?Format=JSON&lp_response=XML", key: "")).Status.ShouldBe(200, path);
        }
    }

    private static async Task CatalogAsync(ApiNode node)
    {
        foreach (var kind in (string[])["verticals", "suppliers", "sources", "buyers", "campaigns", "contracts"])
        {
            var listed = await node.GetAsync($"/v1/{kind}");
            var entry = listed.Items[0]!;
            var path = $"/v1/{kind}/{entry["key"]}";
            (await node.GetAsync(path)).Text.ShouldBe(entry.ToJsonString(ApiJson.Written));
            (await node.SendAsync(HttpMethod.Put, path, entry.ToJsonString())).Status.ShouldBe(200);
            (await node.SendAsync(HttpMethod.Put, path, """{"unknown": 1}""")).Status.ShouldBe(400);
            (await node.GetAsync($"/v1/{kind}/nothing")).Status.ShouldBe(404);
            (await node.SendAsync(HttpMethod.Delete, $"/v1/{kind}/nothing")).Status.ShouldBe(404);
        }

        (await node.SendAsync(HttpMethod.Put, "/v1/suppliers/new", "{}")).Status.ShouldBe(201);
        (await node.SendAsync(HttpMethod.Delete, "/v1/suppliers/acme")).Status.ShouldBe(409);
        (await node.SendAsync(HttpMethod.Delete, "/v1/suppliers/new")).Status.ShouldBe(204);
        (await node.PostAsync("/v1/apply?dry_run=true", """{"suppliers": [{"key": "third"}]}""")).Json["dry_run"]!.GetValue<bool>().ShouldBeTrue();
        (await node.PostAsync("/v1/apply", """{"nonsense": []}""")).Status.ShouldBe(400);
        var keys = (await node.GetAsync("/v1/sources/other/keys")).Items;
        (await node.GetAsync("/v1/buyers/nord/keys")).Status.ShouldBe(200);
        (await node.SendAsync(HttpMethod.Delete, $"/v1/keys/{keys[0]!["key_id"]}")).Status.ShouldBe(204);
        (await node.SendAsync(HttpMethod.Delete, $"/v1/keys/{keys[0]!["key_id"]}")).Status.ShouldBe(404);
    }

    private static async Task MoneyAsync(ApiNode node, string buyer)
    {
        const string credit = """{"amount": 500, "currency": "EUR", "reference": "bank 4711"}""";
        (await node.PostAsync("/v1/buyers/nord/credits", credit)).Status.ShouldBe(201);
        (await node.PostAsync("/v1/buyers/nord/credits", credit)).Status.ShouldBe(200);
        (await node.PostAsync("/v1/buyers/nord/credits", credit.Replace("500", "400", StringComparison.Ordinal))).Status.ShouldBe(409);
        (await node.PostAsync("/v1/buyers/nord/credits", "{}")).Status.ShouldBe(400);
        (await node.GetAsync("/v1/buyers/nord/account")).Json["balance"]!.GetValue<decimal>().ShouldBe(460);
        (await node.GetAsync("/v1/ledger")).Items.Sum(line => line!["amount"]!.GetValue<decimal>()).ShouldBe(0);
        (await node.GetAsync("/v1/buyer/account", buyer)).Status.ShouldBe(200);
        await OwnContractsAsync(node, buyer);
        var sale = (await node.GetAsync("/v1/buyer/sales", buyer)).Items.ShouldHaveSingleItem()!["sale_id"];
        (await node.PostAsync($"/v1/buyer/sales/{sale}/outcome", """{"outcome": "won", "value": 6000}""", buyer)).Status.ShouldBe(200);
        (await node.PostAsync($"/v1/buyer/sales/{sale}/outcome", """{"outcome": "lost"}""", buyer)).Status.ShouldBe(400);
        (await node.PostAsync($"/v1/buyer/sales/{Guid.Empty}/outcome", "{}", buyer)).Status.ShouldBe(404);
        (await node.GetAsync("/v1/buyer/sales", buyer)).Items.ShouldHaveSingleItem();
    }

    private static async Task ReturnsAsync(ApiNode node, string buyer)
    {
        const string wrong = """{"reason": "wrong_number", "note": null}""";
        var sale = (await node.GetAsync("/v1/buyer/sales", buyer)).Items.ShouldHaveSingleItem()!["sale_id"];
        (await node.PostAsync($"/v1/buyer/sales/{sale}/return", wrong, buyer)).Status.ShouldBe(409);
        (await node.PostAsync($"/v1/buyer/sales/{sale}/return", """{"reason": "other"}""", buyer)).Status.ShouldBe(400);
        (await node.PostAsync($"/v1/buyer/sales/{Guid.Empty}/return", wrong, buyer)).Status.ShouldBe(404);
        (await node.PostAsync($"/v1/sales/{Guid.Empty}/return", wrong)).Status.ShouldBe(404);
        (await node.PostAsync($"/v1/sales/{sale}/return", """{"reason": "bored"}""")).Status.ShouldBe(400);
        (await node.PostAsync($"/v1/sales/{sale}/return", wrong)).Status.ShouldBe(200);
        (await node.PostAsync($"/v1/buyer/sales/{sale}/return", wrong, buyer)).Status.ShouldBe(200);
        (await node.PostAsync($"/v1/sales/{sale}/return", """{"reason": "duplicate"}""")).Status.ShouldBe(409);
        (await node.GetAsync("/v1/buyer/sales", buyer)).Items.ShouldHaveSingleItem()!["status"]!.ToString().ShouldBe("returned");
        (await node.GetAsync("/v1/ledger")).Items.Sum(line => line!["amount"]!.GetValue<decimal>()).ShouldBe(0);
    }

    private static async Task OwnContractsAsync(ApiNode node, string buyer)
    {
        var contract = (await node.GetAsync("/v1/contracts/c1")).Json;
        contract["buyer_may"] = JsonNode.Parse("""{"pause": true, "caps": {"max_leads_per_day": 50}, "schedule": true, "price": {"min": 10, "max": 60}, "sources": true}""");
        (await node.SendAsync(HttpMethod.Put, "/v1/contracts/c1", contract.ToJsonString())).Status.ShouldBe(200);
        (await node.GetAsync("/v1/buyer/contracts", buyer)).Items.ShouldHaveSingleItem()!["may"]!["caps"]!["max_leads_per_day"]!.GetValue<int>().ShouldBe(50);
        const string change = """{"caps": [{"window": "day", "leads": 20}], "schedule": "always", "sources": {"prefer": {"landing page": "10%"}}}""";
        (await node.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/c1", change, buyer)).Status.ShouldBe(200);
        (await node.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/c1", """{"caps": []}""", buyer)).Status.ShouldBe(400);
        (await node.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/c2", change, buyer)).Status.ShouldBe(404);
        contract["buyer_may"]!["approval"] = true;
        (await node.SendAsync(HttpMethod.Put, "/v1/contracts/c1", contract.ToJsonString())).Status.ShouldBe(200);
        (await node.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/c1", change, buyer)).Json["waiting"]!["schedule"]!.ToString().ShouldBe("always");
    }

    private static async Task DeliveriesAsync(ApiNode node, string lead)
    {
        await Eventually.HoldsAsync(
            async () => (await node.GetAsync($"/v1/deliveries?lead_id={lead}")).Items[0]!["status"]!.ToString() == "acknowledged",
            async () => (await node.GetAsync($"/v1/deliveries?lead_id={lead}")).Text);
        var id = (await node.GetAsync($"/v1/deliveries?lead_id={lead}")).Items[0]!["delivery_id"];
        (await node.PostAsync($"/v1/deliveries/{id}/resolve", """{"outcome": "accepted"}""")).Status.ShouldBe(409);
        (await node.PostAsync($"/v1/deliveries/{id}/resolve", """{"outcome": "maybe"}""")).Status.ShouldBe(400);
        (await node.PostAsync($"/v1/deliveries/{id}/redeliver")).Status.ShouldBe(200);
        (await node.PostAsync($"/v1/deliveries/{Guid.Empty}/redeliver")).Status.ShouldBe(404);
    }
}
