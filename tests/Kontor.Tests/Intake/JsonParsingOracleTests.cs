using System.Text;
using System.Text.Json;
using Kontor.Core.Intake;
using Kontor.Intake;

namespace Kontor.Tests.Intake;

/// <summary>The parsing cases of JSONTestSuite, each as a whole body and as the value of a field.</summary>
public sealed class JsonParsingOracleTests
{
    private static readonly string[] Unreadable = ["invalid_json", "invalid_encoding"];

    private sealed record Case(string Name, string Expect, byte[] Bytes);

    [Fact]
    public void bodies_are_read_as_the_suite_expects_and_none_throws()
    {
        var cases = Cases();
        cases.Count.ShouldBe(318);
        foreach (var item in cases)
        {
            var lead = PostedLead.TryReadJson(item.Bytes, out var problems);
            if (item.Expect == "accept" && IsObject(item.Bytes))
                Refusals(problems).ShouldBeEmpty(item.Name);
            else if (item.Expect != "either")
            {
                lead.ShouldBeNull(item.Name);
                problems.ShouldNotBeEmpty(item.Name);
            }
        }
    }

    [Fact]
    public void field_values_are_read_as_the_suite_expects_and_none_throws()
    {
        // A byte order mark inside a body is no white space; these cases close or comment the object around them.
        foreach (var item in Cases())
        {
            byte[] body = [.. "{\"f\": "u8, .. item.Bytes, .. "}"u8];
            var lead = PostedLead.TryReadJson(body, out var problems);
            if (item.Expect == "accept")
                Refusals(problems).ShouldBeEmpty(item.Name);
            else if (item.Expect == "reject")
                lead.ShouldBeNull(item.Name);
            if (lead is not null)
                Should.NotThrow(() => JsonDocument.Parse(lead.Original, new JsonDocumentOptions { MaxDepth = 64 }).Dispose(), item.Name);
        }
    }

    private static IEnumerable<string> Refusals(IReadOnlyList<FieldProblem> problems) =>
        problems.Select(problem => problem.Code).Where(Unreadable.Contains);

    private static bool IsObject(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimStart().StartsWith('{');

    private static List<Case> Cases()
    {
        using var document = JsonDocument.Parse(Shared.Oracle("json-parsing.json"));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item =>
        {
            var name = item.GetProperty("name").GetString()!;
            var bytes = item.GetProperty("base64").GetString() is { } base64 ? Convert.FromBase64String(base64) : DeepNesting(name);
            return new Case(name, item.GetProperty("expect").GetString()!, bytes);
        })];
    }

    // Two cases are too long for the file: it describes them.
    private static byte[] DeepNesting(string name) => Encoding.ASCII.GetBytes(name switch
    {
        "n_structure_100000_opening_arrays.json" => new string('[', 100_000),
        "n_structure_open_array_object.json" => string.Concat(Enumerable.Repeat("[{\"\":", 50_000)) + "\n",
        _ => throw new InvalidOperationException($"The case {name} has no content."),
    });
}
