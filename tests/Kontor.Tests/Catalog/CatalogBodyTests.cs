namespace Kontor.Tests.Catalog;

public sealed class CatalogBodyTests(CatalogNode node) : IClassFixture<CatalogNode>
{
    private const string Supplier = "/v1/suppliers/acme";

    [Theory]
    [InlineData("""{"name": "a", "name": "b"}""", "malformed_json")]
    [InlineData("""{"name": """, "malformed_json")]
    [InlineData("""{"name": "\ud800"}""", "malformed_text")]
    [InlineData("""{"name": "\u0000"}""", "malformed_text")]
    [InlineData("name: [", "malformed_yaml")]
    [InlineData("- name", "wrong_type")]
    [InlineData("name: *gone", "malformed_yaml")]
    public async Task unreadable_body_is_refused(string body, string code)
    {
        var answer = await node.Server.PutAsync(Supplier, body);
        answer.Status.ShouldBe(400);
        answer.Code.ShouldBe(code);
    }

    [Fact]
    public async Task deep_nesting_is_refused_without_harm()
    {
        (await node.Server.PutAsync(Supplier, "name: " + new string('[', 100_000))).Code.ShouldBe("malformed_yaml");
        (await node.Server.PutAsync(Supplier, "{\"name\": " + new string('[', 100_000))).Code.ShouldBe("malformed_json");
    }

    [Fact]
    public async Task unknown_address_and_method_answer_a_problem_document()
    {
        (await node.Server.GetAsync("/v1/nothing")).Code.ShouldBe("not_found");
        (await node.Server.PostAsync("/v1/suppliers", "{}")).Code.ShouldBe("method_not_allowed");
    }
}
