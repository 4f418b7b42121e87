using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>What can only be wrong between entries that are each right.</summary>
internal static class NetworkProblems
{
    /// <summary>Contracts that hold overlapping territory exclusively on one campaign at the same time. Reported at a changed contract where
    /// there is one, so that the operator sees it where he edits.</summary>
    public static IEnumerable<FieldProblem> Find(Network network, IEnumerable<CatalogDocument> contracts)
    {
        var holders = contracts
            .Select(document => (Document: document, Contract: network.Contracts.GetValueOrDefault(document.Key)))
            .Where(one => one.Contract?.Territory is { Exclusive: true } && network.Campaigns.ContainsKey(one.Contract.Campaign))
            .GroupBy(one => one.Contract!.Campaign, StringComparer.Ordinal);
        foreach (var campaign in holders)
        {
            var country = network.Campaigns[campaign.Key].Country;
            var held = campaign.Select(one => new Held(one.Document, one.Contract!, PatternsOf(one.Contract!, country)))
                .OrderByDescending(one => one.Document.Changed).ThenBy(one => one.Contract.Key, StringComparer.Ordinal).ToList();
            for (var i = 0; i < held.Count; i++)
            {
                for (var j = i + 1; j < held.Count; j++)
                {
                    if (Overlap(held[i], held[j]) is { } where)
                    {
                        yield return Problem(held[i], held[j], where);
                    }
                }
            }
        }
    }

    private static FieldProblem Problem(Held here, Held other, string where)
    {
        var path = here.Document.Path.Length == 0 ? "territory" : $"{here.Document.Path}.territory";
        return new FieldProblem(
            path, "overlapping_territory", $"Contract '{other.Contract.Key}' holds {where} exclusively on the same campaign.");
    }

    private static string? Overlap(Held left, Held right)
    {
        var (one, two) = (left.Contract, right.Contract);
        if (one.ValidUntil < two.ValidFrom || two.ValidUntil < one.ValidFrom)
        {
            return null;
        }

        var (here, there) = (one.Territory!, two.Territory!);
        if (here.States.FirstOrDefault(there.States.Contains) is { } state)
        {
            return $"state {state}";
        }

        foreach (var (text, pattern) in left.Patterns)
        {
            if (right.Patterns.Exists(other => pattern.Overlaps(other.Pattern)))
            {
                return $"postal code {text}";
            }
        }

        return null;
    }

    // The centre of a radius belongs to it whatever the distances are.
    private static List<(string Text, PostalPattern Pattern)> PatternsOf(Contract contract, string country)
    {
        var texts = contract.Territory!.PostalCodes.AsEnumerable();
        if (contract.Territory.Radius is { } radius)
        {
            texts = texts.Append(radius.PostalCode);
        }

        return [.. texts.Select(text => (text, PostalPattern.TryParse(text, country)))
            .Where(one => one.Item2 is not null).Select(one => (one.text, one.Item2!.Value))];
    }

    private sealed record Held(CatalogDocument Document, Contract Contract, List<(string Text, PostalPattern Pattern)> Patterns);
}
