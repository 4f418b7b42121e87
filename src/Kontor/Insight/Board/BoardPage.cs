using Kontor.Catalog;
using Kontor.Catalog.Editor;
using Kontor.Core.Catalog;
using Kontor.Delivery;
using Kontor.Insight.Reports;
using Kontor.Portal;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight.Board;

/// <summary>What the board shows.</summary>
public sealed record BoardModel
{
    /// <summary>For names; its version 0 is an empty installation.</summary>
    public required Network Network { get; init; }
    public required IReadOnlyList<DayFigures> Days { get; init; }
    public required IReadOnlyList<Fire> Fires { get; init; }
    public required StreamModel Stream { get; init; }
    public required FloorQuestion Question { get; init; }

    /// <summary>One page of contracts.</summary>
    public required IReadOnlyList<FloorRow> Floor { get; init; }

    /// <summary>How many contracts fit the filters, and how many there are.</summary>
    public required (int Fitting, int All) Contracts { get; init; }
    public required bool MayChange { get; init; }
}

/// <summary><c>/console</c>: is today better or worse than yesterday, what is on fire, what comes in, who can buy right now.</summary>
public static class BoardPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console";

    /// <summary>What the address ends with where somebody wants to see the board although nothing is set up yet.</summary>
    public const string LookQuery = "?look=around";
    private const string LookCookie = "kontor-look";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database)).ForOperators(Right.Read).ExcludeFromDescription();
        StreamPage.Map(app);
        SwitchContract.Map(app);
    }

    /// <summary>The trading floor as it stands, with the endpoints in trouble it was read with.</summary>
    internal static async Task<(FloorFacts Facts, List<EndpointTrouble> Troubled)> FactsAsync(HttpContext context, NpgsqlDataSource database, DateTimeOffset now)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var (counters, accounts) = await BoardSql.GuardsAsync(database, context.RequestAborted);
        string[] capped =
        [
            .. network.Campaigns.Values.Where(one => !one.Caps.IsEmpty).Select(one => $"campaign:{one.Key}"),
            .. network.Sources.Values.Where(one => !one.Caps.IsEmpty).Select(one => $"source:{one.Key}"),
        ];
        foreach (var (owner, volume) in await VolumesSql.ReadAsync(database, capped, context.RequestAborted))
        {
            counters[owner] = volume;
        }

        var troubled = await DeliveriesPage.TroubledAsync(context, database, now);
        var errors = troubled.ToDictionary(one => one.Contract, one => one.Retrying + one.GivenUp, StringComparer.Ordinal);
        return (new FloorFacts(network, counters, accounts, errors, now), troubled);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        if (SetUpPage.IsNext(context) && !LooksAround(context))
        {
            return Results.Redirect(SetUpPage.Path);
        }

        var (viewer, cancel) = (Viewer.Of(context), context.RequestAborted);
        var (facts, troubled) = await FactsAsync(context, database, viewer.Now);
        var rows = facts.Rows().ToList();
        var question = FloorQuestion.Read(context.Request.Query);
        var fitting = question.Choose(rows);
        var shown = fitting.Skip((question.Page - 1) * FloorQuestion.PageLength).Take(FloorQuestion.PageLength).ToList();
        var versions = await BoardSql.VersionsAsync(database, [.. shown.Select(row => row.Contract.Key)], cancel);
        var places = new LeadPlaces(context.RequestServices.GetRequiredService<LiveNetwork>().InForce);
        var (spanToday, spanYesterday) = TodayFigures.Spans(viewer);
        var sums = await Task.WhenAll(
            ReportSql.ReadAsync(database, spanToday, places, cancel),
            ReportSql.ReadAsync(database, spanYesterday, places, cancel),
            ReportSql.ReadAsync(database, spanToday with { From = spanToday.From.AddDays(-7), Until = spanToday.From }, places, cancel));
        var (today, yesterday, week) = (sums[0], sums[1], sums[2]);
        var queue = await DeliveriesPageSql.QueueAsync(database, viewer.Now, cancel);
        return Pages.Show<BoardView>(context, new BoardModel
        {
            Network = facts.Network,
            Days = TodayFigures.Compare(today, yesterday),
            Fires = Fires.Of(facts, rows, (troubled, queue), (today, week)),
            Stream = new StreamModel(await BoardSql.NewestAsync(database, DecisionStream.Shown, cancel)),
            Question = question,
            Floor = [.. shown.Select(row => row with { Version = versions.TryGetValue(row.Contract.Key, out var version) ? version : null })],
            Contracts = (fitting.Count, rows.Count),
            MayChange = context.PageUser().May(Right.Change),
        });
    }

    // Who wants to look around before anything is set up asks for it once; the browser keeps it until it is closed.
    private static bool LooksAround(HttpContext context)
    {
        if (context.Request.Cookies.ContainsKey(LookCookie))
        {
            return true;
        }

        var asked = context.Request.QueryString.Value == LookQuery;
        if (asked)
        {
            context.Response.Cookies.Append(LookCookie, "1", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps });
        }

        return asked;
    }
}
