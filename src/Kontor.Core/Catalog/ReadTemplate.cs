using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads templates and checks that they name values that exist.</summary>
internal sealed class ReadTemplate
{
    private const int Longest = 2_000;
    private readonly Vertical? vertical;
    private readonly FrozenDictionary<string, FieldKind> names;
    private readonly ImmutableArray<string>? listed;

    private ReadTemplate(Vertical? vertical, FrozenDictionary<string, FieldKind> names, ImmutableArray<string>? listed) =>
        (this.vertical, this.names, this.listed) = (vertical, names, listed);

    /// <summary>Templates of what is sent with a sale: every field of the vertical, the consent and the sale.</summary>
    /// <param name="vertical">Null when it could not be read, then any field is taken.</param>
    public static ReadTemplate OfSale(Vertical? vertical) => new(vertical, Placeholders.Sale, null);

    /// <summary>Templates of a ping: the listed fields and the ping. A field that is not listed is a problem, so that no ping tells of a lead what
    /// the contract does not list and the vertical does not allow.</summary>
    /// <param name="vertical">Null when it could not be read.</param>
    /// <param name="listed">The fields that the contract lists, checked already.</param>
    public static ReadTemplate OfPing(Vertical? vertical, ImmutableArray<string> listed) => new(vertical, Placeholders.Ping, listed);

    /// <summary>Templates of a notice that a bid lost: nothing of the lead.</summary>
    public static ReadTemplate OfNotice() => new(null, Placeholders.Lost, []);

    private bool IsNotice => names == Placeholders.Lost;

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
            CheckField(shape, key, name[Placeholders.Lead.Length..]);
        }
        else if (name.StartsWith(Placeholders.Consent, StringComparison.Ordinal))
        {
            CheckConsent(shape, key, name);
        }
        else if (!names.ContainsKey(name))
        {
            var fields = (IsNotice ? [] : listed ?? vertical?.Fields.Select(field => field.Key) ?? []).Select(field => Placeholders.Lead + field).ToList();

            // Who writes the bare key of a field forgot where it belongs.
            Unknown(shape, key, name, fields.Contains(Placeholders.Lead + name) ? [Placeholders.Lead + name] : [.. names.Keys, .. fields]);
        }
    }

    private void CheckField(ShapeReader shape, string key, string field)
    {
        if (IsNotice)
        {
            shape.Problem(key, "not_for_pings", "A loss notice tells nothing of the lead.");
            return;
        }

        var at = vertical?.IndexOf(field) ?? 0;
        if (listed is not { } keys)
        {
            if (at < 0)
            {
                shape.Problem(
                    key, "unknown_field", $"The vertical has no field '{Shown(field)}'{Nearest.Hint(field, vertical!.Fields.Select(one => one.Key))}.");
            }
        }
        else if (!keys.Contains(field))
        {
            var known = vertical is not null && at >= 0 ? vertical.Fields[at] : null;
            var (code, message) = known switch
            {
                { Personal: true } => ("not_for_pings", "A ping never carries a personal field."),
                { Ping: false } => ("not_for_pings", $"The vertical does not mark '{field}' with ping: true."),
                null when vertical is not null && field != BuiltInFields.Score =>
                    ("unknown_field", $"The vertical has no field '{Shown(field)}'{Nearest.Hint(field, keys)}."),
                _ => ("not_listed", $"A ping carries the fields that the contract lists: add '{Shown(field)}' to bid.fields."),
            };
            shape.Problem(key, code, message);
        }
    }

    private void CheckConsent(ShapeReader shape, string key, string name)
    {
        if (listed is not null)
        {
            shape.Problem(key, "not_for_pings", "The consent tells who gave it: it goes with the sold lead and with nothing else.");
            return;
        }

        // Consent is kept as given, so only what looks like a typing error of a usual member is one.
        var member = name[Placeholders.Consent.Length..];
        var known = Placeholders.ConsentMembers.Contains(member);
        if (!known && (!CatalogKeys.IsFieldKey(member) || Nearest.Of(member, Placeholders.ConsentMembers) is not null))
        {
            Unknown(shape, key, name, Placeholders.ConsentMembers.Select(one => Placeholders.Consent + one));
        }
    }

    private static void Unknown(ShapeReader shape, string key, string name, IEnumerable<string> names)
    {
        var all = names.ToList();
        var hint = all is [var only] ? $"; did you mean '{only}'" : Nearest.Hint(name, all);
        shape.Problem(key, "unknown_placeholder", $"There is no placeholder '{Shown(name)}'{hint}.");
    }

    private FieldKind KindOf(string name)
    {
        if (names.TryGetValue(name, out var kind))
        {
            return kind;
        }

        var field = name.StartsWith(Placeholders.Lead, StringComparison.Ordinal) ? name[Placeholders.Lead.Length..] : null;
        if (field == BuiltInFields.Score)
        {
            return FieldKind.Number;
        }

        var at = field is not null && vertical is not null ? vertical.IndexOf(field) : -1;
        return at < 0 ? FieldKind.Missing : vertical!.Fields[at].Type switch
        {
            FieldType.Integer or FieldType.Decimal or FieldType.Money => FieldKind.Number,
            FieldType.Boolean => FieldKind.Flag,
            _ => FieldKind.Text,
        };
    }

    private static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
