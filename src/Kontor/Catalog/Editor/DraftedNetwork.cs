using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>The live network with the draft laid over it: what editors choose from and refer to.</summary>
public sealed class DraftedNetwork
{
    private readonly Dictionary<(CatalogKind Kind, string Key), StoredEntry> live;
    private readonly Dictionary<(CatalogKind Kind, string Key), DraftEntry> draft;

    /// <summary>The network of entries and drafts.</summary>
    public DraftedNetwork(IEnumerable<StoredEntry> live, IEnumerable<DraftEntry> draft)
    {
        this.live = live.ToDictionary(entry => (entry.Kind, entry.Key));
        this.draft = draft.ToDictionary(entry => (entry.Kind, entry.Key));
    }

    /// <summary>The changes that wait, in the order of their kind and key.</summary>
    public IReadOnlyList<DraftEntry> Drafts => [.. draft.Values.OrderBy(entry => entry.Kind).ThenBy(entry => entry.Key, StringComparer.Ordinal)];

    /// <summary>Whether nothing is configured and nothing drafted.</summary>
    public bool IsEmpty => live.Count == 0 && draft.Count == 0;

    /// <summary>Reads it.</summary>
    public static async Task<DraftedNetwork> LoadAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        var version = await CatalogSql.CurrentVersionAsync(database, cancel);
        return new DraftedNetwork(await CatalogSql.ReadAtAsync(database, version, cancel), await DraftsSql.AllAsync(database, cancel));
    }

    /// <summary>The live entry, or null.</summary>
    public StoredEntry? Live(CatalogKind kind, string key) => live.GetValueOrDefault((kind, key));

    /// <summary>The change of an entry that waits, or null.</summary>
    public DraftEntry? Draft(CatalogKind kind, string key) => draft.GetValueOrDefault((kind, key));

    /// <summary>The document as it will be; null where there is none.</summary>
    public JsonObject? Document(CatalogKind kind, string key) => draft.TryGetValue((kind, key), out var drafted) ? drafted.Json : Live(kind, key)?.Json;

    /// <summary>The keys of a kind, in order.</summary>
    public IEnumerable<string> Keys(CatalogKind kind) => live.Keys.Concat(draft.Keys).Where(one => one.Kind == kind && Document(kind, one.Key) is not null)
        .Select(one => one.Key).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The name of an entry, or its key where it has none.</summary>
    public string NameOf(CatalogKind kind, string key) => Word(Document(kind, key)?["name"]) is { Length: > 0 } name ? name : key;

    /// <summary>The fields of the vertical that an entry's filters name, as far as they can be told.</summary>
    public IEnumerable<JsonObject> FieldsOf(CatalogKind kind, JsonObject document)
    {
        var campaign = kind == CatalogKind.Contracts ? Document(CatalogKind.Campaigns, Word(document["campaign"])) : kind == CatalogKind.Campaigns ? document : null;
        var vertical = kind == CatalogKind.Verticals ? document : Document(CatalogKind.Verticals, Word(campaign?["vertical"]));
        return (vertical?["fields"] as JsonArray)?.OfType<JsonObject>() ?? [];
    }

    /// <summary>A field of the vertical by its key.</summary>
    public JsonObject? FieldOf(CatalogKind kind, JsonObject document, string key) =>
        FieldsOf(kind, document).FirstOrDefault(field => Word(field["key"]) == key);

    /// <summary>The type of a field of the vertical; null where it is not known.</summary>
    public FieldType? TypeOf(CatalogKind kind, JsonObject document, string key) =>
        FieldOf(kind, document, key) is { } field && Word(field["type"]) is { Length: > 0 } type
            ? Enum.GetValues<FieldType>().Select(one => (FieldType?)one).FirstOrDefault(one => CatalogNames.Of(one!.Value) == type)
            : null;

    /// <summary>The edit that publishes every change that waits.</summary>
    public CatalogEdit Publish(Actor by, bool dryRun, EntryEdit? instead = null) => new()
    {
        Entries =
        [
            .. Drafts.Where(entry => (entry.Kind, entry.Key) != (instead?.Kind, instead?.Key)).Select(entry => new EntryEdit(entry.Kind, entry.Key, entry.Json, $"{entry.Kind.Name()}/{entry.Key}")
            {
                Condition = dryRun ? null : entry.BaseVersion is { } version ? new EntryCondition([version], true, false) : new EntryCondition(null, false, true),
            }),
            .. instead is null ? (EntryEdit[])[] : [instead],
        ],
        Alongside = dryRun ? null : (transaction, cancel) => DraftsSql.TakeAsync(transaction, Drafts, cancel),
        DryRun = dryRun,
        ChangedBy = by,
    };

    /// <summary>Whether the live entry is another than the one a change was made from.</summary>
    public bool IsStale(DraftEntry entry) => Live(entry.Kind, entry.Key)?.Since != entry.BaseVersion;

    private static string Word(JsonNode? node) => node is JsonValue ? node.ToString() : string.Empty;
}
