using System.Collections.Frozen;

namespace Kontor.Core;

/// <summary>One postal code of a country.</summary>
/// <param name="Code">In the country's normal form.</param>
/// <param name="State">Code of the first-level area, or null.</param>
/// <param name="LatitudeE6">Degrees times 1,000,000, north positive.</param>
/// <param name="LongitudeE6">Degrees times 1,000,000, east positive.</param>
public sealed record PostalArea(string Code, string? State, int LatitudeE6, int LongitudeE6);

/// <summary>The postal codes Kontor knows, by country. A fact handed to matching, never looked up by it.</summary>
public sealed record PostalGeography(FrozenDictionary<string, FrozenDictionary<string, PostalArea>> Countries)
{
    /// <summary>Nothing known.</summary>
    public static PostalGeography Empty { get; } = new(FrozenDictionary<string, FrozenDictionary<string, PostalArea>>.Empty);

    /// <summary>The area of a code in normal form, or null.</summary>
    public PostalArea? Find(string country, string code) =>
        Countries.TryGetValue(country, out var codes) && codes.TryGetValue(code, out var area) ? area : null;
}
