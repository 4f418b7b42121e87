using System.Globalization;
using Kontor.Portal;

namespace Kontor.Insight.Board;

/// <summary>Which contracts of the trading floor are wanted, and in which order, as the address has it.</summary>
public sealed record FloorQuestion
{
    /// <summary>So many contracts stand on a page.</summary>
    public const int PageLength = 50;

    /// <summary>The columns it can be sorted by.</summary>
    public static readonly string[] Columns = ["contract", "buyer", "campaign", "state", "price", "sold", "cap", "available", "last", "errors"];

    /// <summary>The states it can be filtered by.</summary>
    public static readonly string[] States = ["open", "closed", "paused", "full", "empty", "failing"];

    public string? Campaign { get; init; }
    public string? Buyer { get; init; }
    public string? State { get; init; }
    public string Sort { get; init; } = "contract";
    public bool Descending { get; init; }
    public int Page { get; init; } = 1;

    /// <summary>Reads an address. What cannot be read is as if it were not there.</summary>
    public static FloorQuestion Read(IQueryCollection query) => new()
    {
        Campaign = Text(query["campaign"]),
        Buyer = Text(query["buyer"]),
        State = States.FirstOrDefault(known => known == query["state"]),
        Sort = Columns.FirstOrDefault(known => known == query["sort"]) ?? "contract",
        Descending = query["dir"] == "desc",
        Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is > 0 and < 10_000 ? page : 1,
    };

    /// <summary>The address of the board with this question.</summary>
    public string Address() => PageAddress.Of(
        BoardPage.Path,
        ("campaign", Campaign),
        ("buyer", Buyer),
        ("state", State),
        ("sort", Sort == "contract" ? null : Sort),
        ("dir", Descending ? "desc" : null),
        ("page", Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The contracts that are wanted, in the order that is wanted.</summary>
    public List<FloorRow> Choose(IEnumerable<FloorRow> rows)
    {
        var wanted = rows.Where(row => (Campaign is null || row.Contract.Campaign == Campaign) && (Buyer is null || row.Contract.Buyer == Buyer) && IsIn(row));
        var sorted = Sort switch
        {
            "buyer" => By(row => row.Buyer.Name.ToUpperInvariant()),
            "campaign" => By(row => row.Contract.Campaign),
            "state" => By(row => row.State),
            "price" => By(row => row.HighestPrice),
            "sold" => By(row => row.SoldToday),
            "cap" => By(row => row.Fullest?.Percent ?? -1),
            "available" => By(row => row.Available ?? long.MaxValue),
            "last" => By(row => row.LastSoldAt ?? DateTimeOffset.MinValue),
            "errors" => By(row => row.Errors),
            _ => By(row => string.Empty),
        };
        var list = sorted.ThenBy(row => row.Contract.Key, StringComparer.Ordinal).ToList();
        if (Sort == "contract" && Descending)
        {
            list.Reverse();
        }

        return list;

        IOrderedEnumerable<FloorRow> By<T>(Func<FloorRow, T> value) => Descending ? wanted.OrderByDescending(value) : wanted.OrderBy(value);
    }

    private bool IsIn(FloorRow row) => State switch
    {
        "open" => row.State == FloorState.Open,
        "closed" => row.State is FloorState.Closed or FloorState.OutsideDates,
        "paused" => row.State is FloorState.Paused or FloorState.BuyerPaused or FloorState.CampaignPaused,
        "full" => row.State == FloorState.Full,
        "empty" => row.State == FloorState.NoCredit,
        "failing" => row.Errors > 0,
        _ => true,
    };

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
