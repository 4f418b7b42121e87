using System.Globalization;

namespace Kontor.Platform;

/// <summary>Which page of a list is wanted.</summary>
/// <param name="After">The cursor that the page before answered as <c>next</c>, or null for the first.</param>
/// <param name="Limit">At most so many items.</param>
public sealed record Paging(string? After, int Limit)
{
    private const int Usual = 100;

    /// <summary>Reads <c>?after=&amp;limit=</c>; null when the limit is no number from 1 to the largest.</summary>
    public static Paging? Read(HttpContext context, int largest = 500)
    {
        string? after = context.Request.Query["after"];
        string? limit = context.Request.Query["limit"];
        var cursor = string.IsNullOrEmpty(after) || after.Contains('\0', StringComparison.Ordinal) ? null : after;
        if (string.IsNullOrEmpty(limit))
        {
            return new Paging(cursor, Math.Min(Usual, largest));
        }

        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted >= 1 && wanted <= largest
            ? new Paging(cursor, wanted)
            : null;
    }

    /// <summary>The answer where <see cref="Read"/> found none.</summary>
    public static IResult Refusal(HttpContext context, int largest = 500) =>
        Problems.Of(context, 400, "invalid_limit", string.Create(CultureInfo.InvariantCulture, $"limit must be a number from 1 to {largest}."));
}
