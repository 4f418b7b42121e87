using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary>What an edit of the catalog leaves in the record of changes: an entry for each thing that changed, with the members that differ.</summary>
internal static class CatalogAudit
{
    /// <summary>The entries of an edit.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="made">The version that the edit makes, and when.</param>
    /// <param name="all">Every entry of the edit with its difference.</param>
    /// <param name="before">The live entries before.</param>
    public static List<AuditEntry> Of(
        Actor actor,
        (long Version, DateTimeOffset At) made,
        IEnumerable<(EntryEdit Entry, EntryDifference Difference)> all,
        Dictionary<(CatalogKind, string), StoredEntry> before)
    {
        var changed = all.Where(one => one.Difference.Change != EntryChange.Unchanged);
        return [.. changed.Select(one =>
        {
            var stored = before.GetValueOrDefault((one.Entry.Kind, one.Entry.Key));
            return new AuditEntry(
                actor,
                made.At,
                CatalogNames.Of(one.Difference.Change),
                (one.Entry.Kind.Name(), one.Entry.Key),
                one.Difference.Change == EntryChange.Updated ? (Of(stored!.Json, one.Difference), Of(one.Entry.Json!, one.Difference)) : (stored?.Json, one.Entry.Json))
            {
                RulesVersion = made.Version,
            };
        })];
    }

    private static JsonObject Of(JsonObject document, EntryDifference difference) =>
        new(difference.Fields.Where(document.ContainsKey).Select(name => KeyValuePair.Create(name, document[name]?.DeepClone())));
}
