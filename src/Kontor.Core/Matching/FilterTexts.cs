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
    public static Phrase Describe(FilterRules filter) => filter switch
    {
        FilterRules.All { Parts.IsEmpty: true } => Phrase.Of("any lead"),
        FilterRules.Any { Parts.IsEmpty: true } => Phrase.Of("no lead"),
        FilterRules.All all => Phrase.Joined("{0} and {1}", all.Parts.Select(Inner)),
        FilterRules.Any any => Phrase.Joined("{0} or {1}", any.Parts.Select(Inner)),
        FilterRules.Not not => Phrase.Of("not ({0})", Describe(not.Part)),
        FilterRules.Test test => Describe(test),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>What the lead has for the fields of a condition: the value of a single comparison, else <c>field = value</c> for each.</summary>
    public static Phrase Actual(FilterRules filter, Lead lead)
    {
        if (filter is FilterRules.Test test)
        {
            return Shown(test.Field, lead);
        }

        var fields = Fields(filter).DistinctBy(field => field.Key);
        return Phrase.Listed(fields.Select(field => Phrase.Signs("{0} = {1}", Phrase.Value(field.Key), Shown(field, lead))));
    }

    private static Phrase Inner(FilterRules part) => part is FilterRules.All or FilterRules.Any ? Phrase.Signs("({0})", Describe(part)) : Describe(part);

    private static Phrase Describe(FilterRules.Test test)
    {
        var field = Phrase.Value(test.Field.Key);
        return test.Op switch
        {
            FilterOp.Eq => Phrase.Of("{0} eq {1}", field, Operand(0)),
            FilterOp.Ne => Phrase.Of("{0} ne {1}", field, Operand(0)),
            FilterOp.Lt => Phrase.Of("{0} lt {1}", field, Operand(0)),
            FilterOp.Lte => Phrase.Of("{0} lte {1}", field, Operand(0)),
            FilterOp.Gt => Phrase.Of("{0} gt {1}", field, Operand(0)),
            FilterOp.Gte => Phrase.Of("{0} gte {1}", field, Operand(0)),
            FilterOp.Contains => Phrase.Of("{0} contains {1}", field, Operand(0)),
            FilterOp.StartsWith => Phrase.Of("{0} starts_with {1}", field, Operand(0)),
            FilterOp.Exists => Phrase.Of("{0} exists", field),
            FilterOp.Missing => Phrase.Of("{0} missing", field),
            FilterOp.Between => Phrase.Of("{0} between {1} and {2}", field, Operand(0), Operand(1)),
            FilterOp.In => Phrase.Of("{0} in {1}", field, Operands()),
            FilterOp.NotIn => Phrase.Of("{0} not_in {1}", field, Operands()),
            FilterOp.OlderThan => Phrase.Of("{0} older_than {1}", field, Phrase.Value(Duration(test.Operands[0].Number))),
            _ => Phrase.Of("{0} within {1}", field, Phrase.Value(Duration(test.Operands[0].Number))),
        };

        Phrase Operand(int index) => Phrase.Value(test.Operands[index].ToString());

        Phrase Operands() => List(test.Operands.Select(operand => operand.ToString()), MostOperands);
    }

    /// <summary>The first few of a list, and how many more there are.</summary>
    public static Phrase List(IEnumerable<string> items, int most)
    {
        var all = items.ToList();
        return all.Count <= most ? Phrase.Value(string.Join(", ", all)) : Phrase.Of("{0} and {1} more", Phrase.Value(string.Join(", ", all.Take(most))), all.Count - most);
    }

    private static Phrase Shown(LeadField field, Lead lead)
    {
        var value = field.Of(lead);
        return !value.IsPresent ? Phrase.Of("missing") : field.Personal ? Phrase.Of("(personal)") : Phrase.Value(value.ToString());
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
}
