using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>A filter with its fields found: what both the evaluator and the index read.</summary>
internal abstract class FilterRules
{
    private FilterRules()
    {
    }

    /// <summary>Whether the lead meets it.</summary>
    public abstract bool Holds(Lead lead, DateTimeOffset now);

    /// <summary>Whether the lead meets it as far as it is known: a value the lead does not have may still come, so that a comparison of it is
    /// open. Null when what is missing decides.</summary>
    public abstract bool? Judge(Lead lead, DateTimeOffset now);

    public static FilterRules Compile(Filter filter, Vertical vertical) => filter switch
    {
        Filter.All all => new All([.. all.Parts.Select(part => Compile(part, vertical))]),
        Filter.Any any => new Any([.. any.Parts.Select(part => Compile(part, vertical))]),
        Filter.Not not => new Not(Compile(not.Part, vertical)),
        Filter.Compare compare => new Test(LeadField.Find(compare.Field, vertical), compare.Op, compare.Operands),
        _ => throw new InvalidOperationException($"A filter of type {filter.GetType().Name} is not known."),
    };

    internal sealed class All(ImmutableArray<FilterRules> parts) : FilterRules
    {
        public ImmutableArray<FilterRules> Parts => parts;

        public override bool Holds(Lead lead, DateTimeOffset now)
        {
            foreach (var part in parts)
            {
                if (!part.Holds(lead, now))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool? Judge(Lead lead, DateTimeOffset now)
        {
            bool? judged = true;
            foreach (var part in parts)
            {
                judged &= part.Judge(lead, now);
            }

            return judged;
        }
    }

    internal sealed class Any(ImmutableArray<FilterRules> parts) : FilterRules
    {
        public ImmutableArray<FilterRules> Parts => parts;

        public override bool Holds(Lead lead, DateTimeOffset now)
        {
            foreach (var part in parts)
            {
                if (part.Holds(lead, now))
                {
                    return true;
                }
            }

            return false;
        }

        public override bool? Judge(Lead lead, DateTimeOffset now)
        {
            bool? judged = false;
            foreach (var part in parts)
            {
                judged |= part.Judge(lead, now);
            }

            return judged;
        }
    }

    internal sealed class Not(FilterRules part) : FilterRules
    {
        public FilterRules Part => part;

        public override bool Holds(Lead lead, DateTimeOffset now) => !part.Holds(lead, now);

        public override bool? Judge(Lead lead, DateTimeOffset now) => !part.Judge(lead, now);
    }

    /// <summary>A contract's allow and block lists as a condition: an empty allow list allows every source, a source on both is blocked.</summary>
    internal sealed class TakesSource(SourceRules sources) : FilterRules
    {
        public override bool Holds(Lead lead, DateTimeOffset now) =>
            !sources.Block.Contains(lead.Source) && (sources.Allow.IsEmpty || sources.Allow.Contains(lead.Source));

        public override bool? Judge(Lead lead, DateTimeOffset now) => Holds(lead, now);
    }

    internal sealed class Test(LeadField read, FilterOp op, ImmutableArray<FieldValue> operands) : FilterRules
    {
        public LeadField Field => read;

        public FilterOp Op => op;

        public ImmutableArray<FieldValue> Operands => operands;

        public override bool Holds(Lead lead, DateTimeOffset now) => Comparison.Holds(op, read.Of(lead), operands, now);

        public override bool? Judge(Lead lead, DateTimeOffset now) => read.Of(lead).IsPresent ? Holds(lead, now) : null;
    }
}

/// <summary>A field that filters read, found once.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Index">Index in the lead's values, or one of the constants for the built-in fields.</param>
/// <param name="Personal">Whether its value is never shown.</param>
internal readonly record struct LeadField(string Key, int Index, bool Personal)
{
    internal const int Source = -1;
    internal const int SubId = -2;
    internal const int Score = -3;

    // A field the vertical does not have: validation refuses it, an archived rules version may still name it.
    private const int Unknown = -4;

    public static LeadField Find(string key, Vertical vertical)
    {
        var index = vertical.IndexOf(key);
        return index >= 0
            ? new LeadField(key, index, vertical.Fields[index].Personal)
            : new LeadField(key, key switch { BuiltInFields.Source => Source, BuiltInFields.SubId => SubId, BuiltInFields.Score => Score, _ => Unknown }, false);
    }

    /// <summary>The lead's value.</summary>
    public FieldValue Of(Lead lead) => Index switch
    {
        >= 0 => Index < lead.Values.Length ? lead.Values[Index] : default,
        Source => FieldValue.Of(lead.Source),
        SubId => lead.SubId is { } subId ? FieldValue.Of(subId) : default,
        Score => lead.Score is { } score ? FieldValue.Of((decimal)score) : default,
        _ => default,
    };
}
