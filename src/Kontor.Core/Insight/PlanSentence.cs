using System.Globalization;
using Kontor.Core.Catalog;

namespace Kontor.Core.Insight;

/// <summary>The languages in which a plan is said.</summary>
public enum SentenceLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>German.</summary>
    German,
}

/// <summary>Says in plain words how a campaign sells.</summary>
public sealed class PlanSentence
{
    private readonly Currency currency;
    private readonly bool german;

    private PlanSentence(Currency currency, SentenceLanguage language) => (this.currency, german) = (currency, language == SentenceLanguage.German);

    /// <summary>The sentences of a plan: to whom and to how many a lead goes, tier by tier, then the plans for some leads, then the later offers. Amounts
    /// are in whole units of the currency. The same plan always gives the same words.</summary>
    public static string Of(Plan plan, Currency currency, SentenceLanguage language) => new PlanSentence(currency, language).Whole(plan);

    private string Whole(Plan plan)
    {
        var sentences = new List<string> { Capital(Offer(plan)) };
        sentences.AddRange(plan.Split.Select((split, i) => Say(
            $"{(i == 0 ? "But leads" : "Otherwise leads")} for which {Condition(split.When)}: {Offer(split.Plan)}.",
            $"{(i == 0 ? "Aber Leads" : "Sonst Leads")}, für die gilt: {Condition(split.When)}: {Offer(split.Plan)}.")));
        sentences[0] += ".";
        sentences.AddRange(plan.Resale.Select(resale => $"{Capital(Trigger(resale))}: {Offer(resale.Plan)}."));
        if (plan.MaxTotalSales is { } most)
        {
            sentences.Add(Say($"In all a lead is sold at most {Times(most)}.", $"Insgesamt wird ein Lead höchstens {Times(most)} verkauft."));
        }

        return string.Join(' ', sentences);
    }

    private string Offer(Plan plan)
    {
        var parts = plan.Tiers.Select((tier, i) => Tier(plan, tier, i)).ToList();
        var text = $"{Promise(plan)}: {string.Join("; ", parts)}";
        if (plan.Order == OfferOrder.Sequential && plan.Mode != PlanMode.Exclusive)
        {
            text += Say("; each is asked only after the one before has answered", "; jeder wird erst gefragt, wenn der vorige geantwortet hat");
        }

        if (plan.Upgrade)
        {
            text += Say("; who pays as much for it alone as the others together gets it alone", "; wer allein so viel zahlt wie die anderen zusammen, bekommt ihn allein");
        }

        return plan.HoldBack > TimeSpan.Zero
            ? text + Say($"; the first one has it {Length(plan.HoldBack)} before the others", $"; der erste hat ihn {Length(plan.HoldBack)} vor den anderen")
            : text;
    }

    private string Promise(Plan plan) => plan.Mode switch
    {
        PlanMode.Exclusive => Say("it goes to one buyer alone", "er geht exklusiv an einen Käufer"),
        PlanMode.Shared => Say($"it is shared by at most {plan.MaxBuyers}", $"er wird geteilt, höchstens {plan.MaxBuyers} Käufer"),
        _ => Say($"it goes to as many as earns most, at most {plan.MaxBuyers}", $"er geht an so viele, wie am meisten einbringt, höchstens {plan.MaxBuyers}"),
    };

    private string Tier(Plan plan, Tier tier, int index)
    {
        var before = index == 0 ? null : plan.Tiers[index - 1];
        var first = plan.Tiers.Length > 1 ? Say("first ", "zuerst ") : string.Empty;
        var start = before is null ? first
            : plan.Mode == PlanMode.Exclusive ? Say("if none of them takes it, ", "nimmt ihn keiner davon, ")
            : before.Then == Then.Stop ? Say("only if none of them takes it, ", "nur wenn ihn keiner davon nimmt, ")
            : Say("free places go to ", "freie Plätze gehen an ");
        var floor = tier.Floor is { } least ? Say($", at least {Amount(least)}", $", mindestens {Amount(least)}") : string.Empty;
        return $"{start}{Who(tier)}, {How(tier)}{floor}";
    }

    private string Who(Tier tier)
    {
        if (tier.Tags.IsEmpty)
        {
            return Say("all buyers", "alle Käufer");
        }

        var tags = string.Join(Say(" or ", " oder "), tier.Tags);
        return Say($"the {tags} buyers", $"die Käufer „{tags}“");
    }

    private string How(Tier tier) => tier.Method switch
    {
        Method.HighestBid => Say("who pays most comes first", "wer am meisten zahlt, zuerst"),
        Method.SecondPrice => Say("who pays most comes first and pays just more than the next", "wer am meisten zahlt, zuerst, und knapp mehr als der Nächste bietet"),
        Method.RoundRobin => Say("in turn", "reihum"),
        Method.Weighted => Say("by their weights", "nach ihren Gewichten"),
        Method.Fastest => Say("who answers first comes first", "wer zuerst antwortet, zuerst"),
        _ => Say("in the order of their priority", "nach ihrer Priorität"),
    } + (tier.Share == Share.Absolute ? Say(", counted over all leads", ", gezählt über alle Leads") : string.Empty);

    private string Trigger(Resale resale) => resale.If switch
    {
        ResaleTrigger.Unsold => Say($"unsold after {Length(resale.After)}", $"nach {AfterLength(resale.After)} unverkauft"),
        ResaleTrigger.NotAccepted => Say(
            $"after {Length(resale.After)}, if a buyer refused it or could not be reached", $"nach {AfterLength(resale.After)}, wenn ein Käufer ihn abgelehnt hat oder nicht erreichbar war"),
        _ => Say($"{Length(resale.After)} after a buyer reported that it came to nothing", $"{Length(resale.After)}, nachdem ein Käufer gemeldet hat, dass nichts daraus wurde"),
    };

    // Signs say comparisons in every language.
    private string Condition(Filter filter) => filter switch
    {
        Filter.All { Parts.IsEmpty: true } => Say("anything is true", "alles gilt"),
        Filter.All all => string.Join(Say(" and ", " und "), all.Parts.Select(Inner)),
        Filter.Any any => string.Join(Say(" or ", " oder "), any.Parts.Select(Inner)),
        Filter.Not not => Say("not ", "nicht ") + Inner(not.Part),
        Filter.Compare compare => Comparison(compare),
        _ => string.Empty,
    };

    private string Inner(Filter part) => part is Filter.All or Filter.Any ? $"({Condition(part)})" : Condition(part);

    private string Comparison(Filter.Compare compare)
    {
        string[] values = [.. compare.Operands.Select(Value)];
        var one = values.FirstOrDefault() ?? string.Empty;
        return compare.Op switch
        {
            FilterOp.Eq => $"{compare.Field} = {one}",
            FilterOp.Ne => $"{compare.Field} ≠ {one}",
            FilterOp.In => $"{compare.Field} ∈ {{{string.Join(", ", values)}}}",
            FilterOp.NotIn => $"{compare.Field} ∉ {{{string.Join(", ", values)}}}",
            FilterOp.Lt => $"{compare.Field} < {one}",
            FilterOp.Lte => $"{compare.Field} ≤ {one}",
            FilterOp.Gt => $"{compare.Field} > {one}",
            FilterOp.Gte => $"{compare.Field} ≥ {one}",
            FilterOp.Between => $"{one} ≤ {compare.Field} ≤ {values[^1]}",
            FilterOp.Contains => Say($"{compare.Field} contains {one}", $"{compare.Field} enthält {one}"),
            FilterOp.StartsWith => Say($"{compare.Field} begins with {one}", $"{compare.Field} beginnt mit {one}"),
            FilterOp.Exists => Say($"{compare.Field} is given", $"{compare.Field} angegeben"),
            FilterOp.Missing => Say($"{compare.Field} is not given", $"{compare.Field} nicht angegeben"),
            FilterOp.OlderThan => Say($"{compare.Field} is longer ago than {Span(compare)}", $"{compare.Field} liegt länger zurück als {Span(compare)}"),
            _ => Say($"{compare.Field} is at most {Span(compare)} ago", $"{compare.Field} liegt höchstens {Span(compare)} zurück"),
        };
    }

    private string Span(Filter.Compare compare) => Length(TimeSpan.FromMicroseconds((double)compare.Operands[0].Number));

    private string Value(FieldValue value) => value switch
    {
        { IsPresent: false } => "–",
        { Text: { } text } => text,
        _ => value.ToString() ?? string.Empty,
    };

    private string Times(int count) => count == 1 ? Say("once", "einmal") : Say($"{count} times", $"{count}-mal");

    private string Amount(decimal amount)
    {
        var text = amount.ToString(amount == decimal.Truncate(amount) ? "0" : "0." + new string('0', currency.Digits), CultureInfo.InvariantCulture);
        return $"{(german ? text.Replace('.', ',') : text)} {currency.Code}";
    }

    private string Length(TimeSpan length) => length switch
    {
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerDay == 0 => Counted((long)length.TotalDays, ("day", "days"), ("Tag", "Tage")),
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 => Counted((long)length.TotalHours, ("hour", "hours"), ("Stunde", "Stunden")),
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 => Counted((long)length.TotalMinutes, ("minute", "minutes"), ("Minute", "Minuten")),
        _ => Counted((long)length.TotalSeconds, ("second", "seconds"), ("Sekunde", "Sekunden")),
    };

    // Of the German units the day alone has a dative of its own.
    private string AfterLength(TimeSpan length) => Length(length) is var text && text.EndsWith(" Tage", StringComparison.Ordinal) ? text + "n" : text;

    private string Counted(long count, (string One, string Many) english, (string One, string Many) of) =>
        Say($"{count} {(count == 1 ? english.One : english.Many)}", $"{count} {(count == 1 ? of.One : of.Many)}");

    private string Say(string english, string inGerman) => german ? inGerman : english;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
