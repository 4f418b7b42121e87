namespace Kontor.Core.Tests;

public sealed class MoneyTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    [Theory]
    [InlineData(1250, "12.50")]
    [InlineData(-1, "-0.01")]
    [InlineData(0, "0.00")]
    public void amount_shows_exactly_the_currencys_digits(long minor, string shown) =>
        new Money(minor, Euro).ToDecimal().ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(shown);

    [Fact]
    public void more_digits_than_the_currency_has_are_refused()
    {
        Money.FromDecimal(12.505m, Euro).ShouldBeNull();
        Money.FromDecimal(12.50m, Euro).ShouldBe(new Money(1250, Euro));
        Money.FromDecimal(100.5m, Currency.Parse("JPY")).ShouldBeNull();
    }

    [Fact]
    public void adding_two_currencies_throws() =>
        Should.Throw<InvalidOperationException>(() => new Money(1, Euro) + new Money(1, Currency.Parse("USD")));

    [Theory]
    [InlineData(1, 5_000, 1)]
    [InlineData(-1, 5_000, -1)]
    [InlineData(4_000, 6_000, 2_400)]
    [InlineData(333, 3_333, 111)]
    public void share_rounds_half_away_from_zero(long minor, int basisPoints, long share) =>
        new Money(minor, Euro).Share(basisPoints).Minor.ShouldBe(share);
}
