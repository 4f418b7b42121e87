using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads a vertical.</summary>
internal static class ReadVertical
{
    /// <summary>The vertical with every field that could be read, so that filters can be checked against them.</summary>
    public static Vertical Read(string key, ShapeReader shape)
    {
        var fields = ImmutableArray.CreateBuilder<Field>();
        foreach (var item in shape.Objects("fields", required: true))
        {
            if (ReadField(item) is not { } field)
            {
                continue;
            }

            if (fields.Any(other => other.Key == field.Key))
            {
                item.Problem("key", "duplicate", "Another field of the vertical has this key.");
                continue;
            }

            fields.Add(field);
        }

        if (fields.Count > 500)
        {
            shape.Problem("fields", "too_long", "Has more than 500 entries.");
        }

        var name = shape.Text("name") ?? key;
        shape.Close();
        return new Vertical { Key = key, Name = name, Fields = fields.ToImmutable() };
    }

    private static Field? ReadField(ShapeReader item)
    {
        var key = item.Word("key", required: true);
        if (key is not null && !CatalogKeys.IsFieldKey(key))
        {
            item.Problem("key", "invalid_key", "Must be lower-case letters, digits and underscores beginning with a letter, at most 63.");
            key = null;
        }
        else if (key is not null && (CatalogKeys.ReservedForPosts.Contains(key) || BuiltInFields.All.Contains(key)))
        {
            item.Problem("key", "reserved_key", $"'{key}' means something else in every post or filter; choose another key.");
            key = null;
        }

        var type = item.Name<FieldType>("type", required: true);
        var options = item.Words("options");
        var takesOptions = type is FieldType.Choice or FieldType.Choices;
        if (takesOptions && options.Count == 0)
        {
            item.Problem("options", "required", "A choice needs at least one option.");
        }
        else if (!takesOptions && type is not null && options.Count > 0)
        {
            item.Problem("options", "unexpected", "Only a choice has options.");
        }

        var field = new Field
        {
            Key = key ?? string.Empty,
            Type = type ?? FieldType.Text,
            Required = item.Flag("required"),
            Personal = item.Flag("personal"),
            Ping = item.Flag("ping"),
            Options = [.. options],
        };
        if (field is { Personal: true, Ping: true })
        {
            item.Problem("ping", "invalid", "A ping never carries a personal field.");
        }

        item.Close();
        return key is null || type is null ? null : field;
    }
}
