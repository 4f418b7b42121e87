using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Intake;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A supplier's account: <c>GET /v1/suppliers/{key}/account</c> and <c>POST /v1/suppliers/{key}/payments</c>.</summary>
public static class SupplierAccounts
{
    private const int LargestBody = 64 * 1024;
    private static readonly string[] Known = ["amount", "currency", "reference"];

    /// <summary>Maps both addresses for operators.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/suppliers/{key}/account", (HttpContext context, string key) => ShowAsync(context, key)).RequireOperator();
        app.MapPost("/v1/suppliers/{key}/payments", (HttpContext context, string key) => PayAsync(context, key)).RequireOperator();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string supplier)
    {
        if (!Exists(context, supplier))
        {
            return NotFound(context);
        }

        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var accounts = await SupplierAccountsSql.AccountsAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), supplier, now, context.RequestAborted);
        return ApiJson.Result(new JsonObject { ["supplier"] = supplier, ["accounts"] = new JsonArray([.. accounts.Select(Shown)]) });
    }

    private static async Task<IResult> PayAsync(HttpContext context, string supplier)
    {
        if (!Exists(context, supplier))
        {
            return NotFound(context);
        }

        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var (payment, outcome, problems) = await PostAsync(context, supplier, body);
        return outcome?.Result switch
        {
            null => Problems.Of(context, 400, "invalid_payment", "The payment cannot be posted.", problems),
            PaymentResult.OtherAmount => Problems.Of(context, 409, "reference_conflict", "This reference was posted before with another amount."),
            PaymentResult.NotOpen => Problems.Of(context, 409, "not_open", "The payment is more than is open, or corrects more than was paid."),
            _ => ApiJson.Result(
                new JsonObject
                {
                    ["posting_id"] = outcome.PostingId.ToString(),
                    ["amount"] = payment!.Amount.ToDecimal(),
                    ["currency"] = payment.Amount.Currency.Code,
                    ["reference"] = payment.Reference,
                    ["account"] = Shown(outcome.Account),
                },
                outcome.Result == PaymentResult.Posted ? 201 : 200),
        };
    }

    /// <summary>Posts a payment for whoever makes the request. No outcome when the body has problems.</summary>
    internal static async Task<(Payment? Payment, PaymentOutcome? Outcome, List<FieldProblem> Problems)> PostAsync(HttpContext context, string supplier, JsonObject body)
    {
        var problems = new List<FieldProblem>();
        problems.AddRange(body.Where(one => !Known.Contains(one.Key))
            .Select(one => new FieldProblem(one.Key, "unknown_key", $"There is no such key; a payment has {string.Join(", ", Known)}.")));
        var currency = body["currency"] is JsonValue value && value.TryGetValue<string>(out var code) ? Currency.TryParse(code) : null;
        if (currency is null)
        {
            problems.Add(new FieldProblem("currency", body["currency"] is null ? "required" : "invalid_currency", "Must be an ISO 4217 code."));
        }

        var amount = BuyerAccounts.AmountOf(body["amount"], currency, problems);
        var reference = BuyerAccounts.ReferenceOf(body["reference"], problems);
        if (body["reference"] is null)
        {
            problems.Add(new FieldProblem("reference", "required", "Is required: it makes a payment happen once."));
        }

        if (problems.Count > 0)
        {
            return (null, null, problems);
        }

        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var payment = new Payment(Guid.CreateVersion7(now), supplier, amount!.Value, reference!, now);
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        return (payment, await SupplierAccountsSql.PostAsync(database, payment, Actor.Of(context), context.RequestAborted), problems);
    }

    private static bool Exists(HttpContext context, string supplier) => context.RequestServices.GetRequiredService<LiveNetwork>().Current.Suppliers.ContainsKey(supplier);

    private static IResult NotFound(HttpContext context) => Problems.Of(context, 404, "not_found", "There is no such supplier.");

    private static JsonObject Shown(SupplierAccount account) => new()
    {
        ["currency"] = account.Currency.Code,
        ["earned"] = new Money(account.Earned, account.Currency).ToDecimal(),
        ["taken_back"] = new Money(account.TakenBack, account.Currency).ToDecimal(),
        ["paid"] = new Money(account.Paid, account.Currency).ToDecimal(),
        ["open"] = new Money(account.Open, account.Currency).ToDecimal(),
    };
}
