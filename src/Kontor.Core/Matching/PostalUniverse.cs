using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Kontor.Core.Matching;

/// <summary>The postal codes of one country, numbered in ordinal order of their compared form: 0, 1, 2, ...</summary>
internal sealed class PostalUniverse
{
    // Radius of a sphere with the Earth's mean radius, in metres (IUGG).
    private const double EarthRadius = 6_371_008.8;

    // A rules change compiles campaigns anew while the geography stays: its numbering is kept as long as the geography is.
    private static readonly ConditionalWeakTable<FrozenDictionary<string, PostalArea>, PostalUniverse> Kept = [];

    private readonly FrozenDictionary<string, int> ids;
    private readonly PostalArea?[] areas;
    private readonly (double X, double Y, double Z)[] points;
    private readonly int[] byLatitude;

    private PostalUniverse(string country, IReadOnlyDictionary<string, PostalArea> known, IEnumerable<string> others)
    {
        Country = country;
        var compact = new Dictionary<string, PostalArea?>(StringComparer.Ordinal);
        foreach (var area in known.Values.OrderBy(area => area.Code, StringComparer.Ordinal))
        {
            compact.TryAdd(PostalText.Compact(area.Code), area);
        }

        foreach (var other in others)
        {
            compact.TryAdd(other, null);
        }

        Codes = [.. compact.Keys.Order(StringComparer.Ordinal)];
        areas = [.. Codes.Select(code => compact[code])];
        ids = Codes.Select((code, id) => KeyValuePair.Create(code, id)).ToFrozenDictionary(StringComparer.Ordinal);
        points = [.. areas.Select(area => area is null ? default : OnSphere(area))];
        byLatitude = [.. Enumerable.Range(0, Codes.Length).Where(id => areas[id] is not null).OrderBy(id => areas[id]!.LatitudeE6).ThenBy(id => id)];
    }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string Country { get; }

    /// <summary>The codes in compared form, ascending; a code's id is its index.</summary>
    public string[] Codes { get; }

    /// <summary>The codes of a geography and those that contracts name beside.</summary>
    public static PostalUniverse Of(PostalGeography geography, string country, IEnumerable<string> named)
    {
        if (!geography.Countries.TryGetValue(country, out var known))
        {
            return new PostalUniverse(country, FrozenDictionary<string, PostalArea>.Empty, named);
        }

        var plain = Kept.GetValue(known, _ => new PostalUniverse(country, known, []));
        var unknown = named.Where(code => !plain.ids.ContainsKey(code)).ToList();
        return unknown.Count == 0 ? plain : new PostalUniverse(country, known, unknown);
    }

    /// <summary>The number of a code in compared form, or -1.</summary>
    public int IdOf(string compact) => ids.TryGetValue(compact, out var id) ? id : -1;

    /// <summary>The first-level area of a code, or null.</summary>
    public string? StateOf(int id) => id < 0 ? null : areas[id]?.State;

    /// <summary>The neighbouring ids among which every code of a pattern is, from inclusive, until exclusive. Codes shorter than the
    /// pattern's ends may stand between them: ask <see cref="PostalPattern.Covers"/>.</summary>
    public (int From, int Until) Span(PostalPattern pattern)
    {
        var high = pattern.High ?? pattern.Low;
        return (First(code => string.CompareOrdinal(code, pattern.Low) >= 0),
            First(code => string.CompareOrdinal(code, 0, high, 0, high.Length) > 0));
    }

    /// <summary>The ids within a distance of a centre, ascending; the centre alone when its place is not known, nothing when it is no code
    /// at all. The distance is the great circle's on a sphere of 6,371,008.8 m, rounded to whole metres, half away from zero.</summary>
    public int[] Within(int centre, int metres)
    {
        if (centre < 0)
        {
            return [];
        }

        if (areas[centre] is not { } middle)
        {
            return [centre];
        }

        // One degree of latitude is 111.19 km on this sphere; the margin of 1,000 millionths covers rounding.
        var reach = (int)Math.Min(180_000_000, (metres / 111_195.0 * 1_000_000) + 1_000);
        var found = new List<int>();
        for (var i = FirstNorthOf(middle.LatitudeE6 - reach); i < byLatitude.Length; i++)
        {
            var id = byLatitude[i];
            if (areas[id]!.LatitudeE6 > middle.LatitudeE6 + reach)
            {
                break;
            }

            if (Distance(points[centre], points[id]) <= metres)
            {
                found.Add(id);
            }
        }

        found.Sort();
        return [.. found];
    }

    /// <summary>The distance between two codes in whole metres, or null when the place of one is not known.</summary>
    public int? Distance(int left, int right) => areas[left] is null || areas[right] is null ? null : Distance(points[left], points[right]);

    private static int Distance((double X, double Y, double Z) left, (double X, double Y, double Z) right)
    {
        var (x, y, z) = (left.X - right.X, left.Y - right.Y, left.Z - right.Z);
        var halfChord = Math.Min(1, Math.Sqrt((x * x) + (y * y) + (z * z)) / 2);
        return (int)Math.Round(2 * EarthRadius * Math.Asin(halfChord), MidpointRounding.AwayFromZero);
    }

    private static (double X, double Y, double Z) OnSphere(PostalArea area)
    {
        var (latitude, longitude) = (area.LatitudeE6 / 1e6 * Math.PI / 180, area.LongitudeE6 / 1e6 * Math.PI / 180);
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }

    private int First(Func<string, bool> reached)
    {
        var (low, high) = (0, Codes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = reached(Codes[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private int FirstNorthOf(int latitudeE6)
    {
        var (low, high) = (0, byLatitude.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = areas[byLatitude[middle]]!.LatitudeE6 < latitudeE6 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
