using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Returns;

/// <summary>A note may tell of a person: it stands with the sale and nowhere else.</summary>
public sealed class ReturnLogTests
{
    [Fact]
    public async Task note_is_in_no_log_and_in_no_problem_however_much_is_logged()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await KontorProcess.OnDatabaseAsync(database.ConnectionString, variables: new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Trace", ["Logging__Console__LogLevel__Default"] = "Trace",
        });
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        var lead = (await node.Api.SellAsync()).LeadId;
        var sale = (await node.Api.GetAsync($"/v1/sales?lead_id={lead}"))["items"]![0]!["sale_id"];
        var key = (await node.Api.OperateAsync(HttpMethod.Post, "/v1/buyers/a/keys"))["key"]!;
        var refused = new List<ApiAnswer>
        {
            await PostAsync($"/v1/buyer/sales/{sale}/return", "wrong_number", key), await PostAsync($"/v1/sales/{sale}/return", "bored", KontorApi.OperatorKey),
        };
        (await PostAsync($"/v1/sales/{sale}/return", "wrong_number", KontorApi.OperatorKey)).Status.ShouldBe(HttpStatusCode.OK);
        refused.Add(await PostAsync($"/v1/sales/{sale}/return", "duplicate", KontorApi.OperatorKey));
        refused.ShouldAllBe(answer => answer.Status != HttpStatusCode.OK && !answer.Text.Contains("Marker", StringComparison.OrdinalIgnoreCase));
        (await node.TerminateAsync()).ShouldBe(0);
        node.Output.ShouldContain(line => line.Contains("\"level\":\"trace\"", StringComparison.Ordinal) || line.Contains("\"level\":\"debug\"", StringComparison.Ordinal));
        node.Output.ShouldAllBe(line => !line.Contains("Marker", StringComparison.OrdinalIgnoreCase));
        (await database.ScalarAsync<string>("select return_note from sales")).ShouldBe("Erika Marker moved.");

        Task<ApiAnswer> PostAsync(string path, string reason, string by) => node.Api.SendAsync(
            HttpMethod.Post, path, new JsonObject { ["reason"] = reason, ["note"] = "Erika Marker moved." }.ToJsonString(), by);
    }
}
