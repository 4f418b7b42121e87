using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Kontor.Tests.Intake;

/// <summary>Whatever bytes a supplier sends, the node answers that it took the lead or why not; it never fails.</summary>
public sealed class JsonOverHttpTests
{
    [Fact]
    public async Task no_case_of_the_parsing_suite_makes_the_node_fail()
    {
        using var suite = JsonDocument.Parse(Shared.Oracle("json-parsing.json"));
        var cases = suite.RootElement.GetProperty("cases").EnumerateArray().Where(item => item.GetProperty("base64").GetString() is not null)
            .Select(item => (Name: item.GetProperty("name").GetString()!, Bytes: Convert.FromBase64String(item.GetProperty("base64").GetString()!))).ToList();
        cases.Count.ShouldBeGreaterThan(300);
        await PostAsync([
            .. cases, .. cases.Select(item => (item.Name + " as a field", Around(item.Bytes, "first_name"))),
            .. cases.Select(item => (item.Name + " as another field", Around(item.Bytes, "unknown"))), ("deep arrays", Encoding.ASCII.GetBytes(new string('[', 100_000))),
        ]);
    }

    [Fact]
    public async Task texts_that_a_database_cannot_hold_do_not_make_the_node_fail()
    {
        string[] texts = ["\\u0000", "a\\u0000b", "\\ud800", "\\udfff\\ud800", "\\ud83d\\ude00", "\\uffff", "\\u202e", "\\u0001", new string('x', 60_000)];
        await PostAsync([.. from text in texts from field in (string[])["first_name", "unknown", "sub_id", "external_id", "callback_url", "campaign", "email"]
            select ($"{text[..Math.Min(8, text.Length)]} in {field}", Around(Encoding.ASCII.GetBytes($"\"{text}\""), field))]);
    }

    private static byte[] Around(byte[] value, string field)
    {
        var others = new Dictionary<string, string> { ["campaign"] = Market.Campaign, ["email"] = "erika@example.org" };
        others.Remove(field);
        var text = string.Concat(others.Select(other => $"\"{other.Key}\": \"{other.Value}\", "));
        return [.. Encoding.ASCII.GetBytes($"{{{text}\"{field}\": "), .. value, (byte)'}'];
    }

    private static async Task PostAsync(List<(string Name, byte[] Bytes)> cases)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        var key = await node.Api.SourceKeyAsync();
        var failed = new List<string>();
        foreach (var (name, bytes) in cases)
        {
            using var body = new ByteArrayContent(bytes);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var answer = await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", body, key);
            if ((int)answer.Status is not (200 or 400))
                failed.Add($"{name}: {(int)answer.Status}");
        }

        failed.ShouldBeEmpty();
    }
}
