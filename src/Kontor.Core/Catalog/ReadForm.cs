using System.Collections.Frozen;

namespace Kontor.Core.Catalog;

/// <summary>Reads a source's web form: <c>form: {campaign, title, text, consent: {text, version, purposes}, thanks, labels, allowed_origins}</c>.</summary>
internal static class ReadForm
{
    private const int LongestText = 4_000;

    /// <summary>The form.</summary>
    public static HostedForm Read(string source, ShapeReader shape, CatalogReferences references)
    {
        var campaign = references.Key(shape, "campaign", CatalogKind.Campaigns, required: true);
        var form = new HostedForm
        {
            Campaign = campaign,
            Title = shape.Text("title") ?? source,
            Text = shape.Text("text", longest: LongestText),
            Consent = shape.Object("consent") is { } consent ? ReadConsent(consent) : null,
            Thanks = shape.Text("thanks", longest: LongestText),
            Labels = shape.Object("labels") is { } labels ? ReadLabels(labels, VerticalOf(campaign, references)) : FrozenDictionary<string, string>.Empty,
            AllowedOrigins = [.. ReadOrigins(shape)],
        };
        shape.Close();
        return form;
    }

    private static Vertical? VerticalOf(string campaign, CatalogReferences references) =>
        references.Campaigns.GetValueOrDefault(campaign) is { } known ? references.Verticals.GetValueOrDefault(known.Vertical) : null;

    private static FormConsent ReadConsent(ShapeReader shape)
    {
        var text = shape.Text("text", required: true, longest: LongestText);
        var version = shape.Word("version", required: true, longest: 100);
        var purposes = shape.Words("purposes");
        shape.Close();
        return new FormConsent(text ?? string.Empty, version ?? string.Empty, [.. purposes]);
    }

    private static FrozenDictionary<string, string> ReadLabels(ShapeReader shape, Vertical? vertical)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, _) in shape.Entries())
        {
            if (vertical is not null && !IsShown(name, vertical))
            {
                shape.Problem(name, "unknown_field", "Must be a field of the campaign's vertical, or one of its options as field.option.");
            }
            else if (shape.Text(name, required: true) is { } text)
            {
                labels[name] = text;
            }
        }

        return labels.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static bool IsShown(string name, Vertical vertical)
    {
        var at = name.IndexOf('.', StringComparison.Ordinal);
        var field = vertical.IndexOf(at < 0 ? name : name[..at]);
        return field >= 0 && (at < 0 || vertical.Fields[field].Options.Contains(name[(at + 1)..]));
    }

    // An origin goes into a header that browsers read, so nothing but an origin may stand in it.
    private static IEnumerable<string> ReadOrigins(ShapeReader shape)
    {
        var origins = shape.Words("allowed_origins");
        for (var i = 0; i < origins.Count; i++)
        {
            if (OriginOf(origins[i]) is { } origin)
            {
                yield return origin;
            }
            else
            {
                shape.Problem($"allowed_origins[{i}]", "invalid_origin", "Must be an origin such as https://www.example.org, without a path.");
            }
        }
    }

    private static string? OriginOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.PathAndQuery == "/" && url.Fragment.Length == 0
            && url.IdnHost.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? string.Empty : $":{url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}")}"
            : null;
}
