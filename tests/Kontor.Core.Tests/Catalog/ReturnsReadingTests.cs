using Kontor.Core.Catalog;
using Kontor.Core.Returns;

namespace Kontor.Core.Tests.Catalog;

/// <summary>How a contract's buyer may give leads back, as operators write it.</summary>
public sealed class ReturnsReadingTests
{
    [Fact]
    public void rule_is_read_whole()
    {
        var rule = Read("""{"within": "7d", "reasons": ["other", "wrong_number"], "gives_back_cap": true}""").ShouldNotBeNull();
        (rule.Within, rule.GivesBackCap).ShouldBe((TimeSpan.FromDays(7), true));
        rule.Reasons.ShouldBe([ReturnReason.WrongNumber, ReturnReason.Other]);
    }

    [Fact]
    public void reasons_are_all_and_caps_are_kept_where_nothing_is_said()
    {
        var rule = Read("""{"within": "PT36H"}""").ShouldNotBeNull();
        (rule.Within, rule.GivesBackCap).ShouldBe((TimeSpan.FromHours(36), false));
        rule.Reasons.ShouldBe(ReturnRequest.AllReasons);
        Read("null").ShouldBeNull();
    }

    [Theory]
    [InlineData("59s", false)]
    [InlineData("1m", true)]
    [InlineData("365d", true)]
    [InlineData("8761h", false)]
    public void time_lies_within_bounds(string within, bool accepted) =>
        (SampleCatalog.Read(SampleCatalog.With("contracts[0].returns", $$"""{"within": "{{within}}"}""")).Problems.Length == 0).ShouldBe(accepted);

    [Theory]
    [InlineData("{}", "returns.within required")]
    [InlineData("""{"within": "a week"}""", "returns.within invalid_duration")]
    [InlineData("""{"within": "7d", "reasons": []}""", "returns.reasons required")]
    [InlineData("""{"within": "7d", "reasons": "wrong_number"}""", "returns.reasons wrong_type")]
    [InlineData("""{"within": "7d", "reasons": ["wrong_number", "bored"]}""", "returns.reasons[1] not_an_option")]
    [InlineData("""{"within": "7d", "reasons": ["other", "other"]}""", "returns.reasons[1] duplicate")]
    [InlineData("""{"within": "7d", "gives_back_cap": "yes"}""", "returns.gives_back_cap wrong_type")]
    [InlineData("""{"within": "7d", "give_back_cap": true}""", "returns.give_back_cap unknown_key")]
    [InlineData("true", "returns wrong_type")]
    public void problems_are_named_at_their_place(string returns, string expected) =>
        SampleCatalog.Read(SampleCatalog.With("contracts[0].returns", returns)).Problems.Select(problem => $"{problem.Field} {problem.Code}")
            .ShouldBe([$"contracts[0].{expected}"]);

    private static ReturnRule? Read(string returns)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With("contracts[0].returns", returns));
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Contracts["sonnenhaus-nord"].Returns;
    }
}
