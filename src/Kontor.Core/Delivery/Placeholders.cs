using System.Collections.Frozen;

namespace Kontor.Core.Delivery;

/// <summary>The placeholders of request templates beside <c>lead.</c> and a field of the vertical.</summary>
public static class Placeholders
{
    /// <summary>Before the key of a field.</summary>
    public const string Lead = "lead.";

    /// <summary>Before a member of the consent.</summary>
    public const string Consent = "consent.";

    /// <summary>Of the sale. <c>price</c> is in whole units with the currency's digits, <c>sold_at</c> an RFC 3339 time in UTC with milliseconds,
    /// <c>ping_token</c> the buyer's mark of the bid that won, missing without one; <c>mode</c> exclusive or shared, <c>test</c> true or false; <c>delivery_id</c> is the same for every attempt of one delivery.</summary>
    public static FrozenDictionary<string, FieldKind> Sale { get; } = new Dictionary<string, FieldKind>
    {
        ["sale_id"] = FieldKind.Text,
        ["lead_id"] = FieldKind.Text,
        ["delivery_id"] = FieldKind.Text,
        ["contract"] = FieldKind.Text,
        ["price"] = FieldKind.Number,
        ["currency"] = FieldKind.Text,
        ["mode"] = FieldKind.Text,
        ["max_buyers"] = FieldKind.Number,
        ["position"] = FieldKind.Number,
        ["sold_at"] = FieldKind.Text,
        ["source_class"] = FieldKind.Text,
        ["test"] = FieldKind.Flag,
        ["ping_token"] = FieldKind.Text,
    }.ToFrozenDictionary();

    /// <summary>Of a ping. <c>ping_id</c> is another for every ping, <c>deadline</c> an RFC 3339 time in UTC with milliseconds until which the
    /// answer counts, <c>mode</c> and <c>max_buyers</c> the promise that is bid on, <c>currency</c> the campaign's. Fields of the lead are those that
    /// the contract lists for its pings.</summary>
    public static FrozenDictionary<string, FieldKind> Ping { get; } = new Dictionary<string, FieldKind>
    {
        ["ping_id"] = FieldKind.Text,
        ["campaign"] = FieldKind.Text,
        ["contract"] = FieldKind.Text,
        ["currency"] = FieldKind.Text,
        ["mode"] = FieldKind.Text,
        ["max_buyers"] = FieldKind.Number,
        ["deadline"] = FieldKind.Text,
        ["test"] = FieldKind.Flag,
    }.ToFrozenDictionary();

    /// <summary>Of a notice that a bid lost the lead: <c>token</c> is the buyer's own mark of his bid, missing without one, <c>reason</c> a reason
    /// code, <c>bid</c> the amount in whole units.</summary>
    public static FrozenDictionary<string, FieldKind> Lost { get; } = new Dictionary<string, FieldKind>
    {
        ["ping_id"] = FieldKind.Text,
        ["lead_id"] = FieldKind.Text,
        ["campaign"] = FieldKind.Text,
        ["contract"] = FieldKind.Text,
        ["bid"] = FieldKind.Number,
        ["currency"] = FieldKind.Text,
        ["token"] = FieldKind.Text,
        ["reason"] = FieldKind.Text,
        ["test"] = FieldKind.Flag,
    }.ToFrozenDictionary();

    /// <summary>Of the consent, as suppliers are asked to send it. It is kept as given, so there may be further members.</summary>
    public static FrozenSet<string> ConsentMembers { get; } = FrozenSet.Create("given_at", "url", "text_version", "ip", "purposes");

    /// <summary>Those that may stand in the path of an address, because their values hold letters, digits, hyphens and underscores only: a value
    /// such as <c>..</c> would lead to another address.</summary>
    public static FrozenSet<string> InPath { get; } =
        FrozenSet.Create("sale_id", "lead_id", "delivery_id", "ping_id", "campaign", "contract", "currency", "mode", "max_buyers", "position", "reason", "test");
}
