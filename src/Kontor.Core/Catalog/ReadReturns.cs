using System.Collections.Immutable;
using Kontor.Core.Returns;

namespace Kontor.Core.Catalog;

/// <summary>Reads how a contract's buyer may give leads back: <c>returns: {within: 7d, reasons: [wrong_number], gives_back_cap: false}</c>.</summary>
internal static class ReadReturns
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>The rule. Without reasons it takes all of them.</summary>
    public static ReturnRule Read(ShapeReader shape)
    {
        var within = shape.Length("within", Shortest, Longest, required: true) ?? Shortest;
        var reasons = ReadReasons(shape);
        var givesBackCap = shape.Flag("gives_back_cap");
        shape.Close();
        return new ReturnRule(within, reasons, givesBackCap);
    }

    private static ImmutableArray<ReturnReason> ReadReasons(ShapeReader shape)
    {
        if (!shape.Has("reasons"))
        {
            return ReturnRequest.AllReasons;
        }

        string[] names = [.. ReturnRequest.AllReasons.Select(reason => CatalogNames.Of(reason))];
        var words = shape.Words("reasons", required: true);
        for (var i = 0; i < words.Count; i++)
        {
            if (!names.Contains(words[i]))
            {
                shape.Problem($"reasons[{i}]", "not_an_option", $"Must be one of {string.Join(", ", names)}{Nearest.Hint(words[i], names)}.");
            }
        }

        return [.. ReturnRequest.AllReasons.Where((_, ordinal) => words.Contains(names[ordinal]))];
    }
}
