using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>Reads the numbering plans that the build embeds: <c>metadata.max.json</c> of libphonenumber-js, format 4. Every plan is an array
/// whose places have fixed meanings; a trailing part may be absent, and 0 stands for nothing.</summary>
internal static class PhonePlansFile
{
    private const string Resource = "data/phones.json";
    private const int Format = 4;
    private const string NoCountry = "001";

    private static class Place
    {
        public const int CallingCode = 0;
        public const int ExitPrefix = 1;
        public const int Pattern = 2;
        public const int Lengths = 3;
        public const int NationalPrefix = 5;
        public const int NationalPrefixForParsing = 7;
        public const int Transform = 8;
        public const int LeadingDigits = 10;
        public const int Kinds = 11;
    }

    /// <summary>The plans of all countries and of the codes that belong to none.</summary>
    /// <exception cref="InvalidOperationException">The build embedded no plans or plans in another format.</exception>
    public static PhonePlans Load()
    {
        using var stream = typeof(PhonePlansFile).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build did not embed {Resource}.");
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        if (root.GetProperty("version").GetInt32() != Format)
            throw new InvalidOperationException($"{Resource} is not in format {Format}.");

        var plans = new List<PhonePlan>();
        var countries = root.GetProperty("countries");
        foreach (var code in root.GetProperty("country_calling_codes").EnumerateObject())
        {
            foreach (var country in code.Value.EnumerateArray())
                plans.Add(Read(country.GetString()!, countries.GetProperty(country.GetString()!)));
        }

        foreach (var code in root.GetProperty("nonGeographic").EnumerateObject())
            plans.Add(Read(NoCountry, code.Value));
        return new PhonePlans(plans);
    }

    private static PhonePlan Read(string country, JsonElement plan) => new(new PhonePlanParts
    {
        Country = country,
        CallingCode = Text(plan, Place.CallingCode)!,
        Pattern = Text(plan, Place.Pattern)!,
        Lengths = [.. plan[Place.Lengths].EnumerateArray().Select(length => length.GetInt32())],
        ExitPrefix = Text(plan, Place.ExitPrefix),
        NationalPrefix = Text(plan, Place.NationalPrefixForParsing) ?? Text(plan, Place.NationalPrefix),
        Transform = Text(plan, Place.Transform),
        LeadingDigits = Text(plan, Place.LeadingDigits),
        Kinds = Kinds(plan),
    });

    private static ImmutableArray<string> Kinds(JsonElement plan)
    {
        if (plan.GetArrayLength() <= Place.Kinds || plan[Place.Kinds].ValueKind != JsonValueKind.Array)
            return [];
        return [.. plan[Place.Kinds].EnumerateArray()
            .Where(kind => kind.ValueKind == JsonValueKind.Array)
            .Select(kind => kind[0].GetString()!)
            .Where(pattern => pattern.Length > 0)];
    }

    private static string? Text(JsonElement plan, int place) => plan.GetArrayLength() <= place
        ? null
        : plan[place].ValueKind switch
        {
            JsonValueKind.String => plan[place].GetString(),
            JsonValueKind.Number when plan[place].GetInt32() != 0 => plan[place].GetInt32().ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
}
