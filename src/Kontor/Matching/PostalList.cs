using Kontor.Core.Matching;

namespace Kontor.Matching;

/// <summary>A list of postal codes as read, with what is wrong with it.</summary>
internal sealed class PostalList
{
    private const int Examples = 5;
    private readonly Dictionary<(string Country, string Code), List<PostalSample>> places = [];
    private readonly SortedDictionary<string, int> codesOfCountry = new(StringComparer.Ordinal);
    private int unreadable;
    private int unplaced;
    private int stateless;

    private PostalList()
    {
    }

    /// <summary>How many lines it had.</summary>
    public int Lines { get; private set; }

    /// <summary>How many codes each country has in it.</summary>
    public IReadOnlyDictionary<string, int> CodesOfCountry => codesOfCountry;

    /// <summary>Reads a list to its end; keeps numbers, not lines.</summary>
    public static async Task<PostalList> ReadAsync(Stream file, CancellationToken cancel)
    {
        var list = new PostalList();
        await foreach (var line in GeoNamesFile.ReadAsync(file, cancel))
        {
            list.Add(line);
        }

        return list;
    }

    /// <summary>One area for each code that has a place.</summary>
    public IEnumerable<CountryArea> Areas() => places.Select(place => new CountryArea(place.Key.Country, PostalCentre.Of(place.Key.Code, place.Value)));

    /// <summary>What an operator should know about the list, one sentence each.</summary>
    public IEnumerable<string> Warnings()
    {
        if (unreadable > 0)
        {
            yield return $"{unreadable} lines have no country or postal code and were passed over.";
        }

        if (unplaced > 0)
        {
            yield return $"{unplaced} lines have no usable coordinates and were passed over.";
        }

        if (stateless > 0)
        {
            yield return $"{stateless} lines name a state that is not known; their codes may have no state.";
        }

        foreach (var warning in Several(PostalCentre.IsSpread, "codes have places far apart; the largest group of neighbouring places was taken"))
        {
            yield return warning;
        }

        foreach (var warning in Several(
            samples => samples.Where(sample => sample.State is not null).DistinctBy(sample => sample.State).Skip(1).Any(),
            "codes lie in more than one state; the one most of their neighbouring places name was taken"))
        {
            yield return warning;
        }
    }

    private IEnumerable<string> Several(Predicate<List<PostalSample>> suspicious, string text)
    {
        var codes = places.Where(place => suspicious(place.Value)).Select(place => $"{place.Key.Country} {place.Key.Code}").Order(StringComparer.Ordinal).ToList();
        if (codes.Count > 0)
        {
            yield return $"{codes.Count} {text} ({string.Join(", ", codes.Take(Examples))}{(codes.Count > Examples ? ", ..." : string.Empty)}).";
        }
    }

    private void Add(in GeoNamesLine line)
    {
        Lines++;
        if (line.Code is null)
        {
            unreadable++;
            return;
        }

        stateless += line.StateUnknown ? 1 : 0;
        if (line.Place is not { } place)
        {
            unplaced++;
            return;
        }

        if (!places.TryGetValue((line.Country, line.Code), out var samples))
        {
            places.Add((line.Country, line.Code), samples = []);
            codesOfCountry[line.Country] = codesOfCountry.GetValueOrDefault(line.Country) + 1;
        }

        samples.Add(place);
    }
}
