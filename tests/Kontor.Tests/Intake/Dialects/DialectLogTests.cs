using System.Globalization;

namespace Kontor.Tests.Intake.Dialects;

/// <summary>A query may hold a person and a key. Nothing of it is logged, however much the operator wants to be logged.</summary>
public sealed class DialectLogTests
{
    [Fact]
    public async Task query_is_in_no_line_of_the_log_even_when_everything_is_logged()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await KontorProcess.OnDatabaseAsync(database.ConnectionString, variables: new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Trace", ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
            ["Logging__Console__LogLevel__Default"] = "Trace", ["Logging__Console__LogLevel__Microsoft"] = "Trace",
            ["Logging__Console__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        });
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        await node.Api.ApplyAsync("""
            sources: [{key: landing, supplier: acme, dialect: {type: boberdoo, campaign: {"85": solar}}}]
            """);
        var key = await node.Api.SourceKeyAsync();
        foreach (var query in (string[])[$"Key={key}&TYPE=85&Email=erika.marker%40example.org", $"Key={key}&Mode=ping&TYPE=85&Email=erika.marker%40example.org", "Key=ksr_marker&Email=erika.marker%40example.org", $"Key={key}&Email=marker&TYPE=%FF"])
        {
            var answer = await node.Api.SendAsync(HttpMethod.Get, $"/compat/boberdoo/leads?{query}", (HttpContent?)null, null);
            ((int)answer.Status).ShouldBe(200);
        }

        await SendRawAsync(node.Api.Url, $"GET /compat/boberdoo/leads?Key={key}&Email=marker {new string('x', 20)} HTTP/9.9\r\n\r\n");
        await SendRawAsync(node.Api.Url, $"GET /compat/boberdoo/leads?Key={key}&Email=marker{new string('x', 10_000)} HTTP/1.1\r\n\r\n");
        (await node.TerminateAsync()).ShouldBe(0);
        node.Output.Count(line => line.Contains("\"Microsoft.AspNetCore.Routing", StringComparison.Ordinal)).ShouldBeGreaterThan(0, "the log tells of requests");
        node.Output.Where(line => line.Contains("marker", StringComparison.Ordinal) || line.Contains(key, StringComparison.Ordinal)).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(1);
    }

    private static async Task SendRawAsync(Uri node, string request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(node.Host, node.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture).ShouldBeInRange(400, 505);
    }
}
