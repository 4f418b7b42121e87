namespace Kontor.Core.Tests;

/// <summary>What Core says reads in English as the API answers it, and is said in other languages with the same values.</summary>
public sealed class PhraseTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly Phrase Nested = Phrase.Of(
        "at least {0} beside {1}", new Money(1_250, Euro), Phrase.Joined("{0} or {1}", [Phrase.Value("a {b}"), Phrase.Value("{0}"), 7]));

    [Fact]
    public void english_is_the_format_with_its_values() => Nested.ToString().ShouldBe("at least 12.50 EUR beside a {b} or {0} or 7");

    [Fact]
    public void another_language_has_its_own_formats_and_amounts_and_the_same_values() =>
        Nested.Say(format => format switch { "at least {0} beside {1}" => "neben {1} mindestens {0}", "{0} or {1}" => "{0} oder {1}", _ => "?" }, money => $"{money.Minor / 100m:0.00} €")
            .ShouldBe(FormattableString.Invariant($"neben a {{b}} oder {{0}} oder 7 mindestens {12.50m:0.00} €"));

    [Fact]
    public void values_and_signs_are_never_looked_up() =>
        Phrase.Listed([Phrase.Value("open"), Phrase.Signs("{0} = {1}", Phrase.Value("roof"), Phrase.Value("open"))]).Say(_ => "looked up", _ => "amount").ShouldBe("open, roof = open");

    [Fact]
    public void phrases_are_equal_when_they_say_the_same()
    {
        Phrase.Of("{0} taken", 3).ShouldBe(Phrase.Value("3 taken"));
        Phrase.Of("{0} taken", 3).ShouldNotBe(Phrase.Of("{0} taken", 4));
        Phrase.Joined("{0} or {1}", []).ToString().ShouldBe("");
        Phrase.Of(ReasonCode.Unsold).ToString().ShouldBe(ReasonCodes.All.Single(entry => entry.Code == ReasonCode.Unsold).Meaning);
    }
}
