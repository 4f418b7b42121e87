using System.Collections.Frozen;

namespace Kontor.Core.Catalog;

/// <summary>The posting formats of other systems that a source may keep to.</summary>
public enum DialectType
{
    /// <summary>Posts as Lead Prosper takes them.</summary>
    LeadProsper,

    /// <summary>Posts as boberdoo takes them.</summary>
    Boberdoo,

    /// <summary>Posts as LeadsPedia takes them.</summary>
    Leadspedia,
}

/// <summary>How the posts of a source that speaks another system's format are understood.</summary>
/// <param name="Type">The format. A source may post only at the addresses of its own.</param>
/// <param name="Campaigns">Their campaign ids to the keys of our campaigns.</param>
/// <param name="Fields">Their field names, in whatever case, to ours: fields of the verticals, <c>external_id</c>, <c>sub_id</c>,
/// <c>callback_url</c> and members of the consent (<c>consent.url</c>). A field that is not named keeps its name.</param>
/// <param name="Choices">For our choice fields: their answers, in whatever case, to our options. An answer that is not named stays.</param>
public sealed record SourceDialect(
    DialectType Type,
    FrozenDictionary<string, string> Campaigns,
    FrozenDictionary<string, string> Fields,
    FrozenDictionary<string, FrozenDictionary<string, string>> Choices)
{
    private static readonly FrozenDictionary<DialectType, FrozenSet<string>> Own = new Dictionary<DialectType, FrozenSet<string>>
    {
        [DialectType.LeadProsper] = Set("lp_campaign_id", "lp_supplier_id", "lp_key", "lp_action", "lp_ping_id"),
        [DialectType.Boberdoo] = Set("Key", "API_Action", "Mode", "TYPE", "Format", "Test_Lead", "Lead_ID"),
        [DialectType.Leadspedia] = Set("lp_campaign_id", "lp_campaign_key", "lp_test", "lp_response", "lp_ping_id"),
    }.ToFrozenDictionary();

    /// <summary>The names that steer a post of a format and are never fields of a lead; the key is among them. In whatever case.</summary>
    public static FrozenSet<string> OwnNames(DialectType type) => Own[type];

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
