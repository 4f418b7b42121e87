using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells why a lead was offered again.</summary>
public static class ExplainOffer
{
    /// <summary>The reason in words; null for the first offer of a lead.</summary>
    /// <param name="terms">The terms at the decision's rules version.</param>
    /// <param name="facts">The facts stored with the decision.</param>
    public static string? Why(SaleTerms terms, SaleFacts facts)
    {
        if (facts.Resale is not { } index || index >= terms.Resales.Length)
        {
            return null;
        }

        var (resale, path) = (terms.Main.Plan.Resale[index], terms.Resales[index].Path);
        return resale.If switch
        {
            ResaleTrigger.Unsold => $"Offered again by {path}, {Duration.Text(resale.After)} after the lead came in, because nobody had it.",
            ResaleTrigger.NotAccepted =>
                $"Offered again by {path}, {Duration.Text(resale.After)} after the lead came in, because buyers were asked and none accepted it.",
            _ => $"Offered again by {path}, {Duration.Text(resale.After)} after a report of no_deal. {Reporters(facts)}",
        };
    }

    private static string Reporters(SaleFacts facts)
    {
        var contracts = string.Join(" and ", facts.Live.Where(sale => sale.NoDeal).Select(sale => sale.Contract));
        return $"The buyer of {contracts} reported that it came to nothing, which ended the promise of that sale; he still counts as one who has the lead.";
    }
}
