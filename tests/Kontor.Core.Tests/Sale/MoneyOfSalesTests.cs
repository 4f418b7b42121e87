using Kontor.Core.Billing;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Sale;

/// <summary>What suppliers get and what buyers may still spend.</summary>
public sealed class MoneyOfSalesTests
{
    [Theory]
    [InlineData(9_000, 6_000, 5_400)]
    [InlineData(1, 5_000, 1)]
    [InlineData(1, 4_999, 0)]
    [InlineData(3, 5_000, 2)]
    [InlineData(12_345, 3_333, 4_115)]
    [InlineData(9_000, 0, 0)]
    [InlineData(9_000, 10_000, 9_000)]
    public void share_of_revenue_is_rounded_half_up_to_the_cent(long price, int share, long payout)
    {
        var rule = new Payout(PayoutType.ShareOfRevenue, 0, share);
        Payouts.Of(rule, new Money(price, Given.Euro), true).Minor.ShouldBe(payout);
        Payouts.Of(rule, new Money(price, Given.Euro), false).Minor.ShouldBe(payout);
    }

    [Fact]
    public void fixed_payout_is_due_once_per_lead()
    {
        var rule = new Payout(PayoutType.Fixed, 12.5m, 0);
        Payouts.Of(rule, new Money(9_000, Given.Euro), true).ShouldBe(new Money(1_250, Given.Euro));
        Payouts.Of(rule, new Money(9_000, Given.Euro), false).ShouldBe(new Money(0, Given.Euro));
        Payouts.Of(Payout.None, new Money(9_000, Given.Euro), true).ShouldBe(new Money(0, Given.Euro));
    }

    [Fact]
    public void share_has_a_least_where_the_rule_says_so()
    {
        var rule = new Payout(PayoutType.ShareOfRevenue, 0, 6_000) { AtLeast = 12.5m };
        Payouts.Of(rule, new Money(9_000, Given.Euro), false).Minor.ShouldBe(5_400);
        Payouts.Of(rule, new Money(2_000, Given.Euro), false).Minor.ShouldBe(1_250);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(1_999, 500)]
    [InlineData(2_000, 1_000)]
    [InlineData(5_000, 2_500)]
    [InlineData(5_001, 3_001)]
    public void band_of_the_price_says_what_is_paid(long price, long payout)
    {
        var rule = new Payout(PayoutType.PriceBands, 0, 0) { Bands = [new(0, 5, null), new(20, null, 5_000), new(50.01m, null, 6_000)] };
        Payouts.Of(rule, new Money(price, Given.Euro), true).Minor.ShouldBe(payout);
    }

    [Fact]
    public void what_is_paid_for_each_sale_or_the_first_is_the_operators_choice()
    {
        var each = new Payout(PayoutType.Fixed, 12.5m, 0) { Per = PayoutPer.EachSale };
        Payouts.Of(each, new Money(9_000, Given.Euro), false).Minor.ShouldBe(1_250);
        var first = new Payout(PayoutType.ShareOfRevenue, 0, 6_000) { Per = PayoutPer.FirstSale };
        Payouts.Of(first, new Money(9_000, Given.Euro), false).Minor.ShouldBe(0);
        Payouts.Of(first, new Money(9_000, Given.Euro), true).Minor.ShouldBe(5_400);
    }

    [Fact]
    public void margin_is_an_amount_or_a_part_of_the_price_and_none_when_nothing_is_said()
    {
        var rule = new Payout(PayoutType.Fixed, 20, 0);
        Payouts.Covers(rule, new Money(100, Given.Euro)).ShouldBeTrue();
        var amount = rule with { MinimumMargin = new(5, null) };
        Payouts.Covers(amount, new Money(2_499, Given.Euro)).ShouldBeFalse();
        Payouts.Covers(amount, new Money(2_500, Given.Euro)).ShouldBeTrue();
        var part = rule with { MinimumMargin = new(null, 2_000) };
        Payouts.Covers(part, new Money(2_499, Given.Euro)).ShouldBeFalse();
        Payouts.Covers(part, new Money(2_500, Given.Euro)).ShouldBeTrue();
    }

    [Fact]
    public void fixed_payout_with_more_digits_than_the_currency_is_a_broken_invariant()
    {
        Should.Throw<InvalidOperationException>(() => Payouts.Of(new Payout(PayoutType.Fixed, 0.005m, 0), new Money(9_000, Given.Euro), true));
    }

    [Theory]
    [InlineData(10_000, 0, null, null, null)]
    [InlineData(10_000, 4_000, 0L, 0L, 6_000L)]
    [InlineData(-3_000, 1_000, 5_000L, 5_000L, 1_000L)]
    [InlineData(0, 0, 5_000L, 2_000L, 2_000L)]
    [InlineData(0, 0, 2_000L, 5_000L, 2_000L)]
    [InlineData(0, 0, null, 5_000L, 5_000L)]
    [InlineData(0, 0, 5_000L, null, 5_000L)]
    public void narrower_limit_of_row_and_catalog_bounds_what_may_be_spent(long balance, long held, long? row, long? agreed, long? available)
    {
        new Account("a", Given.Euro) { Balance = balance, Held = held, CreditLimit = row }.Available(agreed).ShouldBe(available);
    }

    [Fact]
    public void hold_ends_as_a_charge_or_as_nothing()
    {
        var account = new Account("a", Given.Euro) { Balance = 10_000, CreditLimit = 0 };
        account.Changed.ShouldBeFalse();
        account.Hold(4_000);
        account.Hold(3_000);
        account.Available(0).ShouldBe(3_000);
        account.Settle(4_000);
        account.Release(3_000);
        (account.Balance, account.Held, account.Changed).ShouldBe((6_000, 0, true));
        account.Charge(6_000);
        account.Available(0).ShouldBe(0);
    }
}
