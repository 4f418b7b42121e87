using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads the dialect of a source.</summary>
internal static class ReadDialect
{
    private const int MostEntries = 1_000;
    private const int LongestName = 200;
    private const string Consent = "consent.";
    private static readonly ImmutableArray<string> OfEveryPost = ["external_id", "sub_id", "callback_url"];

    /// <summary>The dialect; null when the source has none or its type could not be read. Targets are checked against the verticals of the
    /// campaigns it names, as far as these could be read.</summary>
    public static SourceDialect? Read(ShapeReader source, CatalogReferences references)
    {
        if (source.Object("dialect") is not { } shape)
        {
            return null;
        }

        var type = shape.Name<DialectType>("type", required: true);
        var campaigns = ReadCampaigns(shape, references);
        var fields = KnownFields(campaigns.Values, references);
        var dialect = new SourceDialect(
            type ?? default,
            campaigns.ToFrozenDictionary(StringComparer.Ordinal),
            ReadFields(shape, type, fields).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            ReadChoices(shape, fields));
        shape.Close();
        return type is null ? null : dialect;
    }

    private static Dictionary<string, string> ReadCampaigns(ShapeReader shape, CatalogReferences references)
    {
        var campaigns = new Dictionary<string, string>(StringComparer.Ordinal);
        if (shape.Object("campaign", required: true) is not { } map)
        {
            return campaigns;
        }

        foreach (var (theirs, ours) in Words(map, StringComparer.Ordinal))
        {
            if (references.Check(map, theirs, ours, CatalogKind.Campaigns))
            {
                campaigns[theirs] = ours;
            }
        }

        if (!map.Entries().Any())
        {
            shape.Problem("campaign", "required", "Name at least one of their campaign ids and the campaign it stands for.");
        }

        return campaigns;
    }

    // Null where a campaign or vertical could not be read, which is reported elsewhere: nothing can be said about fields then.
    private static List<Field>? KnownFields(IEnumerable<string> campaigns, CatalogReferences references)
    {
        var fields = new List<Field>();
        foreach (var key in campaigns)
        {
            if (!references.Campaigns.TryGetValue(key, out var campaign) || !references.Verticals.TryGetValue(campaign.Vertical, out var vertical))
            {
                return null;
            }

            fields.AddRange(vertical.Fields);
        }

        return fields.Count == 0 ? null : fields;
    }

    private static Dictionary<string, string> ReadFields(ShapeReader shape, DialectType? type, List<Field>? known)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (shape.Object("fields") is not { } map)
        {
            return fields;
        }

        foreach (var (theirs, ours) in Words(map, StringComparer.OrdinalIgnoreCase))
        {
            if (type is { } format && SourceDialect.OwnNames(format).Contains(theirs))
            {
                map.Problem(theirs, "reserved_key", "Steers the post in this format and is no field of a lead.");
            }
            else if (!OfEveryPost.Contains(ours) && !IsConsent(ours) && known?.Any(field => field.Key == ours) == false)
            {
                var names = known.Select(field => field.Key).Concat(OfEveryPost);
                map.Problem(theirs, "unknown_field", $"No campaign of this dialect has a field of this name{Nearest.Hint(ours, names)}.");
            }
            else
            {
                fields[theirs] = ours;
            }
        }

        return fields;
    }

    private static FrozenDictionary<string, FrozenDictionary<string, string>> ReadChoices(ShapeReader shape, List<Field>? known)
    {
        var choices = new Dictionary<string, FrozenDictionary<string, string>>();
        if (shape.Object("choices") is not { } map)
        {
            return choices.ToFrozenDictionary();
        }

        foreach (var key in map.Entries().Select(entry => entry.Key).ToList())
        {
            if (map.Object(key) is not { } answers)
            {
                continue;
            }

            var options = known?.Where(field => field.Key == key).SelectMany(field => field.Options).ToHashSet();
            if (options is { Count: 0 })
            {
                var names = known!.Where(field => !field.Options.IsEmpty).Select(field => field.Key);
                map.Problem(key, "unknown_field", $"No campaign of this dialect has a choice of this name{Nearest.Hint(key, names)}.");
                continue;
            }

            choices[key] = Answers(answers, options).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        }

        return choices.ToFrozenDictionary();
    }

    private static Dictionary<string, string> Answers(ShapeReader map, HashSet<string>? options)
    {
        var answers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (theirs, ours) in Words(map, StringComparer.OrdinalIgnoreCase))
        {
            if (options?.Contains(ours) == false)
            {
                map.Problem(theirs, "not_an_option", $"Must be an option of the field{Nearest.Hint(ours, options)}.");
            }
            else
            {
                answers[theirs] = ours;
            }
        }

        return answers;
    }

    // The entries of a map of texts, each name once.
    private static List<(string Theirs, string Ours)> Words(ShapeReader map, StringComparer comparer)
    {
        var seen = new HashSet<string>(comparer);
        var words = new List<(string, string)>();
        foreach (var (name, node) in map.Entries().ToList())
        {
            var theirs = name.Trim();
            if (seen.Count >= MostEntries || theirs.Length is 0 or > LongestName)
            {
                map.Problem(name, "too_long", $"A map has at most {MostEntries} entries, and a name 1 to {LongestName} characters.");
            }
            else if (!seen.Add(theirs))
            {
                map.Problem(name, "duplicate", "Is listed twice.");
            }
            else if (ShapeReader.WordOf(node) is { Length: > 0 and <= LongestName } ours)
            {
                words.Add((theirs, ours));
            }
            else
            {
                map.Problem(name, "wrong_type", "Must be a text.");
            }
        }

        return words;
    }

    private static bool IsConsent(string target) =>
        target.StartsWith(Consent, StringComparison.Ordinal) && CatalogKeys.IsFieldKey(target[Consent.Length..]);
}
