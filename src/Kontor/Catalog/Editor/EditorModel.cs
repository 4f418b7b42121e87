using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Portal;

namespace Kontor.Catalog.Editor;

/// <summary>The page on which one entry is edited.</summary>
public sealed record EditorModel
{
    /// <summary>The entry as a form.</summary>
    public required DocumentForm Form { get; init; }

    /// <summary>Its key; null for one that is being made.</summary>
    public required string? Key { get; init; }

    /// <summary>The live entry's version that the form was made from; null: there is none.</summary>
    public long? Base { get; init; }

    /// <summary>The revision of its draft that the form was made from; null: there is none.</summary>
    public Guid? Revision { get; init; }

    /// <summary>What is edited as YAML, as it was typed; null for the form.</summary>
    public string? Yaml { get; init; }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>What somebody else changed meanwhile, as a sentence; null: nothing.</summary>
    public string? Conflict { get; init; }

    /// <summary>Where the live document differs from what is being edited, shown with a conflict.</summary>
    public IReadOnlyList<DocumentDifference> Differences { get; init; } = [];

    /// <summary>A sentence that nothing was wrong; null: it was not asked.</summary>
    public string? Checked { get; init; }

    /// <summary>Whether the reader may change it.</summary>
    public bool MayChange { get; init; }

    /// <summary>How the campaign sells, in a sentence; null for other kinds, and where its plan has problems.</summary>
    public string? Sentence { get; init; }

    /// <summary>The address of the source's web form, for other sites to show it; null for one without.</summary>
    public string? FormAddress { get; init; }

    /// <summary>What became of a lead that was tried; null: none was.</summary>
    public TrialModel? Trial { get; init; }

    /// <summary>Where the contract would buy; null: it was not asked.</summary>
    public ContractMapModel? Map { get; init; }

    /// <summary>What a buyer answered to a sample; null: none was sent.</summary>
    public SampleModel? Sample { get; init; }

    /// <summary>What it is.</summary>
    public CatalogKind Kind => Form.Kind;

    /// <summary>Its name, or its key.</summary>
    public string? Name => Form.Document["name"] is JsonValue name && name.ToString() is { Length: > 0 } text ? text : Key;

    /// <summary>The address of its page.</summary>
    public string Path => Key is null ? $"/console/network/{Kind.Name()}/new" : $"/console/network/{Kind.Name()}/{Key}";

    /// <summary>What is wrong at a field; null nothing.</summary>
    /// <param name="viewer">Who reads it.</param>
    /// <param name="path">Of the field.</param>
    /// <param name="below">Whether problems below it count as well: its words have no fields of their own.</param>
    public string? Error(Viewer viewer, string path, bool below) =>
        string.Join(' ', Problems.Where(problem => problem.Field == path || (below && Below(problem.Field, path))).Select(problem => ProblemTexts.Of(viewer, problem))) is { Length: > 0 } text
            ? text
            : null;

    /// <summary>Whether anything is wrong at a path or below it.</summary>
    public bool HasErrorBelow(string path) => Problems.Any(problem => problem.Field == path || Below(problem.Field, path));

    private static bool Below(string field, string path) => field.StartsWith(path + ".", StringComparison.Ordinal) || field.StartsWith(path + "[", StringComparison.Ordinal);
}

/// <summary>A lead that was tried on the draft.</summary>
/// <param name="Lead">What was sent, as JSON.</param>
/// <param name="Source">Key of its source.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Outcome">The simulation as the API answers it; null where there are problems.</param>
public sealed record TrialModel(string Lead, string Source, IReadOnlyList<FieldProblem> Problems, JsonObject? Outcome);

/// <summary>A sample that was sent to a buyer.</summary>
/// <param name="Request">What was sent, as text.</param>
/// <param name="Status">What came back; null where nothing did.</param>
/// <param name="Answer">Its body.</param>
/// <param name="Reading">How it was read, as a text key.</param>
/// <param name="Details">What else was read: price, reason.</param>
public sealed record SampleModel(string Request, int? Status, string Answer, string Reading, string Details);
