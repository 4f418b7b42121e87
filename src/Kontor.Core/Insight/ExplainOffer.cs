using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells why a lead was offered again.</summary>
public static class ExplainOffer
{
    /// <summary>The reason in words; null for the first offer of a lead.</summary>
    /// <param name="terms">The terms at the decision's rules version.</param>
    /// <param name="facts">The facts stored with the decision.</param>
    public static Phrase? Why(SaleTerms terms, SaleFacts facts)
    {
        if (facts.Resale is not { } index || index >= terms.Resales.Length)
        {
            return null;
        }

        var resale = terms.Main.Plan.Resale[index];
        var (path, after) = (Phrase.Value(terms.Resales[index].Path), Phrase.Value(Duration.Text(resale.After)));
        return resale.If switch
        {
            ResaleTrigger.Unsold => Phrase.Of("Offered again by {0}, {1} after the lead came in, because nobody had it.", path, after),
            ResaleTrigger.NotAccepted =>
                Phrase.Of("Offered again by {0}, {1} after the lead came in, because buyers were asked and none accepted it.", path, after),
            _ => Phrase.Of(
                "Offered again by {0}, {1} after a report of no_deal. The buyer of {2} reported that it came to nothing, which ended the promise of that sale; he still counts as one who has the lead.",
                path, after, Reporters(facts)),
        };
    }

    private static Phrase Reporters(SaleFacts facts) =>
        Phrase.Joined("{0} and {1}", facts.Live.Where(sale => sale.NoDeal).Select(sale => Phrase.Value(sale.Contract)));
}
