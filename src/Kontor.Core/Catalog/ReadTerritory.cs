using Kontor.Core.Intake;
using Kontor.Core.Matching;

namespace Kontor.Core.Catalog;

/// <summary>Reads where a contract buys.</summary>
internal static class ReadTerritory
{
    private const decimal MetresPerKilometre = 1_000m;
    private const decimal MetresPerMile = 1_609.344m;

    /// <summary>The territory. Postal codes are checked against the form of the country's codes, and the centre of a radius against the known
    /// ones where <paramref name="geography"/> knows the country.</summary>
    public static Territory Read(ShapeReader shape, string? country, PostalGeography? geography)
    {
        var codes = shape.Words("postal_codes");
        for (var i = 0; country is not null && i < codes.Count; i++)
        {
            if (!IsPattern(codes[i], country))
            {
                shape.Problem(
                    $"postal_codes[{i}]", "invalid_postal_code", $"Is no postal code, range (first-last) or prefix (24*) of {country}.");
            }
        }

        var states = ReadStates(shape, country);
        var radius = shape.Object("radius") is { } circle ? ReadRadius(circle, country, geography) : null;
        var exclusive = shape.Flag("exclusive");
        if (codes.Count == 0 && states.Count == 0 && !shape.Has("radius"))
        {
            shape.Problem("postal_codes", "required", "A territory names postal codes, states or a radius.");
        }

        shape.Close();
        return new Territory
        {
            PostalCodes = [.. codes],
            Radius = radius,
            States = [.. states],
            Exclusive = exclusive,
        };
    }

    private static List<string> ReadStates(ShapeReader shape, string? country)
    {
        var written = shape.Words("states");
        var states = new List<string>();
        for (var i = 0; country is not null && i < written.Count; i++)
        {
            var reading = States.State(written[i], country);
            if (reading.IsProblem)
            {
                shape.Problem($"states[{i}]", "invalid_state", $"Must be the code of a state of {country}.");
            }
            else if (states.Contains(reading.Value.Text!))
            {
                shape.Problem($"states[{i}]", "duplicate", "Is listed twice.");
            }
            else
            {
                states.Add(reading.Value.Text!);
            }
        }

        return states;
    }

    private static bool IsPattern(string text, string country) => PostalPattern.TryParse(text) is { } pattern
        ? PostalCodes.MayBegin(pattern.Low, country)
            && (pattern.High is not { } high || (PostalCodes.MayBegin(high, country) && string.CompareOrdinal(pattern.Low, high) <= 0))
        : IsCode(text, country);

    // Where a country's open postal data stop at districts, a district may stand for its codes.
    private static bool IsCode(string text, string country) =>
        !PostalCodes.PostalCode(PostedValue.OfText(text), country).IsProblem
        || (country is "GB" or "CA" or "IE" or "NL" or "MT" && PostalText.Compact(text).Length >= 2 && PostalCodes.MayBegin(text, country));

    private static Radius? ReadRadius(ShapeReader shape, string? country, PostalGeography? geography)
    {
        var centre = shape.Word("postal_code", required: true);
        if (centre is not null && country is not null)
        {
            CheckCentre(shape, centre, country, geography);
        }

        var inKilometres = shape.Has("km");
        var inMiles = shape.Has("miles");
        var distance = shape.Number(inMiles ? "miles" : "km");
        if (inKilometres == inMiles)
        {
            shape.Problem(inMiles ? "miles" : "km", inMiles ? "unexpected" : "required", "A radius has a distance in either km or miles.");
        }

        shape.Close();
        if (distance is not { } length)
        {
            return null;
        }

        if (length is <= 0 or > 20_000)
        {
            shape.Problem(inMiles ? "miles" : "km", "out_of_range", "Must be more than zero and at most 20000.");
            return null;
        }

        var metres = (int)decimal.Round(length * (inMiles ? MetresPerMile : MetresPerKilometre), MidpointRounding.AwayFromZero);
        return centre is null ? null : new Radius(centre, metres);
    }

    private static void CheckCentre(ShapeReader shape, string centre, string country, PostalGeography? geography)
    {
        var compact = PostalText.Compact(centre);
        if (PostalPattern.TryParse(centre) is not null || !IsCode(centre, country))
        {
            shape.Problem("postal_code", "invalid_postal_code", $"Is no postal code of {country}.");
        }
        else if (geography is not null && geography.Countries.ContainsKey(country)
            && PostalUniverse.Of(geography, country, []) is var known && known.IdOf(compact) < 0
            && (PostalText.District(country, compact) is not { } district || known.IdOf(district) < 0))
        {
            shape.Problem("postal_code", "unknown_postal_code", $"The postal data of {country} have no such code.");
        }
    }
}
