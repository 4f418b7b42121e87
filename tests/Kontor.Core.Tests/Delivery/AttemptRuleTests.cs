using Kontor.Core.Delivery;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Delivery;

public sealed class AttemptRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly AttemptFacts Plain = new() { End = WireEnd.Answered, Sent = true, Decides = false, Made = 1, Now = Now };
    private static readonly AttemptFacts Deciding = Plain with { Decides = true, Left = TimeSpan.FromSeconds(3) };

    [Theory]
    [InlineData(200, WireEnd.Answered, "acknowledged", NextStep.Acknowledge)]
    [InlineData(204, WireEnd.Answered, "acknowledged", NextStep.Acknowledge)]
    [InlineData(200, WireEnd.AnswerCut, "acknowledged", NextStep.Acknowledge)]
    [InlineData(301, WireEnd.Answered, "redirect_refused", NextStep.Retry)]
    [InlineData(400, WireEnd.Answered, "failed", NextStep.Retry)]
    [InlineData(404, WireEnd.AnswerCut, "failed", NextStep.Retry)]
    [InlineData(410, WireEnd.Answered, "endpoint_gone", NextStep.DisableEndpoint)]
    [InlineData(429, WireEnd.Answered, "throttled", NextStep.Retry)]
    [InlineData(500, WireEnd.Answered, "failed", NextStep.Retry)]
    [InlineData(503, WireEnd.Answered, "throttled", NextStep.Retry)]
    [InlineData(null, WireEnd.TimedOut, "timeout", NextStep.Retry)]
    [InlineData(null, WireEnd.Lost, "connection_lost", NextStep.Retry)]
    [InlineData(null, WireEnd.NotConnected, "connection_refused", NextStep.Retry)]
    [InlineData(null, WireEnd.NameNotFound, "name_not_found", NextStep.Retry)]
    [InlineData(null, WireEnd.TlsFailed, "tls_failed", NextStep.Retry)]
    [InlineData(null, WireEnd.AddressRefused, "refused_address", NextStep.Retry)]
    public void plain_delivery_is_judged_by_its_status(int? status, WireEnd end, string outcome, NextStep next)
    {
        var step = AttemptRule.Decide(Plain with { HttpStatus = status, End = end });
        step.Outcome.ShouldBe(outcome);
        step.Next.ShouldBe(next);
        step.DueAt.ShouldBe(next == NextStep.Retry ? Now.AddSeconds(5) : null);
        step.Verdict.ShouldBeNull();
        AttemptRule.Decide(Plain with { HttpStatus = status, End = end, Made = 10 }).Next.ShouldBe(next == NextStep.Retry ? NextStep.Fail : next);
    }

    [Fact]
    public void retry_after_counts_where_the_buyer_is_throttling_and_nowhere_else()
    {
        var minute = TimeSpan.FromMinutes(1);
        AttemptRule.Decide(Plain with { HttpStatus = 429, RetryAfter = minute }).DueAt.ShouldBe(Now + minute);
        AttemptRule.Decide(Plain with { HttpStatus = 503, RetryAfter = minute }).DueAt.ShouldBe(Now + minute);
        AttemptRule.Decide(Plain with { HttpStatus = 500, RetryAfter = minute }).DueAt.ShouldBe(Now.AddSeconds(5));
    }

    [Theory]
    [InlineData(200, AnswerStatus.Accepted, "accepted", Verdict.Accepted)]
    [InlineData(202, AnswerStatus.Rejected, "rejected", Verdict.Rejected)]
    [InlineData(200, AnswerStatus.Unreadable, "unreadable_answer", Verdict.Unreachable)]
    [InlineData(302, AnswerStatus.Accepted, "redirect_refused", Verdict.Unreachable)]
    [InlineData(400, AnswerStatus.Accepted, "rejected", Verdict.Rejected)]
    [InlineData(408, AnswerStatus.Unreadable, "failed", Verdict.Unreachable)]
    [InlineData(409, AnswerStatus.Unreadable, "rejected", Verdict.Rejected)]
    [InlineData(429, AnswerStatus.Rejected, "throttled", Verdict.Unreachable)]
    [InlineData(500, AnswerStatus.Accepted, "failed", Verdict.Unreachable)]
    [InlineData(503, AnswerStatus.Unreadable, "throttled", Verdict.Unreachable)]
    public void definite_answer_settles_the_sale_whether_idempotent_or_not(int status, AnswerStatus answer, string outcome, Verdict verdict)
    {
        foreach (var idempotent in new[] { false, true })
        {
            AttemptRule.Decide(Deciding with { HttpStatus = status, Answer = new BuyerAnswer(answer, null), Idempotent = idempotent })
                .ShouldBe(new AttemptStep(outcome, NextStep.Settle, null, verdict));
        }
    }

    [Fact]
    public void gone_endpoint_is_switched_off_and_the_sale_released() =>
        AttemptRule.Decide(Deciding with { HttpStatus = 410 })
            .ShouldBe(new AttemptStep("endpoint_gone", NextStep.DisableEndpointAndSettle, null, Verdict.Unreachable));

    [Theory]
    [InlineData(WireEnd.TimedOut, null, "timeout")]
    [InlineData(WireEnd.Lost, null, "connection_lost")]
    [InlineData(WireEnd.AnswerCut, 200, "timeout")]
    public void open_question_is_put_once_more_to_an_idempotent_buyer_within_the_time(WireEnd end, int? status, string outcome)
    {
        var open = Deciding with { End = end, HttpStatus = status, Idempotent = true };
        AttemptRule.Decide(open).Next.ShouldBe(NextStep.PostAgain);
        var released = new AttemptStep(outcome, NextStep.Settle, null, Verdict.Unreachable);
        AttemptRule.Decide(open with { Idempotent = false }).ShouldBe(released);
        AttemptRule.Decide(open with { Repeated = true }).ShouldBe(released);
        AttemptRule.Decide(open with { Left = AttemptRule.WorthRepeating }).Next.ShouldBe(NextStep.PostAgain);
        AttemptRule.Decide(open with { Left = AttemptRule.WorthRepeating - TimeSpan.FromTicks(1) }).ShouldBe(released);
    }

    [Theory]
    [InlineData(WireEnd.NotConnected)]
    [InlineData(WireEnd.NameNotFound)]
    [InlineData(WireEnd.TlsFailed)]
    [InlineData(WireEnd.AddressRefused)]
    [InlineData(WireEnd.TimedOut)]
    public void question_that_never_left_releases_the_sale(WireEnd end)
    {
        var step = AttemptRule.Decide(Deciding with { End = end, Sent = false, Idempotent = true });
        step.Next.ShouldBe(NextStep.Settle);
        step.Verdict.ShouldBe(Verdict.Unreachable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void stop_gives_back_what_was_not_sent_and_leaves_the_rest_to_its_lease(bool decides)
    {
        var stopped = Plain with { Decides = decides, End = WireEnd.Stopped };
        AttemptRule.Decide(stopped with { Sent = false }).ShouldBe(new AttemptStep("not_sent", NextStep.Retry, Now));
        AttemptRule.Decide(stopped with { Sent = true }).Next.ShouldBe(NextStep.Leave);
    }

    [Fact]
    public void recorded_outcome_stands_for_the_verdict_that_was_given()
    {
        int?[] statuses = [null, 200, 302, 400, 408, 410, 429, 500, 503];
        var ends = Enum.GetValues<WireEnd>().Where(end => end != WireEnd.Stopped).ToArray();
        foreach (var facts in statuses.SelectMany(status => ends.Select(end => Deciding with { HttpStatus = status, End = end })))
        {
            foreach (var answer in Enum.GetValues<AnswerStatus>())
            {
                var step = AttemptRule.Decide(facts with { Answer = new BuyerAnswer(answer, null) });
                step.Verdict.ShouldNotBeNull();
                AttemptRule.VerdictOf(step.Outcome).ShouldBe(step.Verdict, $"{facts.HttpStatus} {facts.End} {answer}");
            }
        }
    }
}
