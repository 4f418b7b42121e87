using Kontor.Core.Intake;

namespace Kontor.Core.Matching;

/// <summary>One place that a postal code is listed for.</summary>
/// <param name="State">Code of its first-level area, or null.</param>
/// <param name="LatitudeE6">Degrees times 1,000,000.</param>
/// <param name="LongitudeE6">Degrees times 1,000,000.</param>
public readonly record struct PostalSample(string? State, int LatitudeE6, int LongitudeE6);

/// <summary>Makes one area of the several places that open data lists for a postal code.</summary>
public static class PostalCentre
{
    /// <summary>Places further apart than this (about 28 km from north to south) are not one neighbourhood.</summary>
    public const int NeighbourhoodE6 = 250_000;

    /// <summary>The area of a code: the median latitude and longitude of its largest neighbourhood, and the state that most places there
    /// name. A single place listed at the other end of the country moves nothing. The order of the places changes nothing.</summary>
    /// <param name="code">The code in the country's normal form.</param>
    /// <param name="samples">At least one place.</param>
    public static PostalArea Of(string code, IReadOnlyList<PostalSample> samples)
    {
        var sorted = samples.OrderBy(sample => sample.LatitudeE6).ThenBy(sample => sample.LongitudeE6).ToList();
        var largest = sorted.Select(sample => Around(sample, sorted)).MaxBy(neighbours => neighbours.Count)!;
        var state = largest.Where(sample => sample.State is not null)
            .GroupBy(sample => sample.State!)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
        return new PostalArea(code, state, Median(largest.Select(sample => sample.LatitudeE6)), Median(largest.Select(sample => sample.LongitudeE6)));
    }

    /// <summary>Whether the places of a code lie further apart than a neighbourhood: its data deserves a look.</summary>
    public static bool IsSpread(IReadOnlyList<PostalSample> samples) =>
        samples.Max(sample => sample.LatitudeE6) - samples.Min(sample => sample.LatitudeE6) > 2 * NeighbourhoodE6
        || samples.Max(sample => sample.LongitudeE6) - samples.Min(sample => sample.LongitudeE6) > 2 * NeighbourhoodE6;

    /// <summary>The code by which leads name a state. Lists of one country use several namings at once (<c>Bavaria 02</c>, <c>Bayern BY</c>):
    /// the name decides where the country's states are known, else the listed code does. Null when neither is understood.</summary>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    /// <param name="name">As listed, may be empty.</param>
    /// <param name="code">As listed, may be empty.</param>
    public static string? StateCode(string country, string name, string code)
    {
        const string land = "Land ";
        var bare = name.StartsWith(land, StringComparison.Ordinal) ? name[land.Length..] : name;
        var byName = bare.Length > 3 ? States.State(bare, country).Value.Text : null;
        return byName ?? States.State(code, country).Value.Text;
    }

    private static List<PostalSample> Around(PostalSample centre, List<PostalSample> samples) =>
        [.. samples.Where(sample => Math.Abs(sample.LatitudeE6 - centre.LatitudeE6) <= NeighbourhoodE6
            && Math.Abs(sample.LongitudeE6 - centre.LongitudeE6) <= NeighbourhoodE6)];

    private static int Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}
