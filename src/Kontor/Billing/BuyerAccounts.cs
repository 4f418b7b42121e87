using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A buyer's account: <c>GET /v1/buyers/{key}/account</c> and <c>POST /v1/buyers/{key}/credits</c>.</summary>
public static class BuyerAccounts
{
    private const int LargestBody = 64 * 1024;
    private const int LongestReference = 200;
    private const decimal LargestCredit = 1_000_000_000m;

    /// <summary>Maps both addresses for operators, and <c>GET /v1/buyer/account</c> for the buyer himself.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/buyers/{key}/account", (HttpContext context, string key) => ShowAsync(context, key)).RequireOperator();
        app.MapGet("/v1/buyer/account", (HttpContext context, LiveNetwork _) => ShowAsync(context, context.Caller().Key)).RequireBuyer();
        app.MapPost("/v1/buyers/{key}/credits", (HttpContext context, string key) => CreditAsync(context, key)).RequireOperator();
    }

    /// <summary>The account as the API shows it, for operators and the buyer himself. A buyer without purchases has an empty one.</summary>
    public static async Task<IResult> ShowAsync(HttpContext context, string buyer)
    {
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        if (!live.Current.Buyers.TryGetValue(buyer, out var party))
        {
            return Problems.Of(context, 404, "not_found", "There is no such buyer.");
        }

        string? asked = context.Request.Query["currency"];
        if (CurrencyOf(live.Current, party, asked) is not { } currency)
        {
            return Problems.Of(context, 400, "currency_needed", "Name the account by ?currency=, an ISO 4217 code the buyer is billed in.");
        }

        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var account = await BuyerAccountsSql.FindAsync(database, buyer, currency.Code, context.RequestAborted);
        return ApiJson.Result(Shown(account ?? new Account(0, 0), party.Billing, currency));
    }

    private static async Task<IResult> CreditAsync(HttpContext context, string buyer)
    {
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        if (!live.Current.Buyers.TryGetValue(buyer, out var party))
        {
            return Problems.Of(context, 404, "not_found", "There is no such buyer.");
        }

        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var (credit, outcome, problems) = await PostAsync(context, party, body);
        if (credit is null || outcome is null)
        {
            return Problems.Of(context, 400, "invalid_credit", "The credit cannot be posted.", problems);
        }

        return outcome.Result switch
        {
            CreditResult.OtherAmount => Problems.Of(
                context, 409, "reference_conflict", "This reference was posted before with another amount."),
            CreditResult.NotCovered => Problems.Of(
                context, 409, "insufficient_balance", "The correction takes more than the account has free."),
            _ => ApiJson.Result(Posted(outcome, party.Billing, credit.Amount), outcome.Result == CreditResult.Posted ? 201 : 200),
        };
    }

    /// <summary>Posts a credit for whoever makes the request. No outcome when the body has problems.</summary>
    internal static async Task<(Credit? Credit, CreditOutcome? Outcome, List<FieldProblem> Problems)> PostAsync(HttpContext context, Buyer party, JsonObject body)
    {
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        var (credit, problems) = Read(body, live.Current, party, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        if (credit is null)
        {
            return (null, null, problems);
        }

        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var outcome = await BuyerAccountsSql.PostAsync(database, (credit, Actor.Of(context)), LimitOf(party.Billing, credit.Amount.Currency), context.RequestAborted);
        context.RequestServices.GetRequiredService<LiveCounters>().Forget(party.Key, credit.Amount.Currency);
        return (credit, outcome, problems);
    }

    private static (Credit? Credit, List<FieldProblem> Problems) Read(JsonObject body, Network network, Buyer buyer, DateTimeOffset now)
    {
        var problems = new List<FieldProblem>();
        string[] known = ["amount", "currency", "reference"];
        problems.AddRange(body.Where(one => !known.Contains(one.Key))
            .Select(one => new FieldProblem(one.Key, "unknown_key", $"There is no such key; a credit has {string.Join(", ", known)}.")));
        var currency = CurrencyOf(network, buyer, body["currency"]);
        if (currency is null)
        {
            problems.Add(new FieldProblem("currency", "invalid_currency", "Must be an ISO 4217 code the buyer is billed in."));
        }

        var amount = AmountOf(body["amount"], currency, problems);
        var reference = ReferenceOf(body["reference"], problems);
        return problems.Count > 0 ? (null, problems) : (new Credit(Guid.CreateVersion7(now), buyer.Key, amount!.Value, reference, now), problems);
    }

    /// <summary>The operator's own name for what is posted; null when there is none, or it has a problem.</summary>
    internal static string? ReferenceOf(JsonNode? node, List<FieldProblem> problems)
    {
        if (node is not null && (node.GetValueKind() != JsonValueKind.String || node.GetValue<string>() is not { Length: > 0 and <= LongestReference }))
        {
            problems.Add(new FieldProblem(
                "reference", "invalid", string.Create(CultureInfo.InvariantCulture, $"Must be a text of at most {LongestReference} characters.")));
            return null;
        }

        return node?.GetValue<string>();
    }

    /// <summary>An amount of money other than zero; null when it has a problem, or the currency has.</summary>
    internal static Money? AmountOf(JsonNode? node, Currency? currency, List<FieldProblem> problems)
    {
        if (node is null)
        {
            problems.Add(new FieldProblem("amount", "required", "Is required."));
        }
        else if (node.GetValueKind() != JsonValueKind.Number
            || !decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
        {
            problems.Add(new FieldProblem("amount", "wrong_type", "Must be a number."));
        }
        else if (amount == 0 || Math.Abs(amount) > LargestCredit)
        {
            problems.Add(new FieldProblem("amount", "out_of_range", "Must be more than zero, or less as a correction, and not enormous."));
        }
        else if (currency is { } unit)
        {
            if (Money.FromDecimal(amount, unit) is { } money)
            {
                return money;
            }

            problems.Add(new FieldProblem(
                "amount", "too_many_digits", $"{unit.Code} amounts have at most {unit.Digits} digits after the decimal point."));
        }

        return null;
    }

    /// <summary>The currencies a buyer is billed in: his own, else those of the campaigns he buys on.</summary>
    internal static IReadOnlyList<Currency> CurrenciesOf(Network network, Buyer buyer) => buyer.Billing.Currency is { } own
        ? [own]
        : [.. network.Contracts.Values.Where(contract => contract.Buyer == buyer.Key).Select(contract => network.Campaigns[contract.Campaign].Currency).Distinct()];

    // The buyer's own currency, else that of the campaigns he buys on where it is only one; asked for it must be one of these.
    private static Currency? CurrencyOf(Network network, Buyer buyer, JsonNode? asked) => asked switch
    {
        null => CurrencyOf(network, buyer, default(string)),
        JsonValue value when value.TryGetValue<string>(out var code) => CurrencyOf(network, buyer, code),
        _ => null,
    };

    private static Currency? CurrencyOf(Network network, Buyer buyer, string? asked)
    {
        var billed = CurrenciesOf(network, buyer);
        if (string.IsNullOrEmpty(asked))
        {
            return billed.Count == 1 ? billed[0] : null;
        }

        // A buyer without contracts may be credited before he has any.
        var wanted = Currency.TryParse(asked);
        return wanted is { } currency && (billed.Count == 0 || billed.Contains(currency)) ? currency : null;
    }

    /// <summary>How far below zero a buyer may go by his terms, in minor units; null without limit.</summary>
    internal static long? LimitOf(Core.Catalog.Billing billing, Currency currency) => billing switch
    {
        { Type: BillingType.Prepaid } => 0,
        { CreditLimit: { } limit } => Money.FromDecimal(limit, currency)?.Minor ?? 0,
        _ => null,
    };

    private static JsonObject Shown(Account account, Core.Catalog.Billing billing, Currency currency)
    {
        var limit = LimitOf(billing, currency);
        return new JsonObject
        {
            ["currency"] = currency.Code,
            ["balance"] = new Money(account.Balance, currency).ToDecimal(),
            ["held"] = new Money(account.Held, currency).ToDecimal(),
            ["credit_limit"] = limit is { } minor ? new Money(minor, currency).ToDecimal() : null,
            ["available"] = limit is { } bound ? new Money(account.Balance - account.Held + bound, currency).ToDecimal() : null,
        };
    }

    private static JsonObject Posted(CreditOutcome outcome, Core.Catalog.Billing billing, Money amount) => new()
    {
        ["posting_id"] = outcome.PostingId.ToString(),
        ["amount"] = amount.ToDecimal(),
        ["currency"] = amount.Currency.Code,
        ["reference"] = outcome.Reference,
        ["account"] = Shown(outcome.Account, billing, amount.Currency),
    };
}
