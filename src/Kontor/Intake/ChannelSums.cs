using Kontor.Catalog;
using Kontor.Core;
using Kontor.Insight.Reports;
using Npgsql;

namespace Kontor.Intake;

/// <summary>What came of what a sub-channel sent, counted at the hour at which it came in. Test leads are left out.</summary>
/// <param name="Source">The source; null sums up all sub-channels with this currency.</param>
/// <param name="SubId">The sub-channel; null where none was named.</param>
/// <param name="Currency">Of <paramref name="Earned"/>; null where nothing came in that could be read.</param>
/// <param name="Received">All posts: leads, and posts whose fields could not be read.</param>
/// <param name="Accepted">Leads that a buyer took.</param>
/// <param name="Duplicates">Seen before.</param>
/// <param name="Invalid">Fields that could not be read, and leads that screening or rules refused.</param>
/// <param name="Unsold">Offered, and no buyer took them.</param>
/// <param name="Earned">Payouts without those taken back, minor units.</param>
public sealed record Channel(
    string? Source, string? SubId, Currency? Currency, long Received, long Accepted, long Duplicates, long Invalid, long Unsold, long Earned);

/// <summary>Figures of sub-channels, from the hourly sums. Prices and buyers are not shown.</summary>
internal static class ChannelSums
{
    /// <summary>Sub-channels of some sources within a time, the largest first, and a total for each currency.</summary>
    public static async Task<(List<Channel> Channels, List<Channel> Totals)> ReadAsync(
        NpgsqlDataSource database, RulesInForce rules, string[] sources, (DateTimeOffset From, DateTimeOffset Until) time, CancellationToken cancel)
    {
        var wanted = new SumsWanted { Dimension = "channel", From = time.From, Until = time.Until, Keys = sources };
        var rows = await ReportSql.ReadAsync(database, wanted, new LeadPlaces(rules), cancel);
        var channels = rows.GroupBy(row => (row.Key, row.Party))
            .SelectMany(channel => Report.InCurrencies(channel).Select(one => Of(channel.Key.Key, channel.Key.Party.Length == 0 ? null : channel.Key.Party, one.Currency, one.Sums)))
            .Where(channel => channel.Received > 0)
            .OrderByDescending(channel => channel.Received).ThenBy(channel => channel.Source, StringComparer.Ordinal).ThenBy(channel => channel.SubId, StringComparer.Ordinal)
            .ThenBy(channel => channel.Currency?.Code, StringComparer.Ordinal).ToList();
        return (channels, Report.InCurrencies(rows).ConvertAll(total => Of(null, null, total.Currency, total.Sums)));
    }

    private static Channel Of(string? source, string? subId, Currency? currency, Sums sums) =>
        new(source, subId, currency, sums.Received + sums.Refused, sums.Sold, sums.Duplicates, sums.Rejected + sums.Refused, sums.Unsold, sums.Payout);
}
