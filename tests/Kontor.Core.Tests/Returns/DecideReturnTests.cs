using Kontor.Core.Catalog;
using Kontor.Core.Returns;

namespace Kontor.Core.Tests.Returns;

public sealed class DecideReturnTests
{
    private static readonly DateTimeOffset SoldAt = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly ReturnRule Rule = new(TimeSpan.FromDays(7), ReturnRequest.AllReasons, GivesBackCap: false);
    private static readonly ReturnRequest Wrong = new(ReturnReason.WrongNumber, null);
    private static readonly SaleReturn Stored = new(Wrong, ReturnedBy.Buyer, SoldAt.AddHours(1));

    // A step is the smallest time that is stored: a microsecond.
    [Theory]
    [InlineData(-1, ReturnVerdict.Returned)]
    [InlineData(0, ReturnVerdict.Returned)]
    [InlineData(1, ReturnVerdict.TooLate)]
    public void buyer_may_return_until_the_end_of_his_time(long steps, ReturnVerdict expected)
    {
        var now = SoldAt + Rule.Within + TimeSpan.FromMicroseconds(steps);
        DecideReturn.Decide(new ReturnFacts(true, SoldAt, null, Rule), Wrong, ReturnedBy.Buyer, now).ShouldBe(expected);
        DecideReturn.Decide(new ReturnFacts(true, SoldAt, null, Rule), Wrong, ReturnedBy.Operator, now).ShouldBe(ReturnVerdict.Returned);
    }

    [Theory]
    [InlineData(ReturnedBy.Buyer, ReturnVerdict.NotAllowed)]
    [InlineData(ReturnedBy.Operator, ReturnVerdict.Returned)]
    public void contract_without_a_rule_takes_back_by_the_operator_only(ReturnedBy by, ReturnVerdict expected) =>
        DecideReturn.Decide(new ReturnFacts(true, SoldAt, null, null), Wrong, by, SoldAt.AddYears(5)).ShouldBe(expected);

    [Theory]
    [InlineData(ReturnedBy.Buyer)]
    [InlineData(ReturnedBy.Operator)]
    public void sale_that_is_not_confirmed_is_not_returned_whoever_asks(ReturnedBy by)
    {
        foreach (var rule in new[] { Rule, null })
            DecideReturn.Decide(new ReturnFacts(false, SoldAt, null, rule), Wrong, by, SoldAt.AddYears(5)).ShouldBe(ReturnVerdict.NotConfirmed);
    }

    [Theory]
    [InlineData(ReturnReason.WrongNumber, null, ReturnVerdict.Repeated)]
    [InlineData(ReturnReason.WrongNumber, "again", ReturnVerdict.AlreadyReturned)]
    [InlineData(ReturnReason.Duplicate, null, ReturnVerdict.AlreadyReturned)]
    public void repeat_is_told_from_another_wish_before_any_rule_is_looked_at(ReturnReason reason, string? note, ReturnVerdict expected)
    {
        foreach (var rule in new[] { Rule, null })
        {
            foreach (var by in Enum.GetValues<ReturnedBy>())
                DecideReturn.Decide(new ReturnFacts(false, SoldAt, Stored, rule), new ReturnRequest(reason, note), by, SoldAt.AddYears(5)).ShouldBe(expected);
        }
    }
}
