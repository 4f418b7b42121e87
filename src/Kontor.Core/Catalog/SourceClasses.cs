using System.Text.Json.Nodes;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>The kinds of sources as buyers know them: by the class that the operator gave each source, never by its name.</summary>
public static class SourceClasses
{
    /// <summary>The classes that a contract blocks: those of which it blocks every source. In ordinal order.</summary>
    public static IReadOnlyList<string> Blocked(Contract contract, Network network) =>
        [.. ByClass(network).Where(one => one.Value.All(contract.Sources.Block.Contains)).Select(one => one.Key)];

    /// <summary>The classes whose sources a contract all prefers by the same percentage, with it in basis points. In ordinal order.</summary>
    public static IReadOnlyList<KeyValuePair<string, int>> Preferred(Contract contract, Network network) =>
        [.. ByClass(network)
            .Select(one => (one.Key, Points: one.Value.ConvertAll(source => PointsOf(contract, source))))
            .Where(one => one.Points[0] != 0 && one.Points.TrueForAll(points => points == one.Points[0]))
            .Select(one => KeyValuePair.Create(one.Key, one.Points[0]))];

    /// <summary>Writes a buyer's choice into a contract's document. A class that is named applies to every source of it; a class that was chosen as a
    /// whole before and is not named any more is free again; what the operator set for single sources stays.</summary>
    internal static void Set(JsonObject document, JsonNode? choice, Network network, List<FieldProblem> problems)
    {
        var contract = network.Contracts[document["key"]!.GetValue<string>()];
        if (contract.Sources.Allow.Length > 0)
        {
            problems.Add(new FieldProblem("sources", "not_allowed", "The operator has fixed which sources this contract takes."));
            return;
        }

        if (choice is not JsonObject wanted)
        {
            problems.Add(new FieldProblem("sources", "wrong_type", "Must be an object."));
            return;
        }

        var shape = new ShapeReader(wanted, "sources", problems);
        var sources = document["sources"] as JsonObject ?? [];
        document["sources"] = sources;
        if (shape.Has("block"))
        {
            Block(sources, shape.Words("block"), contract, network, problems);
        }

        if (shape.Object("prefer") is { } prefer)
        {
            Prefer(sources, prefer, contract, network);
        }

        shape.Close();
    }

    private static void Block(JsonObject sources, List<string> wanted, Contract contract, Network network, List<FieldProblem> problems)
    {
        var classes = ByClass(network);
        problems.AddRange(wanted.Where(name => !classes.ContainsKey(name)).Select(_ => Unknown("sources.block")));
        var free = Blocked(contract, network).Except(wanted).SelectMany(name => classes[name]).ToHashSet();
        var block = contract.Sources.Block.Where(source => !free.Contains(source))
            .Union(wanted.SelectMany(name => classes.GetValueOrDefault(name) ?? [])).Order(StringComparer.Ordinal);
        sources["block"] = new JsonArray([.. block.Select(source => (JsonNode)source)]);
    }

    private static void Prefer(JsonObject sources, ShapeReader wanted, Contract contract, Network network)
    {
        var classes = ByClass(network);
        var prefer = contract.Sources.Prefer.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
        foreach (var source in Preferred(contract, network).SelectMany(one => classes[one.Key]))
        {
            prefer.Remove(source);
        }

        foreach (var (name, _) in wanted.Entries())
        {
            if (!classes.TryGetValue(name, out var members))
            {
                wanted.Problem(name, "unknown_reference", "There is no such kind of source.");
            }
            else if (ReadAdjust.By(wanted, name) is { } points)
            {
                members.ForEach(source => prefer[source] = points);
            }
        }

        sources["prefer"] = new JsonObject(prefer.Where(one => one.Value != 0).OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)JsonValue.Create(one.Value / 100m))));
    }

    private static SortedDictionary<string, List<string>> ByClass(Network network)
    {
        var classes = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var source in network.Sources.Values.Where(source => source.Class is not null).OrderBy(source => source.Key, StringComparer.Ordinal))
        {
            if (!classes.TryGetValue(source.Class!, out var members))
            {
                classes[source.Class!] = members = [];
            }

            members.Add(source.Key);
        }

        return classes;
    }

    private static int PointsOf(Contract contract, string source) => contract.Sources.Prefer.FirstOrDefault(one => one.Key == source).Value;

    private static FieldProblem Unknown(string field) => new(field, "unknown_reference", "There is no such kind of source.");
}
