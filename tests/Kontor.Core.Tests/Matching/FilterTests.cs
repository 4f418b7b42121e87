using System.Collections.Immutable;
using Kontor.Core.Catalog;
using static Kontor.Core.Tests.Matching.Sample;

namespace Kontor.Core.Tests.Matching;

public sealed class FilterTests
{
    private static readonly FilterOp[] WithoutValue = [FilterOp.Missing, FilterOp.Ne, FilterOp.NotIn];

    [Fact]
    public void missing_value_satisfies_missing_ne_and_not_in_only()
    {
        foreach (var op in Enum.GetValues<FilterOp>())
        {
            ImmutableArray<FieldValue> operands = op switch
            {
                FilterOp.Exists or FilterOp.Missing => [],
                FilterOp.Between => [FieldValue.Of(1m), FieldValue.Of(2m)],
                _ => [FieldValue.Of(1m)],
            };
            Holds("power_bill", op, default, operands).ShouldBe(WithoutValue.Contains(op), op.ToString());
        }
    }

    [Theory]
    [InlineData(FilterOp.Lt, true, false, false)]
    [InlineData(FilterOp.Lte, true, true, false)]
    [InlineData(FilterOp.Gt, false, false, true)]
    [InlineData(FilterOp.Gte, false, true, true)]
    [InlineData(FilterOp.Eq, false, true, false)]
    [InlineData(FilterOp.Ne, true, false, true)]
    public void number_compares_at_its_boundary(FilterOp op, bool below, bool at, bool above)
    {
        Holds("power_bill", op, FieldValue.Of(79.99m), FieldValue.Of(80m)).ShouldBe(below);
        Holds("power_bill", op, FieldValue.Of(80.00m), FieldValue.Of(80m)).ShouldBe(at);
        Holds("power_bill", op, FieldValue.Of(80.01m), FieldValue.Of(80m)).ShouldBe(above);
    }

    [Theory]
    [InlineData(9.99, false)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    [InlineData(20.01, false)]
    public void between_includes_both_ends(double value, bool holds) =>
        Holds("power_bill", FilterOp.Between, FieldValue.Of((decimal)value), FieldValue.Of(10m), FieldValue.Of(20m)).ShouldBe(holds);

    [Theory]
    [InlineData(FilterOp.Eq, "OWNER", true)]
    [InlineData(FilterOp.Ne, "OWNER", false)]
    [InlineData(FilterOp.In, "tenant", false)]
    [InlineData(FilterOp.StartsWith, "OWN", true)]
    [InlineData(FilterOp.StartsWith, "WNE", false)]
    [InlineData(FilterOp.Contains, "WNE", true)]
    [InlineData(FilterOp.Contains, "x", false)]
    public void text_compares_without_regard_to_case(FilterOp op, string operand, bool holds) =>
        Holds("roof", op, FieldValue.Of("owner"), FieldValue.Of(operand)).ShouldBe(holds);

    [Fact]
    public void choices_match_by_membership()
    {
        var both = FieldValue.Of(["gas", "oil"]);
        Holds("heating", FilterOp.Contains, both, FieldValue.Of("Oil")).ShouldBeTrue();
        Holds("heating", FilterOp.Contains, both, FieldValue.Of("wood")).ShouldBeFalse();
        Holds("heating", FilterOp.In, both, FieldValue.Of("wood"), FieldValue.Of("gas")).ShouldBeTrue();
        Holds("heating", FilterOp.NotIn, both, FieldValue.Of("wood")).ShouldBeTrue();
        Holds("heating", FilterOp.Eq, both, FieldValue.Of(["oil", "gas"])).ShouldBeTrue();
        Holds("heating", FilterOp.Eq, both, FieldValue.Of(["oil"])).ShouldBeFalse();
    }

    [Fact]
    public void age_is_counted_from_the_instant_and_from_the_days_midnight()
    {
        var day = FieldValue.Of(86_400_000_000m);
        Holds("asked_at", FilterOp.OlderThan, FieldValue.Of(Noon.AddDays(-1)), day).ShouldBeFalse();
        Holds("asked_at", FilterOp.Within, FieldValue.Of(Noon.AddDays(-1)), day).ShouldBeTrue();
        Holds("asked_at", FilterOp.OlderThan, FieldValue.Of(Noon.AddDays(-1).AddTicks(-10)), day).ShouldBeTrue();
        Holds("asked_at", FilterOp.Within, FieldValue.Of(Noon.AddDays(-1).AddTicks(-10)), day).ShouldBeFalse();
        Holds("moved_on", FilterOp.OlderThan, FieldValue.Of(new DateOnly(2026, 6, 16)), day).ShouldBeTrue();
        Holds("moved_on", FilterOp.OlderThan, FieldValue.Of(new DateOnly(2026, 6, 17)), day).ShouldBeFalse();
        Holds("moved_on", FilterOp.Within, FieldValue.Of(new DateOnly(2027, 1, 1)), day).ShouldBeTrue();
    }

    [Fact]
    public void built_in_fields_are_read()
    {
        Reason(Rules(Contract() with { Filter = Compare("source", FilterOp.Eq, FieldValue.Of("ACME")) }), Lead()).ShouldBe(ReasonCode.None);
        Reason(Rules(Contract() with { Filter = Compare("sub_id", FilterOp.Missing) }), Lead()).ShouldBe(ReasonCode.None);
        Reason(Rules(Contract() with { Filter = Compare("sub_id", FilterOp.Eq, FieldValue.Of("a")) }), Lead() with { SubId = "A" }).ShouldBe(ReasonCode.None);
        Reason(Rules(Contract() with { Filter = Compare("score", FilterOp.Gt, FieldValue.Of(5m)) }), Lead() with { Score = 5 }).ShouldBe(ReasonCode.FilterMismatch);
    }

    [Fact]
    public void trees_combine()
    {
        var bill = new Filter.Any([Compare("power_bill", FilterOp.Gte, FieldValue.Of(80m)), Compare("power_bill", FilterOp.Missing)]);
        var tree = new Filter.All([bill, new Filter.Not(Compare("roof", FilterOp.Eq, FieldValue.Of("tenant")))]);
        var rules = Rules(Contract() with { Filter = tree });

        Reason(rules, Lead()).ShouldBe(ReasonCode.None);
        Reason(rules, Lead(("power_bill", FieldValue.Of(79m)))).ShouldBe(ReasonCode.FilterMismatch);
        Reason(rules, Lead(("power_bill", FieldValue.Of(80m)), ("roof", FieldValue.Of("tenant")))).ShouldBe(ReasonCode.FilterMismatch);
        Reason(Rules(Contract() with { Filter = new Filter.All([]) }), Lead()).ShouldBe(ReasonCode.None);
        Reason(Rules(Contract() with { Filter = new Filter.Any([]) }), Lead()).ShouldBe(ReasonCode.FilterMismatch);
    }

    [Fact]
    public void field_the_vertical_does_not_have_is_missing() =>
        Reason(Rules(Contract() with { Filter = Compare("gone", FilterOp.Exists) }), Lead()).ShouldBe(ReasonCode.FilterMismatch);

    private static Filter.Compare Compare(string field, FilterOp op, params ImmutableArray<FieldValue> operands) => new(field, op, operands);

    private static bool Holds(string field, FilterOp op, FieldValue value, params ImmutableArray<FieldValue> operands) =>
        Reason(Rules(Contract() with { Filter = Compare(field, op, operands) }), Lead((field, value))) == ReasonCode.None;
}
