using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Microsoft.Extensions.Primitives;

namespace Kontor.Catalog.Editor;

/// <summary>What an editor's form sent: the document with what was typed, and the button that was pressed.</summary>
/// <param name="Model">The page as it was, with what was typed.</param>
/// <param name="Do">The button.</param>
internal sealed record EditorPost(EditorModel Model, string Do)
{
    /// <summary>Reads a form; null when it is not one of an editor.</summary>
    public static EditorPost? Read(CatalogKind kind, string? key, IFormCollection sent, DraftedNetwork network)
    {
        var typed = sent.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        if (Document(Word(typed, "document")) is not { } document)
        {
            return null;
        }

        var step = Word(typed, "do");
        var yaml = typed.ContainsKey("yaml") ? Word(typed, "yaml").Replace("\r\n", "\n", StringComparison.Ordinal) : null;
        var problems = new List<FieldProblem>();
        if (yaml is not null)
        {
            document = FromYaml(yaml, key, document, problems);
        }

        var form = new DocumentForm(kind, document, network);
        if (yaml is null)
        {
            form.Apply(typed);
            problems.AddRange(form.Faults);
        }

        if (key is null && yaml is null && typed.TryGetValue("key", out var chosen))
        {
            document["key"] = (chosen[^1] ?? string.Empty).Trim();
        }

        if (!FormSteps.Take(document, step))
        {
            FormSteps.DropEmptyRows(document);
        }

        // Stays YAML unless the form is asked for, or what was typed cannot be shown as a form.
        var model = new EditorModel
        {
            Form = form,
            Key = key,
            Base = long.TryParse(Word(typed, "base"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null,
            Revision = Guid.TryParse(Word(typed, "revision"), out var revision) ? revision : null,
            Yaml = yaml is not null && (step != "form" || problems.Count > 0) ? yaml : null,
            Problems = problems,
            MayChange = true,
        };
        return new EditorPost(model, step);
    }

    private static JsonObject FromYaml(string yaml, string? key, JsonObject before, List<FieldProblem> problems)
    {
        if (DocumentForm.ReadYaml(yaml, out var node) is { } problem)
        {
            problems.Add(new FieldProblem("yaml", "malformed_yaml", problem));
            return before;
        }

        if (node is not JsonObject document)
        {
            problems.Add(new FieldProblem("yaml", "wrong_type", "Must be an object."));
            return before;
        }

        if (key is not null && !document.ContainsKey("key"))
        {
            document["key"] = key;
        }

        return document;
    }

    private static JsonObject? Document(string json)
    {
        try
        {
            return CatalogBody.Clean(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 64 })) as JsonObject;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Word(Dictionary<string, StringValues> typed, string name) => typed.TryGetValue(name, out var value) ? value[^1] ?? string.Empty : string.Empty;
}
