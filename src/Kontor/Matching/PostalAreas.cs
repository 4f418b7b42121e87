using System.Collections.Frozen;
using Kontor.Core;
using Npgsql;

namespace Kontor.Matching;

/// <summary>The postal codes of this installation as they held at each rules version: those of the USA that the build embeds hold from the
/// beginning, and imports change codes from their version on. The newest data stays in memory; of older data the last few that were asked for,
/// so that traces of old leads do not read it each time. Countries that did not change are shared between versions.</summary>
public sealed class PostalAreas(NpgsqlDataSource database) : IDisposable
{
    private const string Resource = "data/postal-US.txt";
    private const string EmbeddedCountry = "US";
    private const int PastKept = 3;
    private readonly SemaphoreSlim loading = new(1, 1);
    private readonly List<Held> known = [];

    /// <summary>The postal data that holds at a rules version.</summary>
    /// <param name="version">A version that was committed.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<PostalGeography> AtAsync(long version, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await AtAsync(connection, version, cancel);
    }

    /// <summary>The same over a connection that the caller has, such as that of a transaction.</summary>
    public async Task<PostalGeography> AtAsync(NpgsqlConnection connection, long version, CancellationToken cancel)
    {
        var since = await PostalAreasSql.VersionsAsync(connection, version, cancel);
        since.TryAdd(EmbeddedCountry, 0);

        // Who waits here has a connection already, and who is inside needs no other: nobody waits in a circle.
        await loading.WaitAsync(cancel);
        try
        {
            var held = known.Find(one => one.HoldsFrom(since));
            if (held is null)
            {
                held = await LoadAsync(connection, since, cancel);
            }
            else
            {
                known.Remove(held);
            }

            Keep(held);
            return held.Geography;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => loading.Dispose();

    /// <summary>The codes of a country at a rules version, read anew.</summary>
    internal static async Task<Dictionary<string, PostalArea>> ReadAsync(
        NpgsqlConnection connection, string country, long version, CancellationToken cancel)
    {
        var areas = country == EmbeddedCountry ? await EmbeddedAsync(cancel) : new Dictionary<string, PostalArea>(StringComparer.Ordinal);
        foreach (var area in await PostalAreasSql.ReadAtAsync(connection, country, version, cancel))
        {
            areas[area.Code] = area;
        }

        return areas;
    }

    private async Task<Held> LoadAsync(NpgsqlConnection connection, Dictionary<string, long> since, CancellationToken cancel)
    {
        var countries = new Dictionary<string, FrozenDictionary<string, PostalArea>>(StringComparer.Ordinal);
        foreach (var (country, version) in since)
        {
            var same = known.Find(one => one.Since.TryGetValue(country, out var other) && other == version);
            countries.Add(country, same is null
                ? (await ReadAsync(connection, country, version, cancel)).ToFrozenDictionary(StringComparer.Ordinal)
                : same.Geography.Countries[country]);
        }

        return new Held(since, new PostalGeography(countries.ToFrozenDictionary(StringComparer.Ordinal)));
    }

    // The last one used stands first. The newest data is in force, so it never goes.
    private void Keep(Held held)
    {
        known.Insert(0, held);
        if (known.Count > 1 + PastKept)
        {
            var newest = known.MaxBy(one => one.Newest);
            known.RemoveAt(known.FindLastIndex(one => one != newest));
        }
    }

    private static async Task<Dictionary<string, PostalArea>> EmbeddedAsync(CancellationToken cancel)
    {
        await using var stream = typeof(PostalAreas).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build did not embed {Resource}.");
        var list = await PostalList.ReadAsync(stream, cancel);
        return list.Areas().ToDictionary(area => area.Area.Code, area => area.Area, StringComparer.Ordinal);
    }

    // Postal data in memory, with the rules version that last changed each country.
    private sealed class Held(Dictionary<string, long> since, PostalGeography geography)
    {
        public Dictionary<string, long> Since => since;

        public PostalGeography Geography => geography;

        public long Newest { get; } = since.Values.Max();

        public bool HoldsFrom(Dictionary<string, long> other) =>
            other.Count == since.Count && other.All(country => since.TryGetValue(country.Key, out var version) && version == country.Value);
    }
}
