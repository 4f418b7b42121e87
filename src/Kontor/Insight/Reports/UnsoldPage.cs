using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>Leads that were not sold for one reason.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Status"><c>rejected</c> or <c>duplicate</c>.</param>
/// <param name="Leads">How many.</param>
/// <param name="Sources">From which sources, the largest first.</param>
public sealed record UnsoldRow(ReasonCode Reason, string Status, long Leads, IReadOnlyList<(string Source, long Leads)> Sources);

/// <summary>What kept contracts from taking unsold leads, found by deciding some of them again.</summary>
/// <param name="Reason">What refused.</param>
/// <param name="Leads">How many leads had a contract that was refused for it.</param>
/// <param name="Worth">What the best of these contracts would have paid for them, by currency.</param>
/// <param name="Contracts">Which contracts, the most frequent first.</param>
public sealed record MissedRow(ReasonCode Reason, int Leads, IReadOnlyList<Money> Worth, IReadOnlyList<(string Contract, int Leads)> Contracts);

/// <summary>What the page of unsold leads shows.</summary>
public sealed record UnsoldModel
{
    public required ReportQuestion Question { get; init; }
    public required Network Network { get; init; }
    public required IReadOnlyList<UnsoldRow> Rows { get; init; }
    public required Sums All { get; init; }

    /// <summary>What kept contracts from taking the newest of them; null where it is not asked for yet.</summary>
    public MissedModel? Missed { get; init; }
}

/// <summary>Why nobody took the newest unsold leads.</summary>
public sealed record MissedModel(ReportQuestion Question, int Looked, IReadOnlyList<MissedRow> Rows);

/// <summary><c>/console/reports/unsold</c>: leads that brought nothing, by reason, and what they would have brought.</summary>
internal static class UnsoldPage
{
    public const string Path = ReportsPage.Path + "/unsold";

    private const int MostReplayed = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database, withMissed: false)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet(Path + "/why", (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database, withMissed: true)).ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database, bool withMissed)
    {
        var rules = context.RequestServices.GetRequiredService<LiveNetwork>().InForce;
        var question = ReportQuestion.Read(context.Request.Query, Viewer.Of(context));
        var missed = withMissed ? await MissedAsync(context, database, rules.Network, question) : null;
        if (missed is not null && context.WantsPart())
        {
            return Pages.Show<MissedView>(context, missed);
        }

        var wanted = new SumsWanted
        {
            Dimension = "reason", From = question.Span.From, Until = question.Span.Until, Campaign = question.Campaign, Parties = Report.SourcesOf(question, rules.Network),
        };
        var places = new LeadPlaces(rules);
        var rows = await ReportSql.ReadAsync(database, wanted, places, context.RequestAborted);
        var all = await ReportSql.ReadAsync(database, wanted with { Dimension = "source", Keys = wanted.Parties, Parties = null }, places, context.RequestAborted);
        return Pages.Show<UnsoldView>(context, new UnsoldModel
        {
            Question = question,
            Network = rules.Network,
            Rows =
            [
                .. rows.GroupBy(row => (row.Key, Duplicate: row.Sums.Duplicates > 0)).Select(group => new UnsoldRow(
                    ReasonCodes.Parse(group.Key.Key), group.Key.Duplicate ? "duplicate" : "rejected", group.Sum(row => row.Sums.Received),
                    [.. group.GroupBy(row => row.Party).Select(party => (party.Key, party.Sum(row => row.Sums.Received))).OrderByDescending(one => one.Item2).ThenBy(one => one.Key, StringComparer.Ordinal)]))
                    .OrderByDescending(row => row.Leads).ThenBy(row => row.Reason),
            ],
            All = all.Select(row => row.Sums).Aggregate(Sums.Zero, (one, other) => one + other),
            Missed = missed,
        });
    }

    // The newest are decided again, as a trace does; what a refused contract would have paid is what the lead would have brought.
    private static async Task<MissedModel> MissedAsync(HttpContext context, NpgsqlDataSource database, Network network, ReportQuestion question)
    {
        var trace = context.RequestServices.GetRequiredService<TraceLead>();
        var leads = await UnsoldSql.NewestAsync(database, question, Report.SourcesOf(question, network), MostReplayed, context.RequestAborted);
        var refusals = new List<(LeadId Lead, ContractTrace Contract)>();
        foreach (var lead in leads)
        {
            if (await trace.ReplayAsync(lead, context.RequestAborted) is { } replay)
            {
                refusals.AddRange(replay.Contracts.Where(contract => !contract.Sold && contract.Reason != ReasonCode.None).Select(contract => (lead, contract)));
            }
        }

        var rows = refusals.GroupBy(one => one.Contract.Reason).Select(group => new MissedRow(
            group.Key,
            group.Select(one => one.Lead).Distinct().Count(),
            [.. group.Where(one => one.Contract.Price is not null).GroupBy(one => one.Contract.Price!.Value.Currency)
                .Select(prices => new Money(prices.GroupBy(one => one.Lead).Sum(lead => lead.Max(one => one.Contract.Price!.Value.Minor)), prices.Key))],
            [.. group.GroupBy(one => one.Contract.Contract).Select(contract => (contract.Key, contract.Count())).OrderByDescending(one => one.Item2).ThenBy(one => one.Key, StringComparer.Ordinal).Take(5)]));
        return new MissedModel(question, leads.Count, [.. rows.OrderByDescending(row => row.Worth.Sum(worth => worth.ToDecimal())).ThenByDescending(row => row.Leads).ThenBy(row => row.Reason)]);
    }
}
