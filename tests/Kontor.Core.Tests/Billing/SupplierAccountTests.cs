using Kontor.Core.Billing;

namespace Kontor.Core.Tests.Billing;

public sealed class SupplierAccountTests
{
    private static readonly SupplierAccount Account = new(Currency.Parse("EUR"), Earned: 1_000, TakenBack: 100, Paid: 300);

    [Theory]
    [InlineData(600, true)]
    [InlineData(601, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void payment_is_at_most_what_is_open_and_a_correction_at_most_what_was_paid(long amount, bool allowed) => Account.Allows(amount).ShouldBe(allowed);

    [Fact]
    public void nothing_may_be_paid_after_returns_took_back_what_was_paid()
    {
        var overpaid = Account with { TakenBack = 900 };
        overpaid.Open.ShouldBe(-200);
        overpaid.Allows(1).ShouldBeFalse();
        overpaid.Allows(-300).ShouldBeTrue();
    }
}
