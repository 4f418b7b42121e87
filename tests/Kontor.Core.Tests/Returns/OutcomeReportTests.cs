using System.Text.Json.Nodes;
using Kontor.Core.Intake;
using Kontor.Core.Returns;

namespace Kontor.Core.Tests.Returns;

public sealed class OutcomeReportTests
{
    [Theory]
    [InlineData("""{"outcome": "contacted"}""", SaleOutcome.Contacted, null)]
    [InlineData("""{"outcome": "appointment", "value": 0}""", SaleOutcome.Appointment, 0L)]
    [InlineData("""{"outcome": "won", "value": 6000}""", SaleOutcome.Won, 600_000L)]
    [InlineData("""{"outcome": "won", "value": 6000.05}""", SaleOutcome.Won, 600_005L)]
    [InlineData("""{"outcome": "no_deal"}""", SaleOutcome.NoDeal, null)]
    public void report_is_read(string body, SaleOutcome outcome, long? value)
    {
        var problems = new List<FieldProblem>();
        OutcomeReport.Read(JsonNode.Parse(body)!.AsObject(), Currency.Parse("EUR"), problems).ShouldBe(new OutcomeReport(outcome, value));
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}", "outcome required")]
    [InlineData("""{"outcome": "lost"}""", "outcome not_an_option")]
    [InlineData("""{"outcome": "NoDeal"}""", "outcome not_an_option")]
    [InlineData("""{"outcome": 3}""", "outcome not_an_option")]
    [InlineData("""{"outcome": "won", "value": "6000"}""", "value wrong_type")]
    [InlineData("""{"outcome": "won", "value": -0.01}""", "value out_of_range")]
    [InlineData("""{"outcome": "won", "value": 1000000000000.01}""", "value out_of_range")]
    [InlineData("""{"outcome": "won", "value": 1e40}""", "value wrong_type")]
    [InlineData("""{"outcome": "won", "value": 10.005}""", "value too_many_digits")]
    [InlineData("""{"outcome": "no_deal", "value": 1}""", "value unexpected")]
    [InlineData("""{"outcome": "lost", "value": "x", "note": ""}""", "note unknown_key, outcome not_an_option, value wrong_type")]
    public void report_with_problems_is_refused_with_all_of_them(string body, string expected)
    {
        var problems = new List<FieldProblem>();
        OutcomeReport.Read(JsonNode.Parse(body)!.AsObject(), Currency.Parse("EUR"), problems).ShouldBeNull();
        string.Join(", ", problems.Select(problem => $"{problem.Field} {problem.Code}")).ShouldBe(expected);
    }

    [Fact]
    public void every_outcome_is_read_back_by_its_name() =>
        Enum.GetValues<SaleOutcome>().ShouldAllBe(outcome => OutcomeReport.Parse(new OutcomeReport(outcome, null).Name) == outcome);
}
