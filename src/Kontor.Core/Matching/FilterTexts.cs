using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>Filters in words an operator can read, and what of them a lead did not meet.</summary>
internal static class FilterTexts
{
    private const int MostOperands = 12;

    /// <summary>The smallest part that explains a refusal: of a conjunction its first failing part, of anything else itself.</summary>
    public static FilterRules Failing(FilterRules filter, Lead lead, DateTimeOffset now)
    {
        while (filter is FilterRules.All all)
        {
            filter = all.Parts.First(part => !part.Holds(lead, now));
        }

        return filter;
    }

    /// <summary>The same for a refusal of a lead that is known in part.</summary>
    public static FilterRules FailingInPart(FilterRules filter, Lead lead, DateTimeOffset now)
    {
        while (filter is FilterRules.All all)
        {
            filter = all.Parts.First(part => part.Judge(lead, now) == false);
        }

        return filter;
    }

    /// <summary>The condition: <c>roof eq owner</c>, <c>(a or b)</c>, <c>not (a)</c>.</summary>
    public static string Describe(FilterRules filter) => filter switch
    {
        FilterRules.All { Parts.IsEmpty: true } => "any lead",
        FilterRules.Any { Parts.IsEmpty: true } => "no lead",
        FilterRules.All all => Joined(all.Parts, " and "),
        FilterRules.Any any => Joined(any.Parts, " or "),
        FilterRules.Not not => $"not ({Describe(not.Part)})",
        FilterRules.Test test => Describe(test),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>What the lead has for the fields of a condition: the value of a single comparison, else <c>field = value</c> for each.</summary>
    public static string Actual(FilterRules filter, Lead lead)
    {
        if (filter is FilterRules.Test test)
        {
            return Shown(test.Field, lead);
        }

        var fields = Fields(filter).DistinctBy(field => field.Key);
        return string.Join(", ", fields.Select(field => $"{field.Key} = {Shown(field, lead)}"));
    }

    private static string Joined(IEnumerable<FilterRules> parts, string word) =>
        string.Join(word, parts.Select(part => part is FilterRules.All or FilterRules.Any ? $"({Describe(part)})" : Describe(part)));

    private static string Describe(FilterRules.Test test)
    {
        var name = $"{test.Field.Key} {Name(test.Op)}";
        return test.Op switch
        {
            FilterOp.Exists or FilterOp.Missing => name,
            FilterOp.Between => $"{name} {test.Operands[0]} and {test.Operands[1]}",
            FilterOp.In or FilterOp.NotIn => $"{name} {List(test.Operands.Select(operand => operand.ToString()), MostOperands)}",
            FilterOp.OlderThan or FilterOp.Within => $"{name} {Duration(test.Operands[0].Number)}",
            _ => $"{name} {test.Operands[0]}",
        };
    }

    /// <summary>The first few of a list, and how many more there are.</summary>
    public static string List(IEnumerable<string> items, int most)
    {
        var all = items.ToList();
        return all.Count <= most ? string.Join(", ", all) : $"{string.Join(", ", all.Take(most))} and {all.Count - most} more";
    }

    private static string Shown(LeadField field, Lead lead)
    {
        var value = field.Of(lead);
        return value.IsPresent && field.Personal ? "(personal)" : value.ToString();
    }

    private static IEnumerable<LeadField> Fields(FilterRules filter) => filter switch
    {
        FilterRules.All all => all.Parts.SelectMany(Fields),
        FilterRules.Any any => any.Parts.SelectMany(Fields),
        FilterRules.Not not => Fields(not.Part),
        FilterRules.Test test => [test.Field],
        _ => [],
    };

    private static string Duration(decimal microseconds)
    {
        foreach (var (unit, length) in new[] { ("d", 86_400_000_000m), ("h", 3_600_000_000m), ("m", 60_000_000m), ("s", 1_000_000m) })
        {
            if (microseconds >= length && microseconds % length == 0)
            {
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{microseconds / length:0}{unit}");
            }
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{microseconds} microseconds");
    }

    private static string Name(FilterOp op) => op switch
    {
        FilterOp.NotIn => "not_in",
        FilterOp.StartsWith => "starts_with",
        FilterOp.OlderThan => "older_than",
        _ => op.ToString().ToLowerInvariant(),
    };
}
