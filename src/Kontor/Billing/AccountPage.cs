using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Billing;

/// <summary>What was typed into the form for a credit.</summary>
public sealed record CreditForm(string Amount, string Reference, string Nonce);

/// <summary>What the page of one account shows.</summary>
public sealed record AccountModel
{
    public required AccountRow Account { get; init; }

    /// <summary>The buyer's accounts in all currencies.</summary>
    public required IReadOnlyList<Currency> Currencies { get; init; }
    public required IReadOnlyList<StatementLine> Lines { get; init; }

    /// <summary>The cursor of this page and of the next; null for the first and after the last.</summary>
    public required (Guid? This, Guid? Next) Cursor { get; init; }

    /// <summary>The form; null for who may not move money, and for a buyer who is archived.</summary>
    public required CreditForm? Form { get; init; }
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];

    /// <summary>The address of this account from a line on.</summary>
    public string From(Guid? before) => AccountPage.Address(Account.Buyer, Account.Currency, before);
}

/// <summary><c>/console/money/buyers/{key}</c>: one account, its lines with the running balance, and the form that credits it.</summary>
internal static class AccountPage
{
    private const int PageLength = 50;
    private const string Route = MoneyPage.Path + "/buyers/{key}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Route, (HttpContext context, string key) => ShowAsync(context, key)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost(Route + "/credits", (HttpContext context, string key) => CreditAsync(context, key)).ForOperators(Right.Money).ExcludeFromDescription();
    }

    public static string Address(string buyer, Currency currency, Guid? before = null) =>
        PageAddress.Of($"{MoneyPage.Path}/buyers/{Uri.EscapeDataString(buyer)}", ("currency", currency.Code), ("before", before?.ToString()));

    private static async Task<IResult> ShowAsync(HttpContext context, string key)
    {
        var model = await ReadAsync(context, key, Currency.TryParse(context.Request.Query["currency"]));
        return model is null ? Results.NotFound() : Pages.Show<AccountView>(context, model);
    }

    private static async Task<IResult> CreditAsync(HttpContext context, string key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var currency = Currency.TryParse(form["currency"]);
        var typed = new CreditForm(form["amount"].ToString().Trim(), form["reference"].ToString().Trim(), form["nonce"].ToString());
        if (await ReadAsync(context, key, currency) is not { } model
            || !context.RequestServices.GetRequiredService<LiveNetwork>().Current.Buyers.TryGetValue(key, out var buyer))
        {
            return Results.NotFound();
        }

        var viewer = Viewer.Of(context);
        var (credit, outcome, problems) = await BuyerAccounts.PostAsync(context, buyer, Body(viewer, typed, model.Account.Currency.Code));
        var refusals = outcome?.Result switch
        {
            CreditResult.OtherAmount => [("reference", viewer["This reference was posted before with another amount."])],
            CreditResult.NotCovered => [("amount", viewer["The correction takes more than the account has free."])],
            null => problems.ConvertAll(problem => (problem.Field, Words(viewer, problem, model.Account.Currency))),
            _ => new List<(string Field, string Message)>(),
        };
        if (refusals.Count > 0)
        {
            return Pages.Show<AccountView>(context, model with { Form = typed, Problems = refusals }, StatusCodes.Status422UnprocessableEntity);
        }

        var amount = viewer.Amount(credit!.Amount.Minor, credit.Amount.Currency);
        return Pages.Done(context, Address(key, model.Account.Currency), outcome!.Result == CreditResult.PostedBefore
            ? viewer["{0} had been posted before under this reference; nothing was changed.", amount]
            : viewer["{0} posted.", amount]);
    }

    // A form that is sent twice carries the same mark, which makes it one posting. The operator's own reference does the same.
    internal static JsonObject Body(Viewer viewer, CreditForm typed, string currency) => new()
    {
        ["amount"] = typed.Amount.Length == 0 ? null
            : TypedAmount.Read(typed.Amount, viewer.Culture) is { } amount ? JsonValue.Create(amount) : JsonValue.Create(typed.Amount),
        ["currency"] = currency,
        ["reference"] = typed.Reference.Length > 0 ? typed.Reference : $"form {typed.Nonce}",
    };

    internal static string Words(Viewer viewer, FieldProblem problem, Currency currency) => (problem.Field, problem.Code) switch
    {
        ("amount", "required") => viewer["Enter an amount."],
        ("amount", "wrong_type") => viewer["Enter the amount as a number, such as {0}.", 500.00m.ToString("N2", viewer.Culture)],
        ("amount", "too_many_digits") => viewer["{0} has at most {1} digits after the point.", currency.Code, currency.Digits],
        ("amount", _) => viewer["The amount must not be zero, and not enormous."],
        ("reference", _) => viewer["The reference may have 200 characters."],
        _ => problem.Message,
    };

    private static async Task<AccountModel?> ReadAsync(HttpContext context, string key, Currency? asked)
    {
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var stored = (await MoneySql.AccountsAsync(database, context.RequestAborted)).FindAll(one => one.Buyer == key);
        var buyer = network.Buyers.GetValueOrDefault(key);
        Currency[] currencies = [.. stored.Select(one => one.Currency).Union(buyer is null ? [] : BuyerAccounts.CurrenciesOf(network, buyer))];
        if (currencies.Length == 0 || (asked is { } wanted && !currencies.Contains(wanted)))
        {
            return null;
        }

        var currency = asked ?? currencies[0];
        var account = stored.Find(one => one.Currency == currency) ?? new StoredAccount(key, currency, 0, 0);
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var cursor) ? cursor : null;
        var lines = await MoneySql.StatementAsync(database, (key, currency), before, PageLength + 1, context.RequestAborted);
        var shown = lines.GetRange(0, Math.Min(PageLength, lines.Count));
        return new AccountModel
        {
            Account = MoneyPage.Row(network, account),
            Currencies = currencies,
            Lines = shown,
            Cursor = (before, lines.Count > PageLength ? shown[^1].PostingId : null),
            Form = buyer is not null && context.PageUser().May(Right.Money) ? new CreditForm("", "", Guid.NewGuid().ToString("N")) : null,
        };
    }
}
