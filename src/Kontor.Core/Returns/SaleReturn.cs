using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Returns;

/// <summary>Why a sale is given back.</summary>
public enum ReturnReason
{
    /// <summary>The phone number or address of the lead leads to nobody.</summary>
    WrongNumber,

    /// <summary>The number is right, and nobody answers however often he is called.</summary>
    NotReachable,

    /// <summary>Somebody else answers, who knows nothing of the lead.</summary>
    WrongPerson,

    /// <summary>The person says that he asked for nothing.</summary>
    NoRequest,

    /// <summary>The buyer had this person already.</summary>
    Duplicate,

    /// <summary>The person lives where the contract does not buy.</summary>
    WrongArea,

    /// <summary>What the lead says is not so: by the truth the contract would not have bought it.</summary>
    CriteriaNotMet,

    /// <summary>Something else, which the note says.</summary>
    Other,
}

/// <summary>Who gave a sale back.</summary>
public enum ReturnedBy
{
    /// <summary>Its buyer, by the terms of his contract.</summary>
    Buyer,

    /// <summary>An operator, who needs no terms for it.</summary>
    Operator,
}

/// <summary>The wish to give a sale back.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Note">More about it, 1 to <see cref="LongestNote"/> characters; null when there is no more.</param>
public sealed record ReturnRequest(ReturnReason Reason, string? Note)
{
    /// <summary>How long a note may be, in characters (UTF-16).</summary>
    public const int LongestNote = 1_000;

    private static readonly string[] Known = ["reason", "note"];
    private static readonly Dictionary<string, ReturnReason> Names =
        Enum.GetValues<ReturnReason>().ToDictionary(reason => CatalogNames.Of(reason), StringComparer.Ordinal);

    /// <summary>Every reason there is, in the order in which they are listed to people.</summary>
    public static ImmutableArray<ReturnReason> AllReasons { get; } = [.. Enum.GetValues<ReturnReason>()];

    /// <summary>Reads a stored name of a reason. Throws <see cref="KeyNotFoundException"/> for one that no return can have.</summary>
    public static ReturnReason ParseReason(string name) => Names[name];

    /// <summary>Reads a request; null when something is wrong with it, and then every problem is listed.</summary>
    /// <param name="body">The body as posted, without members that are null. An empty note is none; blanks around it are cut off.</param>
    /// <param name="allowed">The reasons that count here.</param>
    /// <param name="problems">What is wrong.</param>
    public static ReturnRequest? Read(JsonObject body, ImmutableArray<ReturnReason> allowed, List<FieldProblem> problems)
    {
        var before = problems.Count;
        problems.AddRange(body.Where(member => !Known.Contains(member.Key))
            .Select(member => new FieldProblem(member.Key, "unknown_key", "There is no such key; a return has reason and note.")));
        ReturnReason? reason = body["reason"] is JsonValue written && written.TryGetValue<string>(out var name) && Names.TryGetValue(name, out var named) ? named : null;
        var options = string.Join(", ", allowed.Select(one => CatalogNames.Of(one)));
        if (reason is null)
        {
            problems.Add(new FieldProblem("reason", body["reason"] is null ? "required" : "not_an_option", $"Send one of {options}."));
        }
        else if (!allowed.Contains(reason.Value))
        {
            problems.Add(new FieldProblem("reason", "not_allowed", $"The contract takes nothing back for this reason; send one of {options}."));
        }

        var note = NoteOf(body["note"], problems);
        if (reason == ReturnReason.Other && note is null && !problems.Exists(problem => problem.Field == "note"))
        {
            problems.Add(new FieldProblem("note", "required", "Say in the note what the reason is."));
        }

        return problems.Count == before ? new ReturnRequest(reason!.Value, note) : null;
    }

    private static string? NoteOf(JsonNode? node, List<FieldProblem> problems)
    {
        if (node is null)
        {
            return null;
        }

        if (node.GetValueKind() != JsonValueKind.String)
        {
            problems.Add(new FieldProblem("note", "wrong_type", "Must be a text."));
            return null;
        }

        var note = node.GetValue<string>().Trim();
        if (note.Length > LongestNote)
        {
            problems.Add(new FieldProblem("note", "too_long", string.Create(CultureInfo.InvariantCulture, $"Has more than {LongestNote} characters.")));
            return null;
        }

        return note.Length == 0 ? null : note;
    }
}

/// <summary>A sale that was given back.</summary>
/// <param name="Request">Why.</param>
/// <param name="By">By whom.</param>
/// <param name="At">When.</param>
public sealed record SaleReturn(ReturnRequest Request, ReturnedBy By, DateTimeOffset At);
