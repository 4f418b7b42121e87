using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>The meaning of every filter comparison.</summary>
/// <remarks>A missing value satisfies only <see cref="FilterOp.Missing"/>, <see cref="FilterOp.Ne"/> and <see cref="FilterOp.NotIn"/>; so does
/// a value of another kind than the operand satisfy only the latter two. Text compares without regard to case, character by character
/// (no culture). A set equals an operand with the same members, is <em>in</em> operands when one of its members is, and contains a text that
/// is one of its members.</remarks>
internal static class Comparison
{
    private const decimal MicrosecondsPerDay = 86_400_000_000m;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public static bool Holds(FilterOp op, in FieldValue value, ImmutableArray<FieldValue> operands, DateTimeOffset now) => op switch
    {
        FilterOp.Exists => value.IsPresent,
        FilterOp.Missing => !value.IsPresent,
        FilterOp.Eq => Same(value, operands[0]),
        FilterOp.Ne => !Same(value, operands[0]),
        FilterOp.In => IsIn(value, operands),
        FilterOp.NotIn => !IsIn(value, operands),
        FilterOp.Lt => Order(value, operands[0]) < 0,
        FilterOp.Lte => Order(value, operands[0]) <= 0,
        FilterOp.Gt => Order(value, operands[0]) > 0,
        FilterOp.Gte => Order(value, operands[0]) >= 0,
        FilterOp.Between => Order(value, operands[0]) >= 0 && Order(value, operands[1]) <= 0,
        FilterOp.Contains => Contains(value, operands[0]),
        FilterOp.StartsWith => value.Kind == FieldKind.Text && operands[0].Text is { } start
            && value.Text!.StartsWith(start, StringComparison.OrdinalIgnoreCase),
        FilterOp.OlderThan => AgeAt(value, now) > operands[0].Number,
        FilterOp.Within => AgeAt(value, now) <= operands[0].Number,
        _ => false,
    };

    private static bool Same(in FieldValue value, in FieldValue operand) => (value.Kind, operand.Kind) switch
    {
        (FieldKind.Missing, _) => false,
        (FieldKind.Text, FieldKind.Text) => string.Equals(value.Text, operand.Text, StringComparison.OrdinalIgnoreCase),
        (FieldKind.Set, FieldKind.Set) => value.Items.Length == operand.Items.Length && IsSubset(value.Items, operand.Items),
        (FieldKind.Set, FieldKind.Text) => value.Items.Length == 1 && Has(value.Items, operand.Text!),
        _ => value.Kind == operand.Kind && value.Number == operand.Number,
    };

    private static bool IsIn(in FieldValue value, ImmutableArray<FieldValue> operands)
    {
        foreach (var operand in operands)
        {
            if (value.Kind == FieldKind.Set ? Overlaps(value.Items, operand) : Same(value, operand))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Overlaps(ImmutableArray<string> items, in FieldValue operand) => operand.Kind switch
    {
        FieldKind.Text => Has(items, operand.Text!),
        FieldKind.Set => operand.Items.Any(item => Has(items, item)),
        _ => false,
    };

    // Null where the two cannot be ordered: every comparison with null is false.
    private static int? Order(in FieldValue value, in FieldValue operand)
    {
        if (value.Kind != operand.Kind || value.Kind is FieldKind.Missing or FieldKind.Set)
        {
            return null;
        }

        return value.Kind == FieldKind.Text
            ? string.Compare(value.Text, operand.Text, StringComparison.OrdinalIgnoreCase)
            : value.Number.CompareTo(operand.Number);
    }

    private static bool Contains(in FieldValue value, in FieldValue operand) => (value.Kind, operand.Kind) switch
    {
        (FieldKind.Text, FieldKind.Text) => value.Text!.Contains(operand.Text!, StringComparison.OrdinalIgnoreCase),
        (FieldKind.Set, FieldKind.Text) => Has(value.Items, operand.Text!),
        (FieldKind.Set, FieldKind.Set) => IsSubset(operand.Items, value.Items),
        _ => false,
    };

    // Microseconds from the value until now, negative for one that is still to come; a date counts from its midnight UTC. Null for others.
    private static decimal? AgeAt(in FieldValue value, DateTimeOffset now) => value.Kind switch
    {
        FieldKind.Instant => FieldValue.Of(now).Number - value.Number,
        FieldKind.Date => FieldValue.Of(now).Number - ((value.Number - EpochDay) * MicrosecondsPerDay),
        _ => null,
    };

    private static bool IsSubset(ImmutableArray<string> items, ImmutableArray<string> of) => items.All(item => Has(of, item));

    private static bool Has(ImmutableArray<string> items, string member)
    {
        foreach (var item in items)
        {
            if (string.Equals(item, member, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
