using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;

namespace Kontor.Catalog;

/// <summary>The parts of a contract as people read and type them.</summary>
internal static class ContractWords
{
    /// <summary>The days of the week as the API names them, from Monday.</summary>
    public static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>A day's name.</summary>
    public static string Day(Viewer viewer, int day) => day switch
    {
        0 => viewer["Monday"],
        1 => viewer["Tuesday"],
        2 => viewer["Wednesday"],
        3 => viewer["Thursday"],
        4 => viewer["Friday"],
        5 => viewer["Saturday"],
        _ => viewer["Sunday"],
    };

    /// <summary>A cap's window.</summary>
    public static string Window(Viewer viewer, CapWindow window) => window switch
    {
        CapWindow.Hour => viewer["per hour"],
        CapWindow.Day => viewer["per day"],
        CapWindow.Week => viewer["per week"],
        CapWindow.Month => viewer["per month"],
        _ => viewer["in all"],
    };

    /// <summary>A promise.</summary>
    public static string Promise(Viewer viewer, int maxBuyers) => maxBuyers == 1 ? viewer["exclusive"] : viewer["shared, at most {0}", maxBuyers];

    /// <summary>A cap's limit with its unit.</summary>
    public static string Limit(Viewer viewer, Cap cap, Currency currency) =>
        cap.Leads is { } leads ? viewer["{0} leads", leads] : viewer.Amount(cap.Spend!.Value, currency);

    /// <summary>Hours as they are typed: <c>08:00-12:00, 13:00-18:00</c>; empty is closed.</summary>
    public static string Hours(IEnumerable<OpenSpan> spans) => string.Join(", ", spans.Select(span => $"{Time(span.FromMinute)}-{Time(span.UntilMinute)}"));

    private static string Time(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
