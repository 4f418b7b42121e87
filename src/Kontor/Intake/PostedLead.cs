using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>A post as it came in, before anybody knows its vertical: the reserved keys by type, everything else by key.</summary>
internal sealed partial class PostedLead
{
    private const int IndexedFrom = 24;
    private const int ShownKeyLength = 60;

    private readonly List<KeyValuePair<string, PostedValue>> fields;
    private readonly Dictionary<string, PostedValue>? index;

    private PostedLead(ReservedKeys reserved, List<KeyValuePair<string, PostedValue>> posted, string original, byte[] contentHash)
    {
        Reserved = reserved;
        fields = posted;
        index = fields.Count < IndexedFrom ? null : fields.ToDictionary(field => field.Key, field => field.Value);
        Original = original;
        ContentHash = contentHash;
    }

    /// <summary>The keys that mean the same in every vertical.</summary>
    public ReservedKeys Reserved { get; }

    /// <summary>Key of the campaign, or null.</summary>
    public string? Campaign => Reserved.Campaign;

    /// <summary>The supplier's own id of the lead, 1 to 200 characters, or null.</summary>
    public string? ExternalId => Reserved.ExternalId;

    /// <summary>The ping this post answers, or null.</summary>
    public string? PingId => Reserved.PingId;

    /// <summary>Which bids of that ping it takes up; empty takes all.</summary>
    public ImmutableArray<string> BidIds => Reserved.BidIds;

    /// <summary>Whether the supplier marked it as a test.</summary>
    public bool Test => Reserved.Test;

    /// <summary>The source's sub-channel, or null.</summary>
    public string? SubId => Reserved.SubId;

    /// <summary>The consent block as JSON text, as given, or null.</summary>
    public string? Consent => Reserved.Consent;

    /// <summary>Where a later answer goes, an absolute http or https address, or null.</summary>
    public string? CallbackUrl => Reserved.CallbackUrl;

    /// <summary>All other keys in the order in which they first came; of a key that came twice in JSON the last value.</summary>
    public IReadOnlyList<KeyValuePair<string, PostedValue>> Fields => fields;

    /// <summary>The posted object as compact JSON text that PostgreSQL takes as <c>json</c> and <c>jsonb</c>.</summary>
    public string Original { get; }

    /// <summary>16 bytes of SHA-256 over all keys and values as posted; neither the order of keys nor white space plays a part.</summary>
    public byte[] ContentHash { get; }

    /// <summary>The value posted under a key; nothing when there is none.</summary>
    public PostedValue Find(string key)
    {
        if (index is not null)
            return index.GetValueOrDefault(key);
        foreach (var field in fields)
        {
            if (field.Key == key)
                return field.Value;
        }

        return default;
    }

    /// <summary>A warning for every posted key that is neither reserved nor a field of the vertical, so that a typing error shows, and for
    /// every value that was dropped because it could not be read.</summary>
    public IReadOnlyList<string> Warnings(Vertical vertical, ImmutableArray<FieldProblem> dropped)
    {
        List<string>? warnings = null;
        foreach (var field in fields)
        {
            if (vertical.IndexOf(field.Key) < 0)
                (warnings ??= []).Add($"unknown_field: {Shown(field.Key)}");
        }

        foreach (var problem in dropped)
            (warnings ??= []).Add($"dropped_field: {problem.Field} ({problem.Code})");
        return warnings ?? (IReadOnlyList<string>)[];
    }

    /// <summary>A key that may be anything, in a form that can be printed.</summary>
    internal static string Shown(string key)
    {
        Span<char> shown = stackalloc char[Math.Min(key.Length, ShownKeyLength)];
        for (var i = 0; i < shown.Length; i++)
            shown[i] = char.IsControl(key[i]) || char.IsSurrogate(key[i]) ? '?' : key[i];
        return new string(shown);
    }
}
