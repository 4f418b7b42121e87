using Kontor.Auction;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>What the page about deliveries shows.</summary>
/// <param name="Filter">Which deliveries are wanted.</param>
/// <param name="Deliveries">One page of them, newest first.</param>
/// <param name="Next">The cursor of the next page; null when this is the last.</param>
/// <param name="Queue">What waits.</param>
/// <param name="Troubled">Endpoints that do not take what is sent.</param>
/// <param name="MayChange">Whether the reader may send again.</param>
public sealed record DeliveriesModel(
    DeliveryFilter Filter, IReadOnlyList<DeliveryView> Deliveries, Guid? Next, QueueFigures Queue, IReadOnlyList<EndpointTrouble> Troubled, bool MayChange)
{
    /// <summary>The address of this list with another status.</summary>
    public string With(string? status) => PageAddress.Of(DeliveriesPage.Path, ("status", status), ("contract", Filter.Contract), ("buyer", Filter.Buyer));

    /// <summary>The address of this list from a cursor on.</summary>
    public string From(Guid? before) => PageAddress.Of(With(Filter.Status), ("before", before?.ToString()));
}

/// <summary><c>/console/deliveries</c>: which endpoints fail, how long the queue is, every delivery; sends deliveries again, one or many.</summary>
public static class DeliveriesPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console/deliveries";

    private const int PageLength = 50;
    private const int MostAtOnce = 200;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost(Path + "/redeliver", (Delegate)RedeliverAsync).ForOperators(Right.Change).ExcludeFromDescription();
        OneDeliveryPage.Map(app);
    }

    /// <summary>Endpoints in trouble: those whose deliveries fail, and those this node spares when it asks for bids.</summary>
    internal static async Task<List<EndpointTrouble>> TroubledAsync(HttpContext context, NpgsqlDataSource database, DateTimeOffset now)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var doors = context.RequestServices.GetRequiredService<PingDoors>();
        var spared = network.Contracts.Values.Where(contract => contract.Bid is { } rule && doors.Spares(contract.Buyer, rule))
            .ToDictionary(contract => contract.Key, StringComparer.Ordinal);
        var found = (await EndpointTroubleSql.ReadAsync(database, now, context.RequestAborted))
            .ConvertAll(one => one with { Throttled = spared.Remove(one.Contract), Buyer = network.Contracts.GetValueOrDefault(one.Contract)?.Buyer ?? one.Buyer });
        found.AddRange(spared.Values.OrderBy(contract => contract.Key, StringComparer.Ordinal).Select(OnlySpared));
        return found;
    }

    private static EndpointTrouble OnlySpared(Contract contract) => new()
    {
        Contract = contract.Key, Buyer = contract.Buyer, Retrying = 0, GivenUp = 0, Attempts = 0, Failed = 0, LastOutcome = null, LastStatus = null, LastAt = null,
        DisabledAt = null, Throttled = true,
    };

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var query = context.Request.Query;
        string? status = query["status"];
        var filter = new DeliveryFilter(
            DeliveryStatuses.All.FirstOrDefault(known => known == status), TextOf(query["contract"]), TextOf(query["buyer"]),
            Guid.TryParse(query["before"], out var before) ? before : null);
        var found = await DeliveriesPageSql.PageAsync(database, filter, PageLength + 1, context.RequestAborted);
        var shown = found.GetRange(0, Math.Min(PageLength, found.Count));
        return Pages.Show<DeliveriesView>(context, new DeliveriesModel(
            filter, shown, found.Count > PageLength ? shown[^1].Id : null, await DeliveriesPageSql.QueueAsync(database, now, context.RequestAborted),
            await TroubledAsync(context, database, now), context.PageUser().May(Right.Change)));
    }

    private static async Task<IResult> RedeliverAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var viewer = Viewer.Of(context);
        var back = form["back"].ToString() is var path && path.StartsWith(Path, StringComparison.Ordinal) ? path : Path;
        var (again, left) = (0, 0);
        foreach (var id in form["delivery"].Take(MostAtOnce))
        {
            var queued = Guid.TryParse(id, out var delivery) && await RedeliverDelivery.QueueAsync(context, delivery) is { Queued: true };
            (again, left) = queued ? (again + 1, left) : (again, left + 1);
        }

        return Pages.Done(context, back, (again, left) switch
        {
            (0, 0) => viewer["Choose the deliveries that are to be sent again first."],
            (_, 0) => viewer["{0} queued to be sent again.", again],
            _ => viewer["{0} queued to be sent again. {1} were left as they are: only finished deliveries of confirmed sales are sent again.", again, left],
        });
    }

    private static string? TextOf(string? text) => string.IsNullOrEmpty(text) || text.Contains('\0', StringComparison.Ordinal) ? null : text;
}
