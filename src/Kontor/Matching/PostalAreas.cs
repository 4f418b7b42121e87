using System.Collections.Frozen;
using Kontor.Core;
using Npgsql;

namespace Kontor.Matching;

/// <summary>The postal codes of this installation: those of the USA that the build embeds, and those that were imported.</summary>
public sealed class PostalAreas(NpgsqlDataSource database)
{
    private const string Resource = "data/postal-US.txt";
    private volatile PostalGeography current = PostalGeography.Empty;

    /// <summary>What was loaded last; empty before <see cref="LoadAsync"/>.</summary>
    public PostalGeography Current => current;

    /// <summary>Loads everything. An imported code replaces the embedded one.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var countries = new Dictionary<string, Dictionary<string, PostalArea>>(StringComparer.Ordinal) { ["US"] = await EmbeddedAsync(cancel) };
        foreach (var (country, area) in await PostalAreasSql.ReadAsync(database, cancel))
        {
            if (!countries.TryGetValue(country, out var areas))
            {
                countries.Add(country, areas = new Dictionary<string, PostalArea>(StringComparer.Ordinal));
            }

            areas[area.Code] = area;
        }

        current = new PostalGeography(countries.ToFrozenDictionary(
            country => country.Key, country => country.Value.ToFrozenDictionary(StringComparer.Ordinal), StringComparer.Ordinal));
    }

    private static async Task<Dictionary<string, PostalArea>> EmbeddedAsync(CancellationToken cancel)
    {
        await using var stream = typeof(PostalAreas).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build did not embed {Resource}.");
        var list = await PostalList.ReadAsync(stream, cancel);
        return list.Areas().ToDictionary(area => area.Area.Code, area => area.Area, StringComparer.Ordinal);
    }
}
