using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;

namespace Kontor.Core.Tests.Insight;

/// <summary>How plans are said in words.</summary>
public sealed class PlanSentenceTests
{
    [Theory]
    [InlineData("""{"mode":"exclusive","method":"priority","floor":40}""",
        "It goes to one buyer alone: all buyers, in the order of their priority, at least 40 EUR.",
        "Er geht exklusiv an einen Käufer: alle Käufer, nach ihrer Priorität, mindestens 40 EUR.")]
    [InlineData("""{"mode":"shared","max_buyers":3,"tiers":[{"contracts":{"tags":["premium"]},"method":"second_price","floor":25},{"method":"weighted","floor":12.5}],"resale":[{"after":"15m","if":"unsold","plan":{"mode":"shared","max_buyers":2,"contracts":{"tags":["aged"]},"method":"highest_bid"}}]}""",
        "It is shared by at most 3: first the premium buyers, who pays most comes first and pays just more than the next, at least 25 EUR; free places go to all buyers, by their weights, at least 12.50 EUR. Unsold after 15 minutes: it is shared by at most 2: the aged buyers, who pays most comes first.",
        "Er wird geteilt, höchstens 3 Käufer: zuerst die Käufer „premium“, wer am meisten zahlt, zuerst, und knapp mehr als der Nächste bietet, mindestens 25 EUR; freie Plätze gehen an alle Käufer, nach ihren Gewichten, mindestens 12,50 EUR. Nach 15 Minuten unverkauft: er wird geteilt, höchstens 2 Käufer: die Käufer „aged“, wer am meisten zahlt, zuerst.")]
    [InlineData("""{"mode":"exclusive","tiers":[{"contracts":{"tags":["gold","silver"]},"method":"fastest"},{"method":"round_robin"}]}""",
        "It goes to one buyer alone: first the gold or silver buyers, who answers first comes first; if none of them takes it, all buyers, in turn.",
        "Er geht exklusiv an einen Käufer: zuerst die Käufer „gold oder silver“, wer zuerst antwortet, zuerst; nimmt ihn keiner davon, alle Käufer, reihum.")]
    [InlineData("""{"mode":"shared","max_buyers":2,"order":"sequential","upgrade":true,"hold_back":"1h","tiers":[{"method":"priority","then":"stop"},{"method":"highest_bid"}],"max_total_sales":1}""",
        "It is shared by at most 2: first all buyers, in the order of their priority; only if none of them takes it, all buyers, who pays most comes first; each is asked only after the one before has answered; who pays as much for it alone as the others together gets it alone; the first one has it 1 hour before the others. In all a lead is sold at most once.",
        "Er wird geteilt, höchstens 2 Käufer: zuerst alle Käufer, nach ihrer Priorität; nur wenn ihn keiner davon nimmt, alle Käufer, wer am meisten zahlt, zuerst; jeder wird erst gefragt, wenn der vorige geantwortet hat; wer allein so viel zahlt wie die anderen zusammen, bekommt ihn allein; der erste hat ihn 1 Stunde vor den anderen. Insgesamt wird ein Lead höchstens einmal verkauft.")]
    [InlineData("""{"mode":"exclusive","method":"weighted","share":"absolute","split":[{"when":{"all":[{"field":"bill","op":"gte","value":300},{"not":{"field":"roof","op":"in","value":["tenant"]}}]},"plan":{"mode":"best_revenue","max_buyers":3,"method":"highest_bid"}}],"resale":[{"after":"2d","if":"no_deal","plan":{"mode":"shared","max_buyers":2,"method":"priority"}}]}""",
        "It goes to one buyer alone: all buyers, by their weights, counted over all leads. But leads for which bill ≥ 300 and not roof ∈ {tenant}: it goes to as many as earns most, at most 3: all buyers, who pays most comes first. 2 days after a buyer reported that it came to nothing: it is shared by at most 2: all buyers, in the order of their priority.",
        "Er geht exklusiv an einen Käufer: alle Käufer, nach ihren Gewichten, gezählt über alle Leads. Aber Leads, für die gilt: bill ≥ 300 und nicht roof ∈ {tenant}: er geht an so viele, wie am meisten einbringt, höchstens 3: alle Käufer, wer am meisten zahlt, zuerst. 2 Tage, nachdem ein Käufer gemeldet hat, dass nichts daraus wurde: er wird geteilt, höchstens 2 Käufer: alle Käufer, nach ihrer Priorität.")]
    public void plan_is_said_in_words(string plan, string english, string german)
    {
        PlanSentence.Of(Read(plan), Currency.Parse("EUR"), SentenceLanguage.English).ShouldBe(english);
        PlanSentence.Of(Read(plan), Currency.Parse("EUR"), SentenceLanguage.German).ShouldBe(german);
    }

    private static Plan Read(string plan)
    {
        JsonObject vertical = new()
        {
            ["key"] = "solar",
            ["fields"] = new JsonArray(
                new JsonObject { ["key"] = "bill", ["type"] = "money" },
                new JsonObject { ["key"] = "roof", ["type"] = "choice", ["options"] = new JsonArray("owner", "tenant") }),
        };
        JsonObject campaign = new() { ["key"] = "solar", ["vertical"] = "solar", ["country"] = "DE", ["currency"] = "EUR", ["plan"] = JsonNode.Parse(plan) };
        var reading = NetworkReader.Read(
            1, [new CatalogDocument(CatalogKind.Verticals, "solar", vertical, "", false), new CatalogDocument(CatalogKind.Campaigns, "solar", campaign, "", false)], PostalGeography.Empty);
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Campaigns["solar"].Plan;
    }
}
