using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary>One entry that an operator writes or archives.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Json">The new document; null archives.</param>
/// <param name="Path">Where its problems are reported; empty for a single entry.</param>
public sealed record EntryEdit(CatalogKind Kind, string Key, JsonObject? Json, string Path)
{
    /// <summary>The versions it may have; null any.</summary>
    public EntryCondition? Condition { get; init; }
}

/// <summary>What an operator wants to change in one step.</summary>
public sealed record CatalogEdit
{
    /// <summary>The entries; a kind and key occur once.</summary>
    public required IReadOnlyList<EntryEdit> Entries { get; init; }

    /// <summary>Problems found before the entries could be told apart.</summary>
    public ImmutableArray<FieldProblem> Problems { get; init; } = [];

    /// <summary>Of a single entry: the versions it may have; null any.</summary>
    public EntryCondition? Condition { get; init; }

    /// <summary>What else must hold of the resulting network, beside that it can be read; null nothing.</summary>
    public Func<Network, IEnumerable<FieldProblem>>? Check { get; init; }

    /// <summary>What else happens in the same transaction, once the edit is known to be valid and before it is written; false stops it as
    /// <see cref="CatalogOutcome.VersionMismatch"/>. Not called when dry.</summary>
    public Func<Npgsql.NpgsqlTransaction, CancellationToken, Task<bool>>? Alongside { get; init; }

    /// <summary>Whether only the difference is wanted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who changes it, for the version's record and the record of changes.</summary>
    public required Actor ChangedBy { get; init; }
}

/// <summary>What the <c>If-Match</c> and <c>If-None-Match</c> of a request ask of an entry.</summary>
/// <param name="Versions">One of these; null any.</param>
/// <param name="MustExist">Whether it must be there.</param>
/// <param name="MustNotExist">Whether it must not.</param>
public sealed record EntryCondition(ImmutableArray<long>? Versions, bool MustExist, bool MustNotExist)
{
    /// <summary>Whether an entry at a version (null: there is none) meets it.</summary>
    public bool Holds(long? version) => version is { } existing
        ? !MustNotExist && (Versions is not { } wanted || wanted.Contains(existing))
        : !MustExist && Versions is null;
}

/// <summary>What becomes of one entry.</summary>
public enum EntryChange
{
    Created,
    Updated,
    Unchanged,
    Archived,
}

/// <summary>The difference that an edit makes to one entry.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Change">What becomes of it.</param>
/// <param name="Fields">The members of the document that differ, by name.</param>
public sealed record EntryDifference(CatalogKind Kind, string Key, EntryChange Change, ImmutableArray<string> Fields);

/// <summary>How an edit ended.</summary>
public abstract record CatalogOutcome
{
    private CatalogOutcome()
    {
    }

    /// <summary>It is in force (or would be, when dry).</summary>
    /// <param name="Network">The network with the edit; its version is the one before where nothing differed.</param>
    /// <param name="Differences">One for each entry, in the edit's order.</param>
    public sealed record Done(Network Network, ImmutableArray<EntryDifference> Differences) : CatalogOutcome;

    /// <summary>An entry is not at the version that the edit is meant for.</summary>
    public sealed record VersionMismatch : CatalogOutcome;

    /// <summary>There is no such entry to archive.</summary>
    public sealed record NotFound : CatalogOutcome;

    /// <summary>Other entries refer to what would be archived; each problem stands where it is referred to.</summary>
    public sealed record StillReferenced(ImmutableArray<FieldProblem> Problems) : CatalogOutcome;

    /// <summary>The network would have problems; nothing was changed.</summary>
    public sealed record Invalid(ImmutableArray<FieldProblem> Problems) : CatalogOutcome;
}
