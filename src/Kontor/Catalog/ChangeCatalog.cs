using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>The one way in which the catalog changes: the whole resulting network is checked, then written as a new rules version together
/// with the rows that claims will lock. One change at a time over all nodes.</summary>
/// <param name="database">Where the catalog is.</param>
/// <param name="live">Exchanged before a change is answered, so that it is in force on this node.</param>
/// <param name="areas">The postal codes that entries are checked against.</param>
/// <param name="time">The clock.</param>
public sealed class ChangeCatalog(NpgsqlDataSource database, LiveNetwork live, PostalAreas areas, TimeProvider time)
{
    /// <summary>Applies an edit, or answers why not. Nothing is changed unless it answers <see cref="CatalogOutcome.Done"/>.</summary>
    public async Task<CatalogOutcome> ApplyAsync(CatalogEdit edit, CancellationToken cancellation = default)
    {
        var outcome = await InTransactionAsync(edit, cancellation);
        if (outcome is CatalogOutcome.Done)
        {
            // Also when this node has noticed the change already: it may be about to open the campaigns.
            await live.RefreshAsync(cancellation);
        }

        return outcome;
    }

    private async Task<CatalogOutcome> InTransactionAsync(CatalogEdit edit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var current = await CatalogSql.LockAsync(transaction, cancellation);
        var before = (await CatalogSql.ReadLiveAsync(transaction, cancellation)).ToDictionary(entry => (entry.Kind, entry.Key));
        var conditions = edit.Entries.Select((entry, i) => (Entry: entry, Condition: i == 0 ? edit.Condition ?? entry.Condition : entry.Condition));
        if (conditions.Any(one => one.Condition?.Holds(before.GetValueOrDefault((one.Entry.Kind, one.Entry.Key))?.Since) == false))
        {
            return new CatalogOutcome.VersionMismatch();
        }

        if (edit.Entries.Any(entry => entry.Json is null && !before.ContainsKey((entry.Kind, entry.Key))))
        {
            return new CatalogOutcome.NotFound();
        }

        var entries = edit.Entries.Select(entry => entry with { Json = Complete(entry, before) }).ToList();
        var differences = entries.Select(entry => Difference(entry, before.GetValueOrDefault((entry.Kind, entry.Key)))).ToImmutableArray();
        var anyChange = differences.Any(one => one.Change != EntryChange.Unchanged);
        var geography = await areas.AtAsync(connection, current, cancellation);
        var reading = NetworkReader.Read(anyChange ? current + 1 : current, Documents(entries, differences, before), geography);
        if (reading.Network is not { } network || edit.Problems.Length > 0)
        {
            return Refused(edit, [.. edit.Problems, .. reading.Problems]);
        }

        if (edit.Check?.Invoke(network).ToImmutableArray() is { Length: > 0 } broken)
        {
            return Refused(edit, broken);
        }

        if (edit.DryRun || (!anyChange && edit.Alongside is null))
        {
            return new CatalogOutcome.Done(network, differences);
        }

        if (edit.Alongside is { } alongside && !await alongside(transaction, cancellation))
        {
            return new CatalogOutcome.VersionMismatch();
        }

        if (anyChange)
        {
            await WriteAsync(transaction, edit, network, [.. entries.Zip(differences)], cancellation);
            await AuditSql.WriteAsync(transaction, CatalogAudit.Of(edit.ChangedBy, (network.Version, Now()), entries.Zip(differences), before), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return new CatalogOutcome.Done(network, differences);
    }

    private async Task WriteAsync(
        NpgsqlTransaction transaction,
        CatalogEdit edit,
        Network network,
        IReadOnlyList<(EntryEdit Entry, EntryDifference Difference)> all,
        CancellationToken cancellation)
    {
        var changed = all.Where(one => one.Difference.Change != EntryChange.Unchanged).ToList();
        var version = new NewVersion(network.Version, Now(), edit.ChangedBy.Name, Summary([.. changed.Select(one => one.Difference)]));
        await CatalogSql.WriteAsync(
            transaction, version, [.. changed.Select(one => (one.Entry.Kind, one.Entry.Key, one.Entry.Json))], cancellation);
        var guards = GuardRows.Of(network, [.. changed.Select(one => (one.Entry.Kind, one.Entry.Key))]);
        await MoveCounters.ToTheirZonesAsync(transaction, guards.Counters, Now, cancellation);
        await CatalogSql.PrepareGuardsAsync(transaction, guards, cancellation);
    }

    // PostgreSQL keeps microseconds; cutting here keeps what is answered and what is stored the same.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    // What GET adds may come back with PUT; it is no part of the document.
    private static JsonObject? Complete(EntryEdit entry, Dictionary<(CatalogKind, string), StoredEntry> before)
    {
        if (entry.Json is null)
        {
            return null;
        }

        var document = entry.Json.DeepClone().AsObject();
        document.Remove("version");
        document.Remove("updated_at");
        if (!document.ContainsKey("key"))
        {
            document["key"] = entry.Key;
        }

        // Who paused it is of interest only while it is paused; whoever pauses it next is another.
        if (entry.Kind == CatalogKind.Contracts && ShapeText(document["status"]) != "paused")
        {
            document.Remove("paused_by");
        }

        FieldOrder.Complete(entry.Kind, document);
        WebhookSecrets.Complete(entry.Kind, document, before.GetValueOrDefault((entry.Kind, entry.Key))?.Json);
        return document;
    }

    private static string? ShapeText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static EntryDifference Difference(EntryEdit entry, StoredEntry? before)
    {
        if (entry.Json is not { } after)
        {
            return new EntryDifference(entry.Kind, entry.Key, EntryChange.Archived, []);
        }

        if (before is null)
        {
            return new EntryDifference(entry.Kind, entry.Key, EntryChange.Created, [.. after.Select(one => one.Key).Order(StringComparer.Ordinal)]);
        }

        var fields = after.Select(one => one.Key).Union(before.Json.Select(one => one.Key))
            .Where(name => !JsonNode.DeepEquals(after[name], before.Json[name])).Order(StringComparer.Ordinal).ToImmutableArray();
        return new EntryDifference(entry.Kind, entry.Key, fields.IsEmpty ? EntryChange.Unchanged : EntryChange.Updated, fields);
    }

    private static List<CatalogDocument> Documents(
        List<EntryEdit> entries, ImmutableArray<EntryDifference> differences, Dictionary<(CatalogKind, string), StoredEntry> before)
    {
        var edited = entries.Select(entry => (entry.Kind, entry.Key)).ToHashSet();
        var documents = before.Values.Where(entry => !edited.Contains((entry.Kind, entry.Key)))
            .Select(entry => new CatalogDocument(entry.Kind, entry.Key, entry.Json, $"{entry.Kind.Name()}/{entry.Key}", false)).ToList();
        documents.AddRange(entries.Zip(differences).Where(one => one.First.Json is not null).Select(one =>
            new CatalogDocument(
                one.First.Kind, one.First.Key, one.First.Json!, one.First.Path, one.Second.Change != EntryChange.Unchanged)));
        return documents;
    }

    private static CatalogOutcome Refused(CatalogEdit edit, ImmutableArray<Core.Intake.FieldProblem> problems) =>
        edit.Entries.Any(entry => entry.Json is null) && problems.Any(problem => problem.Code == "unknown_reference")
            ? new CatalogOutcome.StillReferenced(problems)
            : new CatalogOutcome.Invalid(problems);

    private static string Summary(IReadOnlyList<EntryDifference> differences)
    {
        const int shown = 5;
        var named = differences.Take(shown).Select(one => $"{CatalogNames.Of(one.Change)} {one.Kind.Name()}/{one.Key}");
        var rest = differences.Count > shown ? $" and {differences.Count - shown} more" : string.Empty;
        return string.Join(", ", named) + rest;
    }
}
