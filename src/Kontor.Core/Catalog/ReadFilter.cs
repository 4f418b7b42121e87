using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>Reads a filter tree.</summary>
internal static class ReadFilter
{
    private const int Deepest = 16;

    /// <summary>The tree. Without a vertical (it could not be read, which is reported elsewhere) fields and operands are not checked.</summary>
    public static Filter Read(ShapeReader shape, Vertical? vertical, Campaign? campaign, int depth = 1)
    {
        if (depth > Deepest)
        {
            shape.Problem("all", "too_deep", string.Create(CultureInfo.InvariantCulture, $"Conditions nest deeper than {Deepest} levels."));
            return new Filter.All([]);
        }

        string[] kinds = ["all", "any", "not", "field"];
        var given = kinds.Where(kind => shape.Has(kind)).ToArray();
        if (given.Length != 1)
        {
            var code = given.Length == 0 ? "required" : "unexpected";
            shape.Problem(given.Length == 0 ? "field" : given[1], code, "A condition is one of all, any, not, or a field with op and value.");
            return new Filter.All([]);
        }

        Filter read = given[0] switch
        {
            "all" => new Filter.All(Parts("all")),
            "any" => new Filter.Any(Parts("any")),
            "not" when shape.Object("not") is { } part => new Filter.Not(Read(part, vertical, campaign, depth + 1)),
            "field" => ReadCompare(shape, vertical, campaign),
            _ => new Filter.All([]),
        };
        shape.Close();
        return read;

        ImmutableArray<Filter> Parts(string key) =>
            [.. shape.Objects(key).Select(part => Read(part, vertical, campaign, depth + 1))];
    }

    /// <summary>The <c>when</c> of a rule, which must be given.</summary>
    public static Filter ReadWhen(ShapeReader rule, Vertical? vertical, Campaign? campaign) =>
        rule.Object("when", required: true) is { } tree ? Read(tree, vertical, campaign) : new Filter.All([]);

    private static Filter.Compare ReadCompare(ShapeReader shape, Vertical? vertical, Campaign? campaign)
    {
        var key = shape.Word("field", required: true) ?? string.Empty;
        var op = shape.Name<FilterOp>("op", required: true);
        var value = shape.Take("value");
        var field = FieldOf(key, vertical);
        if (vertical is not null && field is null && key.Length > 0)
        {
            var hint = Nearest.Hint(key, vertical.Fields.Select(one => one.Key).Concat(BuiltInFields.All));
            shape.Problem("field", "unknown_field", $"The vertical has no such field{hint}.");
        }

        if (op is not { } known || field is null || campaign is null)
        {
            return new Filter.Compare(key, op ?? FilterOp.Exists, []);
        }

        if (!FilterOperands.Fits(known, field.Type))
        {
            var fitting = string.Join(", ", FilterOperands.OpsOf(field.Type).Select(CatalogNames.Of));
            shape.Problem("op", "operator_not_for_type", $"Does not fit a field of type {CatalogNames.Of(field.Type)}; use one of {fitting}.");
            return new Filter.Compare(key, known, []);
        }

        return new Filter.Compare(key, known, Operands(shape, known, field, campaign, value));
    }

    private static ImmutableArray<FieldValue> Operands(ShapeReader shape, FilterOp op, Field field, Campaign campaign, JsonNode? value)
    {
        var list = value as JsonArray;
        var (least, most) = op switch
        {
            FilterOp.Exists or FilterOp.Missing => (0, 0),
            FilterOp.Between => (2, 2),
            FilterOp.In or FilterOp.NotIn => (1, 10_000),
            _ => (1, 1),
        };
        if (most == 0)
        {
            if (value is not null)
            {
                shape.Problem("value", "unexpected", "This comparison takes no value.");
            }

            return [];
        }

        if (value is null)
        {
            shape.Problem("value", "required", "Is required.");
            return [];
        }

        if (most > 1 && list is null && op == FilterOp.Between || list is not null && (list.Count < least || list.Count > most))
        {
            shape.Problem("value", "invalid_operand", op == FilterOp.Between ? "Must be a list of two values." : "Has the wrong number of values.");
            return [];
        }

        var operands = ImmutableArray.CreateBuilder<FieldValue>();
        for (var i = 0; i < (list?.Count ?? 1); i++)
        {
            var (operand, problem) = FilterOperands.Read(op, field, campaign, list is null ? value : list[i]);
            if (problem is not null)
            {
                shape.Problem(list is null ? "value" : $"value[{i}]", "invalid_operand", problem);
            }

            operands.Add(operand);
        }

        if (op == FilterOp.Between && operands[0].Number > operands[1].Number)
        {
            shape.Problem("value", "invalid_operand", "The first value must not be larger than the second.");
        }

        return operands.ToImmutable();
    }

    private static Field? FieldOf(string key, Vertical? vertical) => key switch
    {
        _ when vertical is null => null,
        BuiltInFields.Source or BuiltInFields.SubId => new Field { Key = key, Type = FieldType.Text },
        BuiltInFields.Score => new Field { Key = key, Type = FieldType.Integer },
        _ => vertical.IndexOf(key) is >= 0 and var at ? vertical.Fields[at] : null,
    };
}
