using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>The comparisons of a filter.</summary>
public enum FilterOp
{
    Eq, Ne, In, NotIn, Lt, Lte, Gt, Gte, Between, Contains, StartsWith, Exists, Missing, OlderThan, Within,
}

/// <summary>A tree of conditions on a lead's fields.</summary>
public abstract record Filter
{
    private protected Filter()
    {
    }

    /// <summary>Holds when every part holds; an empty one holds.</summary>
    public sealed record All(ImmutableArray<Filter> Parts) : Filter;

    /// <summary>Holds when some part holds; an empty one does not.</summary>
    public sealed record Any(ImmutableArray<Filter> Parts) : Filter;

    /// <summary>Holds when its part does not.</summary>
    public sealed record Not(Filter Part) : Filter;

    /// <summary>One comparison.</summary>
    /// <param name="Field">A field of the vertical, or one of the built-in fields of <see cref="BuiltInFields"/>.</param>
    /// <param name="Op">The comparison.</param>
    /// <param name="Operands">Normalised like the field: one for most comparisons, two for <see cref="FilterOp.Between"/> (both ends
    /// included), any number for <see cref="FilterOp.In"/> and <see cref="FilterOp.NotIn"/>, none for <see cref="FilterOp.Exists"/> and
    /// <see cref="FilterOp.Missing"/>. For <see cref="FilterOp.OlderThan"/> and <see cref="FilterOp.Within"/> one number of microseconds.</param>
    /// <remarks>A missing value satisfies only <see cref="FilterOp.Missing"/>, <see cref="FilterOp.Ne"/> and <see cref="FilterOp.NotIn"/>.
    /// Text compares without regard to case.</remarks>
    public sealed record Compare(string Field, FilterOp Op, ImmutableArray<FieldValue> Operands) : Filter;
}

/// <summary>What filters can read beside the vertical's own fields.</summary>
public static class BuiltInFields
{
    /// <summary>Key of the source (text).</summary>
    public const string Source = "source";

    /// <summary>The source's sub-channel (text, may be missing).</summary>
    public const string SubId = "sub_id";

    /// <summary>0..100 from scoring (number, may be missing).</summary>
    public const string Score = "score";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Source, SubId, Score];
}
