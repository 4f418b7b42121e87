using System.Globalization;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary><c>GET /v1/buyer/contracts</c> and <c>PATCH /v1/buyer/contracts/{key}</c>: a buyer looks at his contracts and changes what the operator
/// has opened to him.</summary>
internal static class OwnContracts
{
    private const int LargestChange = 256 * 1024;
    private const int MostRequests = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/buyer/contracts", (HttpContext context, NpgsqlDataSource database) => ListAsync(context, database)).RequireBuyer();
        app.MapPatch("/v1/buyer/contracts/{key}", (HttpContext context, string key) => ChangeAsync(context, key)).RequireBuyer();
    }

    /// <summary>A buyer's contracts that are not archived, with what waits for the operator, in the order of their keys.</summary>
    internal static async Task<List<(StoredEntry Stored, Contract Contract, ContractRequest? Waiting)>> OfAsync(HttpContext context, string buyer)
    {
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        await live.RefreshAsync(context.RequestAborted);
        var network = live.Current;
        var requests = await ContractRequestsSql.OfBuyerAsync(database, buyer, MostRequests, context.RequestAborted);
        var found = new List<(StoredEntry, Contract, ContractRequest?)>();
        foreach (var contract in network.Contracts.Values.Where(one => one.Buyer == buyer).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var stored = await CatalogSql.FindAtAsync(database, CatalogKind.Contracts, contract.Key, network.Version, context.RequestAborted);
            found.Add((stored!, contract, requests.Find(one => one.Contract == contract.Key && one.Status == "waiting")));
        }

        return found;
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>();
        var contracts = await OfAsync(context, context.Caller().Key);
        return ApiJson.Result(ApiJson.Page(contracts.Select(one => OwnContractView.Of(one.Stored, network.Current, one.Waiting?.Change)), null));
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string key)
    {
        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestChange);
        if (body is null)
        {
            return refusal!;
        }

        string? match = context.Request.Headers.IfMatch;
        var buyer = context.Caller().Key;
        var wish = new OwnContractWish(buyer, key, body, CatalogAnswers.ChangedBy(context)) { Version = match is null or "*" ? null : VersionOf(match) };
        var outcome = await context.RequestServices.GetRequiredService<ChangeOwnContract>().AskAsync(wish, context.RequestAborted);
        return outcome switch
        {
            OwnContractOutcome.NotFound => Problems.Of(context, 404, "not_found", "There is no such contract."),
            OwnContractOutcome.VersionMismatch => Problems.Of(context, 412, "version_mismatch", "The contract has another version by now; read it again before changing it."),
            OwnContractOutcome.Refused refused => Problems.Of(context, 400, "invalid_change", "The contract was not changed; every problem is listed.", refused.Problems),
            _ => await ShownAsync(context, buyer, key, outcome is OwnContractOutcome.Waits ? StatusCodes.Status202Accepted : StatusCodes.Status200OK),
        };
    }

    private static async Task<IResult> ShownAsync(HttpContext context, string buyer, string key, int status)
    {
        var one = (await OfAsync(context, buyer)).Find(contract => contract.Contract.Key == key);
        if (one.Stored is null)
        {
            return Problems.Of(context, 404, "not_found", "There is no such contract.");
        }

        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{one.Stored.Since}\"");
        return ApiJson.Result(OwnContractView.Of(one.Stored, context.RequestServices.GetRequiredService<LiveNetwork>().Current, one.Waiting?.Change), status);
    }

    private static long VersionOf(string tag) =>
        long.TryParse(tag.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
