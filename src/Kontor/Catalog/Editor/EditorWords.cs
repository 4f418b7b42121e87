using Kontor.Core.Catalog;

namespace Kontor.Catalog.Editor;

/// <summary>Words for what documents name: text keys, looked up by whoever shows them.</summary>
internal static class EditorWords
{
    /// <summary>A comparison.</summary>
    public static string Op(string op) => op switch
    {
        "eq" => "is",
        "ne" => "is not",
        "in" => "is one of",
        "not_in" => "is none of",
        "lt" => "is less than",
        "lte" => "is at most",
        "gt" => "is more than",
        "gte" => "is at least",
        "between" => "lies between",
        "contains" => "contains",
        "starts_with" => "begins with",
        "exists" => "is given",
        "missing" => "is not given",
        "older_than" => "is longer ago than",
        "within" => "is at most so long ago:",
        _ => op,
    };

    /// <summary>A day of the week; Monday is 0.</summary>
    public static string Day(int day) => day switch
    {
        0 => "Monday",
        1 => "Tuesday",
        2 => "Wednesday",
        3 => "Thursday",
        4 => "Friday",
        5 => "Saturday",
        _ => "Sunday",
    };

    /// <summary>Several entries of a kind.</summary>
    public static string Plural(CatalogKind kind) => kind switch
    {
        CatalogKind.Verticals => "Verticals",
        CatalogKind.Suppliers => "Suppliers",
        CatalogKind.Sources => "Sources",
        CatalogKind.Campaigns => "Campaigns",
        CatalogKind.Buyers => "Buyers",
        _ => "Contracts",
    };

    /// <summary>A page on which one of a kind is made.</summary>
    public static string New(CatalogKind kind) => kind switch
    {
        CatalogKind.Verticals => "New vertical",
        CatalogKind.Suppliers => "New supplier",
        CatalogKind.Sources => "New source",
        CatalogKind.Campaigns => "New campaign",
        CatalogKind.Buyers => "New buyer",
        _ => "New contract",
    };

    /// <summary>What a kind is for, in a sentence.</summary>
    public static string Meaning(CatalogKind kind) => kind switch
    {
        CatalogKind.Verticals => "A vertical is a kind of lead with its own fields.",
        CatalogKind.Suppliers => "A supplier is a party that sends leads.",
        CatalogKind.Sources => "A source is one channel of a supplier; it has the key by which leads are posted.",
        CatalogKind.Campaigns => "A campaign sells the leads of one vertical in one country by one plan.",
        CatalogKind.Buyers => "A buyer is a party that buys leads.",
        _ => "A contract says what a buyer buys on a campaign, for how much.",
    };

    /// <summary>What a draft does to an entry.</summary>
    public static string Change(EntryChange change) => change switch
    {
        EntryChange.Created => "new",
        EntryChange.Updated => "changed",
        EntryChange.Archived => "archived",
        _ => "unchanged",
    };
}
