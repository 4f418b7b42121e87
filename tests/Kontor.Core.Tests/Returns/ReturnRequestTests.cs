using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Returns;

namespace Kontor.Core.Tests.Returns;

public sealed class ReturnRequestTests
{
    private static readonly ImmutableArray<ReturnReason> Few = [ReturnReason.WrongNumber, ReturnReason.Other];

    [Theory]
    [InlineData("""{"reason": "wrong_number"}""", ReturnReason.WrongNumber, null)]
    [InlineData("""{"reason": "wrong_number", "note": ""}""", ReturnReason.WrongNumber, null)]
    [InlineData("""{"reason": "wrong_number", "note": "  "}""", ReturnReason.WrongNumber, null)]
    [InlineData("""{"reason": "other", "note": " moved abroad "}""", ReturnReason.Other, "moved abroad")]
    public void request_is_read(string body, ReturnReason reason, string? note)
    {
        var (request, problems) = Read(body, Few);
        request.ShouldBe(new ReturnRequest(reason, note));
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}", "reason required")]
    [InlineData("""{"reason": "bored"}""", "reason not_an_option")]
    [InlineData("""{"reason": "WrongNumber"}""", "reason not_an_option")]
    [InlineData("""{"reason": 3}""", "reason not_an_option")]
    [InlineData("""{"reason": "duplicate"}""", "reason not_allowed")]
    [InlineData("""{"reason": "other"}""", "note required")]
    [InlineData("""{"reason": "other", "note": " "}""", "note required")]
    [InlineData("""{"reason": "other", "note": 7}""", "note wrong_type")]
    [InlineData("""{"reason": "bored", "note": ["x"], "price": 1}""", "price unknown_key, reason not_an_option, note wrong_type")]
    public void request_with_problems_is_refused_with_all_of_them(string body, string expected)
    {
        var (request, problems) = Read(body, Few);
        request.ShouldBeNull();
        problems.ShouldBe(expected);
    }

    [Theory]
    [InlineData(999, "")]
    [InlineData(1_000, "")]
    [InlineData(1_001, "note too_long")]
    public void note_has_a_longest_length(int length, string expected) =>
        Read(new JsonObject { ["reason"] = "other", ["note"] = new string('x', length) }.ToJsonString(), Few).Problems.ShouldBe(expected);

    [Fact]
    public void every_reason_is_read_back_by_its_name()
    {
        ReturnRequest.AllReasons.ShouldBe(Enum.GetValues<ReturnReason>());
        ReturnRequest.AllReasons.ShouldAllBe(reason => ReturnRequest.ParseReason(CatalogNames.Of(reason)) == reason);
        ReturnRequest.AllReasons.ShouldAllBe(reason => Read($$"""{"reason": "{{CatalogNames.Of(reason)}}", "note": "x"}""", ReturnRequest.AllReasons).Request!.Reason == reason);
    }

    private static (ReturnRequest? Request, string Problems) Read(string body, ImmutableArray<ReturnReason> allowed)
    {
        var problems = new List<FieldProblem>();
        var request = ReturnRequest.Read(JsonNode.Parse(body)!.AsObject(), allowed, problems);
        return (request, string.Join(", ", problems.Select(problem => $"{problem.Field} {problem.Code}")));
    }
}
