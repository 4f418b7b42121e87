using System.Collections.Concurrent;
using Kontor.Core;

namespace Kontor.Sale;

/// <summary>Suppliers of this node who wait for buyers to answer. Only the waiting is in memory: the leads are stored, and whoever waits in
/// vain is told "pending".</summary>
public sealed class PendingAnswers
{
    private readonly ConcurrentDictionary<Guid, Waiter> waiting = new();

    /// <summary>Waits until no buyer's answer is outstanding for a lead, at most so long.</summary>
    /// <returns>Where the lead stands then; null when the time was up first.</returns>
    public async Task<LeadStanding?> WaitAsync(LeadId lead, TimeSpan atMost, Func<Task<LeadStanding?>> read, CancellationToken cancel)
    {
        var waiter = waiting.AddOrUpdate(lead.Value, _ => new Waiter(1), (_, existing) => existing with { Count = existing.Count + 1 });
        try
        {
            // The answer may have come between the commit and this registration.
            if (await read() is { Status: not "pending" } already)
            {
                return already;
            }

            return await waiter.Answer.Task.WaitAsync(atMost, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            Leave(lead.Value);
        }
    }

    /// <summary>Tells everyone who waits for a lead.</summary>
    public void Tell(LeadId lead, LeadStanding standing)
    {
        if (waiting.TryGetValue(lead.Value, out var waiter))
        {
            waiter.Answer.TrySetResult(standing);
        }
    }

    private void Leave(Guid lead)
    {
        while (waiting.TryGetValue(lead, out var waiter))
        {
            var left = waiter with { Count = waiter.Count - 1 };
            if (left.Count == 0 ? waiting.TryRemove(KeyValuePair.Create(lead, waiter)) : waiting.TryUpdate(lead, left, waiter))
            {
                return;
            }
        }
    }

    private sealed record Waiter(int Count)
    {
        public TaskCompletionSource<LeadStanding?> Answer { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
