namespace Kontor.Core.Catalog;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The suggestion as the end of a sentence: <c>; did you mean 'price'?</c>, or nothing when no name is near.</summary>
    public static string Hint(string written, IEnumerable<string> names) =>
        Of(written, names) is { } near ? $"; did you mean '{near}'" : string.Empty;

    /// <summary>The name with the fewest edits to what was written, at most two or a third of its length; the first in ordinal order
    /// among equals.</summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        string? best = null;
        var least = (written.Length <= 3 ? 1 : Math.Max(2, written.Length / 3)) + 1;
        foreach (var name in names.Distinct().Order(StringComparer.Ordinal))
        {
            var edits = Distance(written, name);
            if (edits < least)
            {
                (best, least) = (name, edits);
            }
        }

        return best;
    }

    // Levenshtein's distance with one row.
    private static int Distance(string left, string right)
    {
        if (left.Length > 64 || right.Length > 64)
        {
            return int.MaxValue;
        }

        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
