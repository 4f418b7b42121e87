using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>What reading a catalog gave.</summary>
/// <param name="Network">The network, or null when there are problems.</param>
/// <param name="Problems">Every problem, each at its path, in the order of the documents by kind.</param>
public sealed record NetworkReading(Network? Network, ImmutableArray<FieldProblem> Problems);

/// <summary>Reads the documents of a whole catalog into a network: the one reader behind PUT, apply, loading and replay.</summary>
public static class NetworkReader
{
    /// <summary>Reads every document and checks the whole: shapes, references between entries, money in the right currency, filters and
    /// territories that make sense, exclusive territories that do not overlap. Never throws for what an operator wrote.</summary>
    /// <param name="version">The rules version the network gets.</param>
    /// <param name="documents">Every live entry; a kind and key occur once.</param>
    /// <param name="geography">The known postal codes, for changed entries only.</param>
    public static NetworkReading Read(long version, IReadOnlyCollection<CatalogDocument> documents, PostalGeography geography)
    {
        var problems = new List<FieldProblem>();
        var byKind = documents.OrderBy(one => one.Kind).ThenBy(one => one.Key, StringComparer.Ordinal).ToLookup(one => one.Kind);
        var references = new CatalogReferences(CatalogKinds.All.ToFrozenDictionary(
            kind => kind, kind => byKind[kind].Select(document => document.Key).ToFrozenSet()));

        foreach (var document in byKind[CatalogKind.Verticals])
        {
            references.Verticals[document.Key] = ReadVertical.Read(document.Key, Shape(document));
        }

        foreach (var document in byKind[CatalogKind.Campaigns])
        {
            if (ReadCampaign.Read(document.Key, Shape(document), references) is { } campaign)
            {
                references.Campaigns[document.Key] = campaign;
                references.CampaignCurrencies.Add(campaign.Currency);
            }
        }

        foreach (var document in byKind[CatalogKind.Buyers])
        {
            references.Buyers[document.Key] = ReadParties.ReadBuyer(document.Key, Shape(document));
        }

        var suppliers = Each(CatalogKind.Suppliers, (key, shape, _) => ReadParties.ReadSupplier(key, shape));
        var sources = Each(CatalogKind.Sources, (key, shape, _) => ReadParties.ReadSource(key, shape, references));
        var contracts = Each(CatalogKind.Contracts, (key, shape, known) => ReadContract.Read(key, shape, references, known));
        var network = new Network
        {
            Version = version,
            Verticals = references.Verticals.ToFrozenDictionary(),
            Suppliers = suppliers.ToFrozenDictionary(),
            Sources = sources.ToFrozenDictionary(),
            Buyers = references.Buyers.ToFrozenDictionary(),
            Campaigns = references.Campaigns.ToFrozenDictionary(),
            Contracts = contracts.ToFrozenDictionary(),
        };
        problems.AddRange(NetworkProblems.Find(network, [.. byKind[CatalogKind.Contracts]], geography));
        return new NetworkReading(problems.Count == 0 ? network : null, [.. problems]);

        Dictionary<string, T> Each<T>(CatalogKind kind, Func<string, ShapeReader, PostalGeography?, T> read) =>
            byKind[kind].ToDictionary(
                document => document.Key, document => read(document.Key, Shape(document), document.Changed ? geography : null));

        ShapeReader Shape(CatalogDocument document)
        {
            var shape = new ShapeReader(document.Json, document.Path, problems);
            CheckKey(document, shape);
            return shape;
        }
    }

    private static void CheckKey(CatalogDocument document, ShapeReader shape)
    {
        var written = shape.Word("key");
        if (!CatalogKeys.IsKey(document.Key))
        {
            shape.Problem("key", "invalid_key", "Must be lower-case letters, digits, hyphens and underscores, beginning with a letter or digit, at most 63.");
        }
        else if (written is not null && written != document.Key)
        {
            shape.Problem("key", "key_mismatch", "Differs from the key in the address.");
        }
    }
}
