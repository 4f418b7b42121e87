using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A line of the ledger: what one posting did to one account.</summary>
internal sealed record LedgerLine(
    Guid PostingId, DateTimeOffset PostedAt, string Kind, string Account, Money Amount, Guid? SaleId, string? Reference);

/// <summary><c>GET /v1/ledger?account=</c>: the lines of one account, oldest first; without an account those of all. The lines of a posting sum
/// to zero.</summary>
public static class Ledger
{
    /// <summary>Maps the address for operators.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/ledger", (HttpContext context, NpgsqlDataSource database) => ListAsync(context, database)).RequireOperator();

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database)
    {
        if (Paging.Read(context) is not { } page)
        {
            return Paging.Refusal(context);
        }

        string? account = context.Request.Query["account"];
        if (AccountOf(account) is not { } wanted)
        {
            return Problems.Of(context, 400, "invalid_account", "account must be buyer:<key>, supplier:<key>, margin or bank.");
        }

        var after = Guid.Empty;
        if (page.After is not null && !Guid.TryParse(page.After, out after))
        {
            return Problems.Of(context, 400, "invalid_cursor", "after must be what an earlier page answered as next.");
        }

        // A page holds whole postings, so that the lines of one are never torn apart.
        var postings = await LedgerSql.PageAsync(database, wanted, after, page.Limit + 1, context.RequestAborted);
        var next = postings.Count > page.Limit ? postings[page.Limit - 1].PostingId.ToString() : null;
        var lines = postings.Take(page.Limit).SelectMany(posting => posting.Lines()).Where(line => wanted.Kind is null || line.Account == account);
        return ApiJson.Result(ApiJson.Page(lines.Select(Shown), next));
    }

    private static LedgerAccount? AccountOf(string? name) => name switch
    {
        null or "" => new LedgerAccount(null, null),
        "margin" or "bank" => new LedgerAccount(name, null),
        ['b', 'u', 'y', 'e', 'r', ':', _, ..] => new LedgerAccount("buyer", name["buyer:".Length..]),
        ['s', 'u', 'p', 'p', 'l', 'i', 'e', 'r', ':', _, ..] => new LedgerAccount("supplier", name["supplier:".Length..]),
        _ => null,
    };

    private static JsonNode Shown(LedgerLine line) => new JsonObject
    {
        ["posting_id"] = line.PostingId.ToString(),
        ["posted_at"] = CatalogAnswers.Instant(line.PostedAt),
        ["kind"] = line.Kind,
        ["account"] = line.Account,
        ["amount"] = line.Amount.ToDecimal(),
        ["currency"] = line.Amount.Currency.Code,
        ["sale_id"] = line.SaleId?.ToString(),
        ["reference"] = line.Reference,
    };
}
