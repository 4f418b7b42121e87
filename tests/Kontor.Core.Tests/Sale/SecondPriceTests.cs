using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>What the winner of a second-price auction pays, in minor units.</summary>
public sealed class SecondPriceTests
{
    [Theory]
    [InlineData(5_000, 3_500, 2_000, 3_501)]
    [InlineData(5_000, 4_999, 2_000, 5_000)]
    [InlineData(5_000, 5_000, 2_000, 5_000)]
    [InlineData(5_000, 1_500, 2_000, 2_001)]
    [InlineData(5_000, null, 2_000, 2_001)]
    [InlineData(5_000, null, 5_000, 5_000)]
    [InlineData(5_000, null, 0, 1)]
    public void winner_pays_one_more_than_the_second_or_the_floor_and_never_more_than_his_price(long own, int? second, long floor, long pays)
    {
        Ranking.SecondPrice(own, 0, second * (Int128?)Ranking.Whole, floor).ShouldBe(pays);
    }

    [Theory]
    [InlineData(2_000, 3_000, 2_501)] // 30.00 in terms of one whose bids count a fifth more
    [InlineData(-2_000, 3_000, 3_751)]
    [InlineData(-5_000, 2_499, 4_999)]
    [InlineData(1, 3_000, 3_000)]
    public void price_is_the_least_that_still_ranks_before_the_second(int adjustment, int second, long pays)
    {
        var effective = (Int128)second * Ranking.Whole;
        var price = Ranking.SecondPrice(5_000, adjustment, effective, 0);
        price.ShouldBe(pays);
        (price * (Ranking.Whole + adjustment) > effective).ShouldBeTrue();
        ((price - 1) * (Ranking.Whole + adjustment) > effective).ShouldBeFalse();
    }
}
