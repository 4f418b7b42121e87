using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>A delivery this node has marked and may send until its lease ends.</summary>
public sealed record Lease
{
    public required DueRow Row { get; init; }
    public required Endpoint Endpoint { get; init; }
    public required OutboundPost Request { get; init; }

    /// <summary>Whether the answer decides the sale.</summary>
    public required bool Decides { get; init; }
    public required short Attempt { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required DateTimeOffset Until { get; init; }
}

/// <summary>What one transaction took.</summary>
public sealed class Taken
{
    /// <summary>To be sent.</summary>
    public List<Lease> Leases { get; } = [];

    /// <summary>To be settled without being sent.</summary>
    public List<SettleSale> Settlements { get; } = [];

    /// <summary>Given up without being sent.</summary>
    public List<(DueRow Row, string Outcome)> Failed { get; } = [];

    /// <summary>Could not be prepared: tried again later.</summary>
    public List<DueRow> Postponed { get; } = [];

    /// <summary>Rows that were found, taken or not.</summary>
    public int Found { get; set; }
}

/// <summary>Takes due deliveries: locks them, decides what to do with each and marks those that will be sent, in one transaction that
/// commits before the first byte leaves. Several nodes may do this at once: each skips what another has locked.</summary>
public sealed class TakeDeliveries(DeliveryWiring wiring, Bulkheads bulkheads, ILogger log)
{
    /// <summary>The most one transaction takes.</summary>
    public const int MostAtOnce = 128;

    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettlementLease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Postponement = TimeSpan.FromMinutes(1);

    private readonly NetworkVersions networks = new(wiring.Network, wiring.NetworkAt);

    /// <summary>Takes what is due: of the hinted deliveries, or the longest waiting ones when null.</summary>
    public async Task<Taken> TakeAsync(Guid[]? hinted, CancellationToken stop)
    {
        var now = wiring.Clock.GetUtcNow();
        var taken = new Taken();
        try
        {
            await using var connection = await wiring.Database.OpenConnectionAsync(stop);
            await using var transaction = await connection.BeginTransactionAsync(stop);
            var rows = hinted is null
                ? await DeliverySql.TakeDue(connection, now, bulkheads.Full(), MostAtOnce, stop)
                : await DeliverySql.TakeHinted(connection, hinted, now, stop);
            taken.Found = rows.Count;
            foreach (var row in rows)
            {
                await SortAsync(row, taken, now);
            }

            // From here on nothing is cancelled: a commit of which nobody knows the end would leave marked rows that were never sent.
            await WriteAsync(connection, taken, now);
            await transaction.CommitAsync(CancellationToken.None);
            return taken;
        }
        catch
        {
            taken.Leases.ForEach(lease => bulkheads.Leave(lease.Row.Contract, lease.Decides));
            throw;
        }
    }

    private async Task SortAsync(DueRow row, Taken taken, DateTimeOffset now)
    {
        try
        {
            var endpoint = Endpoint.Of(await networks.ContractAsync(row.Contract, row.RulesVersion));
            var due = Facts(row, endpoint);
            var decision = DeliveryStart.Decide(due);
            switch (decision.Step)
            {
                case StartStep.Send:
                    await LeaseAsync(row, endpoint!, due, taken, now);
                    break;
                case StartStep.Settle:
                    taken.Settlements.Add(new SettleSale(
                        new SaleId(row.SaleId), new LeadId(row.LeadId), new DeliveryId(row.DeliveryId), decision.Verdict!.Value, decision.Outcome)
                    {
                        Transfer = await TransferAsync(row, endpoint, decision),
                    });
                    break;
                default:
                    taken.Failed.Add((row, decision.Outcome!));
                    break;
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // One delivery that cannot be prepared must not keep all others from leaving. It stays as it is and comes again.
            log.LogError("Delivery {DeliveryId} could not be prepared ({Problem}); it is tried again in a minute.", row.DeliveryId, problem.GetType().Name);
            taken.Postponed.Add(row);
        }
    }

    // The node that read the answer died before it settled the sale: the log has the beginning of the answer, which is enough for most.
    private async Task<TransferRule?> TransferAsync(DueRow row, Endpoint? endpoint, StartDecision decision)
    {
        if (endpoint?.Response is not { Transfer: not null } rules || decision.Verdict != Verdict.Accepted)
        {
            return null;
        }

        var answer = await AttemptSql.LastAnswer(wiring.Database, row.DeliveryId, CancellationToken.None);
        return ResponseReading.Read(answer, rules).Transfer;
    }

    private async Task LeaseAsync(DueRow row, Endpoint endpoint, DueDelivery due, Taken taken, DateTimeOffset now)
    {
        var decides = due.OnResponse && due.Sale == SaleState.Reserved;
        var request = endpoint.Request(row, await networks.AtAsync(row.RulesVersion));
        if (!bulkheads.TryEnter(row.Contract, decides))
        {
            return;
        }

        var timeout = decides ? endpoint.Timeout : wiring.PlainTimeout;
        taken.Leases.Add(new Lease
        {
            Row = row,
            Endpoint = endpoint,
            Request = request,
            Decides = decides,
            Attempt = (short)(row.LastAttempt + 1),
            Timeout = timeout,
            Until = now + timeout + LeaseMargin,
        });
    }

    private static async Task WriteAsync(NpgsqlConnection connection, Taken taken, DateTimeOffset now)
    {
        if (taken.Leases.Count > 0)
        {
            var marks = taken.Leases.ConvertAll(lease => new Mark(lease.Row.DeliveryId, lease.Attempt, lease.Until));
            await DeliverySql.MarkSending(connection, marks, now, CancellationToken.None);
        }

        if (taken.Settlements.Count > 0)
        {
            Guid[] settled = [.. taken.Settlements.Select(one => one.Delivery.Value)];
            await DeliverySql.Hold(connection, settled, now + SettlementLease, CancellationToken.None);
        }

        if (taken.Postponed.Count > 0)
        {
            Guid[] postponed = [.. taken.Postponed.Select(row => row.DeliveryId)];
            await DeliverySql.Hold(connection, postponed, now + Postponement, CancellationToken.None);
        }

        if (taken.Failed.Count > 0)
        {
            await DeliverySql.FailUnsent(connection, taken.Failed, now, CancellationToken.None);
        }
    }

    private static DueDelivery Facts(DueRow row, Endpoint? endpoint) => new()
    {
        Marked = row.Status == "sending",
        OnResponse = row.OnResponse,
        Sale = row.SaleStatus switch
        {
            "reserved" => SaleState.Reserved,
            "confirmed" => SaleState.Confirmed,
            _ => SaleState.Ended,
        },
        Made = row.Made,
        LastOutcome = row.LastOutcome,
        HasEndpoint = endpoint is not null,
        EndpointDisabled = endpoint is not null && row.DisabledUrl == endpoint.Address,
        Idempotent = endpoint?.Idempotent ?? false,
    };
}
