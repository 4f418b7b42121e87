using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>A buyer's wish to change one of his contracts.</summary>
/// <param name="Buyer">His key.</param>
/// <param name="Contract">The contract's key.</param>
/// <param name="Change">What, as <see cref="OwnContractChange.Apply"/> takes it.</param>
/// <param name="By">Who asks, for the record.</param>
internal sealed record OwnContractWish(string Buyer, string Contract, JsonObject Change, Actor By)
{
    /// <summary>The version that the contract must have; null any.</summary>
    public long? Version { get; init; }
}

/// <summary>How a wish ended.</summary>
internal abstract record OwnContractOutcome
{
    /// <summary>It is in force.</summary>
    public sealed record Done : OwnContractOutcome;

    /// <summary>It waits for the operator.</summary>
    public sealed record Waits : OwnContractOutcome;

    /// <summary>The buyer has no such contract.</summary>
    public sealed record NotFound : OwnContractOutcome;

    /// <summary>The contract has another version by now.</summary>
    public sealed record VersionMismatch : OwnContractOutcome;

    /// <summary>It cannot be; nothing was changed.</summary>
    public sealed record Refused(ImmutableArray<FieldProblem> Problems) : OwnContractOutcome;
}

/// <summary>Changes contracts as far as the operator lets their buyers: at once, or once the operator has approved.</summary>
public sealed class ChangeOwnContract(NpgsqlDataSource database, LiveNetwork live, ChangeCatalog catalog, TimeProvider clock)
{
    private const int Attempts = 5;

    /// <summary>Makes a wish true, stores it for the operator, or says why not.</summary>
    internal async Task<OwnContractOutcome> AskAsync(OwnContractWish wish, CancellationToken cancel)
    {
        await live.RefreshAsync(cancel);
        // A buyer who guesses keys learns nothing: another's contract is as absent as one that never was.
        if (live.Current.Contracts.GetValueOrDefault(wish.Contract) is not { } contract || contract.Buyer != wish.Buyer)
        {
            return new OwnContractOutcome.NotFound();
        }

        if (!contract.BuyerMay.Approval || OwnContractChange.OnlyPauses(wish.Change))
        {
            return await ApplyAsync(wish, dryRun: false, cancel);
        }

        var tried = await ApplyAsync(wish, dryRun: true, cancel);
        if (tried is not OwnContractOutcome.Done)
        {
            return tried;
        }

        var now = Instants.Microseconds(clock.GetUtcNow());
        await ContractRequestsSql.AskAsync(
            database, new ContractRequest(Guid.CreateVersion7(now), wish.Contract, wish.Buyer, wish.Change, "waiting", now, wish.By.Name, null, null), cancel);
        return new OwnContractOutcome.Waits();
    }

    /// <summary>Decides about a wish that waits: what is approved is applied to the contract as it is now, within the bounds as they are now. Null when
    /// it waits no more; a wish that cannot be applied keeps waiting.</summary>
    internal async Task<OwnContractOutcome?> DecideAsync(Guid request, RequestDecision decision, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ContractRequestsSql.LockAsync(transaction, request, cancel) is not { } waiting)
        {
            return null;
        }

        OwnContractOutcome outcome = new OwnContractOutcome.Done();
        if (decision.Status == "approved")
        {
            // In a transaction of its own: if this program ends in between, the wish waits still, and approving it again changes nothing.
            outcome = await ApplyAsync(new OwnContractWish(waiting.Buyer, waiting.Contract, waiting.Change, decision.By), dryRun: false, cancel);
        }

        if (outcome is OwnContractOutcome.Done)
        {
            await ContractRequestsSql.DecideAsync(transaction, request, decision, cancel);
            await transaction.CommitAsync(cancel);
        }

        return outcome;
    }

    /// <summary>Takes back a wish that waits. False when it waits no more, is being decided at this moment, or was never his: then nothing changes.</summary>
    internal async Task<bool> WithdrawAsync(OwnRequest own, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ContractRequestsSql.LockAsync(transaction, own, cancel) is not { } waiting)
        {
            return false;
        }

        var now = Instants.Microseconds(clock.GetUtcNow());
        await ContractRequestsSql.DecideAsync(transaction, waiting.Id, new RequestDecision("withdrawn", now, by, null), cancel);
        await AuditSql.WriteAsync(transaction, [new AuditEntry(by, now, "withdrawn", ("requests", waiting.Contract), (waiting.Change, null))], cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    // The bounds are checked on the contract as it would be, under the lock of the one writer; whoever was faster makes the next attempt look again.
    private async Task<OwnContractOutcome> ApplyAsync(OwnContractWish wish, bool dryRun, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await CatalogSql.FindAsync(database, CatalogKind.Contracts, wish.Contract, cancel);
            await live.RefreshAsync(cancel);
            var network = live.Current;
            var before = network.Contracts.GetValueOrDefault(wish.Contract);
            if (stored is null || before is null || before.Buyer != wish.Buyer)
            {
                return new OwnContractOutcome.NotFound();
            }

            if (wish.Version is { } wanted && wanted != stored.Since)
            {
                return new OwnContractOutcome.VersionMismatch();
            }

            var problems = new List<FieldProblem>();
            var document = OwnContractChange.Apply(stored.Json, wish.Change, network, problems);
            var outcome = await catalog.ApplyAsync(Edit(wish, stored.Since, document, problems, before) with { DryRun = dryRun }, cancel);
            if (outcome is not CatalogOutcome.VersionMismatch || attempt == Attempts)
            {
                return OutcomeOf(outcome);
            }
        }
    }

    private static CatalogEdit Edit(OwnContractWish wish, long since, JsonObject document, List<FieldProblem> problems, Contract before) => new()
    {
        Entries = [new EntryEdit(CatalogKind.Contracts, wish.Contract, document, string.Empty)],
        Problems = [.. problems],
        Condition = new EntryCondition([since], MustExist: true, MustNotExist: false),
        Check = after => OwnContractChange.Check(before, after.Contracts[wish.Contract], after.Campaigns[before.Campaign].Currency),
        ChangedBy = wish.By,
    };

    private static OwnContractOutcome OutcomeOf(CatalogOutcome outcome) => outcome switch
    {
        CatalogOutcome.Done => new OwnContractOutcome.Done(),
        CatalogOutcome.Invalid invalid => new OwnContractOutcome.Refused(invalid.Problems),
        CatalogOutcome.StillReferenced referenced => new OwnContractOutcome.Refused(referenced.Problems),
        CatalogOutcome.VersionMismatch => new OwnContractOutcome.VersionMismatch(),
        _ => new OwnContractOutcome.NotFound(),
    };
}
