using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads templates and checks that they name values that exist.</summary>
/// <param name="vertical">Whose fields they may name; null when it could not be read, then any field is taken.</param>
internal sealed class ReadTemplate(Vertical? vertical)
{
    private const int Longest = 2_000;

    /// <summary>A text with placeholders, or a constant number or flag. Reports at <paramref name="key"/> and answers an empty text for anything else.</summary>
    public Template Read(ShapeReader shape, string key, JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                return Template.Of(FieldValue.Of(node.GetValue<bool>()));
            case JsonValueKind.Number when ShapeReader.NumberOf(node) is { } number:
                return Template.Of(FieldValue.Of(number));
            case JsonValueKind.String:
                return Read(shape, key, node.GetValue<string>());
            default:
                shape.Problem(key, "wrong_type", "Must be a text with placeholders, a number, or true or false.");
                return Template.Of(FieldValue.Missing);
        }
    }

    /// <inheritdoc cref="Read(ShapeReader, string, JsonNode?)"/>
    public Template Read(ShapeReader shape, string key, string text)
    {
        if (text.Length > Longest)
        {
            shape.Problem(key, "too_long", "Has more than 2000 characters.");
        }
        else if (Template.TryParse(text) is { } template)
        {
            foreach (var name in template.Parts.Select(part => part.Placeholder).OfType<string>().Distinct())
            {
                Check(shape, key, name);
            }

            return template.With(KindOf);
        }
        else
        {
            shape.Problem(key, "invalid_template", "Placeholders are written {{name}} or {{name|default}}.");
        }

        return Template.Of(FieldValue.Missing);
    }

    private void Check(ShapeReader shape, string key, string name)
    {
        if (name.StartsWith(Placeholders.Lead, StringComparison.Ordinal))
        {
            var field = name[Placeholders.Lead.Length..];
            if (vertical is not null && vertical.IndexOf(field) < 0)
            {
                shape.Problem(
                    key, "unknown_field", $"The vertical has no field '{Shown(field)}'{Nearest.Hint(field, vertical.Fields.Select(one => one.Key))}.");
            }

            return;
        }

        if (name.StartsWith(Placeholders.Consent, StringComparison.Ordinal))
        {
            // Consent is kept as given, so only what looks like a typing error of a usual member is one.
            var member = name[Placeholders.Consent.Length..];
            var known = Placeholders.ConsentMembers.Contains(member);
            if (!known && (!CatalogKeys.IsFieldKey(member) || Nearest.Of(member, Placeholders.ConsentMembers) is not null))
            {
                Unknown(Placeholders.ConsentMembers.Select(one => Placeholders.Consent + one));
            }
        }
        else if (!Placeholders.Sale.ContainsKey(name))
        {
            var fields = vertical?.Fields.Select(field => Placeholders.Lead + field.Key) ?? [];

            // Who writes the bare key of a field forgot where it belongs.
            Unknown(vertical?.IndexOf(name) >= 0 ? [Placeholders.Lead + name] : [.. Placeholders.Sale.Keys, .. fields]);
        }

        void Unknown(IEnumerable<string> names)
        {
            var all = names.ToList();
            var hint = all is [var only] ? $"; did you mean '{only}'" : Nearest.Hint(name, all);
            shape.Problem(key, "unknown_placeholder", $"There is no placeholder '{Shown(name)}'{hint}.");
        }
    }

    private FieldKind KindOf(string name)
    {
        if (Placeholders.Sale.TryGetValue(name, out var kind))
        {
            return kind;
        }

        var at = name.StartsWith(Placeholders.Lead, StringComparison.Ordinal) && vertical is not null ? vertical.IndexOf(name[Placeholders.Lead.Length..]) : -1;
        return at < 0 ? FieldKind.Missing : vertical!.Fields[at].Type switch
        {
            FieldType.Integer or FieldType.Decimal or FieldType.Money => FieldKind.Number,
            FieldType.Boolean => FieldKind.Flag,
            _ => FieldKind.Text,
        };
    }

    private static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
