using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>What can only be wrong between entries that are each right.</summary>
internal static class NetworkProblems
{
    /// <summary>Contracts that hold overlapping territory exclusively on one campaign at the same time. Only pairs with a changed contract are
    /// looked at, and the problem stands there, where the operator edits.</summary>
    public static IEnumerable<FieldProblem> Find(Network network, IReadOnlyList<CatalogDocument> contracts, PostalGeography geography)
    {
        var campaigns = contracts
            .Select(document => (Document: document, Contract: network.Contracts[document.Key]))
            .Where(one => one.Contract.Territory is { Exclusive: true } && network.Campaigns.ContainsKey(one.Contract.Campaign))
            .Select(one => new TerritoryHolder(one.Contract, one.Document.Path, one.Document.Changed))
            .GroupBy(holder => holder.Contract.Campaign, StringComparer.Ordinal);
        foreach (var campaign in campaigns.Where(holders => holders.Any(holder => holder.Changed)))
        {
            List<TerritoryHolder> holders = [.. campaign.OrderByDescending(holder => holder.Changed)];
            var overlaps = new ExclusiveTerritories(holders, network.Campaigns[campaign.Key].Country, geography);
            foreach (var (here, other, where) in overlaps.Find())
            {
                var path = here.Path.Length == 0 ? "territory" : $"{here.Path}.territory";
                yield return new FieldProblem(
                    path, "overlapping_territory", $"Contract '{other.Contract.Key}' holds {where} exclusively on the same campaign.");
            }
        }
    }
}
