using System.Diagnostics;
using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;
using Kontor.Sale;

namespace Kontor.Delivery;

/// <summary>Sends one leased delivery, judges the end, writes it down and settles the sale where the answer decides it.</summary>
public sealed class SendDelivery(DeliveryWiring wiring, RecordAttempts record, ILogger log)
{
    private const int KeptAnswerBytes = 4096;

    /// <summary>Runs one attempt to its end.</summary>
    /// <param name="lease">The delivery.</param>
    /// <param name="abort">This node cannot wait any longer; without it the attempt ends by its own timeout.</param>
    public async Task RunAsync(Lease lease, CancellationToken abort)
    {
        var (exchange, step, answer) = await PostAsync(lease, abort);
        DeliveryMetrics.Ended(step.Outcome, exchange.Elapsed);
        if (step.Next == NextStep.Leave)
        {
            return;
        }

        await WriteDownAsync(lease, exchange, step);
        if (step.Next is NextStep.DisableEndpoint or NextStep.DisableEndpointAndSettle)
        {
            await DisableAsync(lease);
        }
        else if (step.Next == NextStep.Fail)
        {
            log.LogError(
                "Delivery {DeliveryId} of contract {Contract} is given up after {Made} attempts: {Outcome}.",
                lease.Row.DeliveryId, lease.Row.Contract, lease.Row.Made + 1, step.Outcome);
        }

        if (step.Verdict is { } verdict)
        {
            var note = answer.Reason ?? (verdict == Verdict.Unreachable ? step.Outcome : null);
            await SettleAsync(new SettleSale(
                new SaleId(lease.Row.SaleId), new LeadId(lease.Row.LeadId), new DeliveryId(lease.Row.DeliveryId), verdict, note)
            {
                Transfer = answer.Transfer,
            });
        }
    }

    /// <summary>Settles a sale. A failure is logged and not thrown: the delivery's lease runs out and recovery settles from the log.</summary>
    public async Task SettleAsync(SettleSale settlement)
    {
        try
        {
            await wiring.Settle(settlement, CancellationToken.None);
        }
        catch (Exception problem)
        {
            log.LogError(problem, "Sale {SaleId} could not be settled as {Verdict}; it is tried again.", settlement.Sale, settlement.Verdict);
        }
    }

    private async Task<(Exchange Exchange, AttemptStep Step, BuyerAnswer Answer)> PostAsync(Lease lease, CancellationToken abort)
    {
        if (wiring.Clock.GetUtcNow() + lease.Timeout > lease.Until)
        {
            // This node was held up for so long that another may take the delivery over while it is being sent.
            var held = new Exchange(WireEnd.Stopped, false, null, null, [], TimeSpan.Zero);
            return (held, Judge(lease, held, BuyerAnswer.Unreadable, false, TimeSpan.Zero), BuyerAnswer.Unreadable);
        }

        var started = Stopwatch.GetTimestamp();
        for (var repeated = false; ; repeated = true)
        {
            var left = lease.Timeout - Stopwatch.GetElapsedTime(started);
            var request = lease.Endpoint.Sign(lease.Request, new DeliveryId(lease.Row.DeliveryId), wiring.Clock.GetUtcNow());
            var exchange = await wiring.Http.PostAsync(request, left, abort);
            var answer = lease.Decides ? ResponseReading.Read(exchange.Answer, lease.Endpoint.Response) : BuyerAnswer.Unreadable;
            var step = Judge(lease, exchange, answer, repeated, lease.Timeout - Stopwatch.GetElapsedTime(started));
            if (step.Next != NextStep.PostAgain)
            {
                return (exchange with { Elapsed = Stopwatch.GetElapsedTime(started) }, step, answer);
            }
        }
    }

    private AttemptStep Judge(Lease lease, Exchange exchange, BuyerAnswer answer, bool repeated, TimeSpan left) =>
        AttemptRule.Decide(new AttemptFacts
        {
            End = exchange.End,
            Sent = exchange.Sent || repeated,
            HttpStatus = exchange.HttpStatus,
            RetryAfter = exchange.RetryAfter,
            Answer = answer,
            Decides = lease.Decides,
            Idempotent = lease.Endpoint.Idempotent,
            Repeated = repeated,
            Left = left,
            Made = lease.Row.Made + 1,
            Now = wiring.Clock.GetUtcNow(),
            JitterBasisPoints = Random.Shared.Next(-RetrySchedule.MaxJitterBasisPoints, RetrySchedule.MaxJitterBasisPoints + 1),
        });

    private async Task WriteDownAsync(Lease lease, Exchange exchange, AttemptStep step)
    {
        var end = new AttemptEnd
        {
            DeliveryId = lease.Row.DeliveryId,
            Attempt = lease.Attempt,
            LeaseUntil = lease.Until,
            ElapsedMs = (int)Math.Min(exchange.Elapsed.TotalMilliseconds, int.MaxValue),
            HttpStatus = (short?)exchange.HttpStatus,
            Outcome = step.Outcome,
            Answer = exchange.HttpStatus is null ? null : exchange.Answer.AsSpan(0, Math.Min(exchange.Answer.Length, KeptAnswerBytes)).ToArray(),
            Status = step.Next switch
            {
                NextStep.Acknowledge => "acknowledged",
                NextStep.Retry => "queued",
                NextStep.Fail or NextStep.DisableEndpoint => "failed",
                _ => null,
            },
            DueAt = step.DueAt,
        };
        try
        {
            await record.RecordAsync(end);
        }
        catch (Exception) when (step.Verdict is not null)
        {
            // The settlement stores the verdict in a transaction of its own, so it is worth trying all the same.
            log.LogWarning("Delivery {DeliveryId} is settled without a log row of its answer.", lease.Row.DeliveryId);
        }
    }

    private async Task DisableAsync(Lease lease)
    {
        var given = await AttemptSql.Disable(
            wiring.Database, lease.Row.Contract, lease.Endpoint.Address, wiring.Clock.GetUtcNow(), CancellationToken.None);
        log.LogError(
            "The endpoint of contract {Contract} answered 410 Gone and is switched off; {Count} waiting deliveries are given up.",
            lease.Row.Contract, given);
    }
}
