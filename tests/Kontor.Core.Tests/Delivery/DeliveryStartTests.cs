using Kontor.Core.Delivery;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Delivery;

public sealed class DeliveryStartTests
{
    private static readonly DueDelivery Plain = new() { Marked = false, OnResponse = false, Sale = SaleState.Confirmed, Made = 0, HasEndpoint = true };
    private static readonly DueDelivery Deciding = Plain with { OnResponse = true, Sale = SaleState.Reserved };
    private static readonly DueDelivery Interrupted = Deciding with { Marked = true, Made = 1, LastOutcome = AttemptOutcome.Sending };

    [Fact]
    public void queued_delivery_is_sent()
    {
        DeliveryStart.Decide(Plain).ShouldBe(new StartDecision(StartStep.Send));
        DeliveryStart.Decide(Deciding).ShouldBe(new StartDecision(StartStep.Send));
    }

    [Fact]
    public void interrupted_plain_delivery_is_sent_again_until_its_attempts_are_used_up()
    {
        var interrupted = Plain with { Marked = true, LastOutcome = AttemptOutcome.Sending };
        DeliveryStart.Decide(interrupted with { Made = 9 }).Step.ShouldBe(StartStep.Send);
        DeliveryStart.Decide(interrupted with { Made = 10 }).ShouldBe(new StartDecision(StartStep.Fail, "interrupted"));
    }

    [Fact]
    public void interrupted_question_is_unknown_unless_the_buyer_is_idempotent()
    {
        var unknown = new StartDecision(StartStep.Settle, "interrupted", Verdict.Unknown);
        DeliveryStart.Decide(Interrupted).ShouldBe(unknown);
        DeliveryStart.Decide(Interrupted with { LastOutcome = AttemptOutcome.Interrupted }).ShouldBe(unknown);
        var idempotent = Interrupted with { Idempotent = true };
        DeliveryStart.Decide(idempotent).Step.ShouldBe(StartStep.Send);
        DeliveryStart.Decide(idempotent with { Made = 4 }).Step.ShouldBe(StartStep.Send);
        DeliveryStart.Decide(idempotent with { Made = 5 }).ShouldBe(unknown);
        DeliveryStart.Decide(idempotent with { HasEndpoint = false }).ShouldBe(unknown);
        DeliveryStart.Decide(idempotent with { EndpointDisabled = true }).ShouldBe(unknown);
    }

    [Theory]
    [InlineData("accepted", Verdict.Accepted)]
    [InlineData("rejected", Verdict.Rejected)]
    [InlineData("timeout", Verdict.Unreachable)]
    [InlineData("failed", Verdict.Unreachable)]
    public void answer_that_was_written_down_is_settled(string outcome, Verdict verdict) =>
        DeliveryStart.Decide(Interrupted with { LastOutcome = outcome, Idempotent = true }).ShouldBe(new StartDecision(StartStep.Settle, outcome, verdict));

    [Fact]
    public void unusable_endpoint_fails_a_plain_delivery_and_releases_a_question()
    {
        DeliveryStart.Decide(Plain with { HasEndpoint = false }).ShouldBe(new StartDecision(StartStep.Fail, "no_endpoint"));
        DeliveryStart.Decide(Plain with { EndpointDisabled = true }).ShouldBe(new StartDecision(StartStep.Fail, "endpoint_gone"));
        DeliveryStart.Decide(Deciding with { HasEndpoint = false }).ShouldBe(new StartDecision(StartStep.Settle, "no_endpoint", Verdict.Unreachable));
        DeliveryStart.Decide(Deciding with { EndpointDisabled = true }).ShouldBe(new StartDecision(StartStep.Settle, "endpoint_gone", Verdict.Unreachable));
    }

    [Fact]
    public void confirmed_sale_is_delivered_plainly_whatever_its_contract_asked()
    {
        var again = Interrupted with { Sale = SaleState.Confirmed };
        DeliveryStart.Decide(again).Step.ShouldBe(StartStep.Send);
        DeliveryStart.Decide(again with { LastOutcome = "accepted" }).Step.ShouldBe(StartStep.Send);
    }

    [Fact]
    public void ended_sale_is_never_sent()
    {
        foreach (var due in new[] { Plain, Deciding, Interrupted, Interrupted with { Idempotent = true } })
            DeliveryStart.Decide(due with { Sale = SaleState.Ended }).ShouldBe(new StartDecision(StartStep.Fail, "sale_ended"));
    }
}
