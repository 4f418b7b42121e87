using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Intake;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Billing;

/// <summary>What was typed into the form for a payment.</summary>
public sealed record PaymentForm(string Amount, string Currency, string Reference, string Nonce);

/// <summary>What the page of a supplier's account shows.</summary>
public sealed record SupplierAccountModel
{
    public required string Supplier { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<SupplierAccount> Accounts { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<Payment> Payments { get; init; }

    /// <summary>The cursor of this page and of the next; null for the first and after the last.</summary>
    public required (Guid? This, Guid? Next) Cursor { get; init; }

    /// <summary>The form; null for who may not move money, for a supplier who is archived, and where nothing was earned yet.</summary>
    public required PaymentForm? Form { get; init; }
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];

    /// <summary>The address of this account from a payment on.</summary>
    public string From(Guid? before) => SupplierAccountPage.Address(Supplier, before);
}

/// <summary><c>/console/money/suppliers/{key}</c>: what a supplier earned, what he was paid, and the form that notes a payment.</summary>
internal static class SupplierAccountPage
{
    private const int PageLength = 50;
    private const string Route = MoneyPage.Path + "/suppliers/{key}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Route, (HttpContext context, string key) => ShowAsync(context, key)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost(Route + "/payments", (HttpContext context, string key) => PayAsync(context, key)).ForOperators(Right.Money).ExcludeFromDescription();
    }

    public static string Address(string supplier, Guid? before = null) =>
        PageAddress.Of($"{MoneyPage.Path}/suppliers/{Uri.EscapeDataString(supplier)}", ("before", before?.ToString()));

    private static async Task<IResult> ShowAsync(HttpContext context, string key) =>
        await ReadAsync(context, key) is { } model ? Pages.Show<SupplierAccountView>(context, model) : Results.NotFound();

    private static async Task<IResult> PayAsync(HttpContext context, string key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = new PaymentForm(form["amount"].ToString().Trim(), form["currency"].ToString(), form["reference"].ToString().Trim(), form["nonce"].ToString());
        if (await ReadAsync(context, key) is not { Form: not null } model)
        {
            return Results.NotFound();
        }

        var viewer = Viewer.Of(context);
        var (payment, outcome, problems) = await SupplierAccounts.PostAsync(
            context, key, AccountPage.Body(viewer, new CreditForm(typed.Amount, typed.Reference, typed.Nonce), typed.Currency));
        var refusals = outcome?.Result switch
        {
            PaymentResult.OtherAmount => [("reference", viewer["This reference was posted before with another amount."])],
            PaymentResult.NotOpen => [("amount", viewer["This is more than is open, or takes back more than was paid."])],
            null => problems.ConvertAll(problem => (problem.Field, Words(viewer, problem, typed))),
            _ => new List<(string Field, string Message)>(),
        };
        if (refusals.Count > 0)
        {
            return Pages.Show<SupplierAccountView>(context, model with { Form = typed, Problems = refusals }, StatusCodes.Status422UnprocessableEntity);
        }

        var amount = viewer.Amount(payment!.Amount.Minor, payment.Amount.Currency);
        return Pages.Done(context, Address(key), outcome!.Result == PaymentResult.PostedBefore
            ? viewer["{0} had been posted before under this reference; nothing was changed.", amount]
            : viewer["{0} posted.", amount]);
    }

    private static string Words(Viewer viewer, FieldProblem problem, PaymentForm typed) => problem.Field == "currency"
        ? viewer["Choose one of the currencies."]
        : AccountPage.Words(viewer, problem, Currency.TryParse(typed.Currency) ?? Currency.Parse("EUR"));

    private static async Task<SupplierAccountModel?> ReadAsync(HttpContext context, string key)
    {
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var accounts = await SupplierAccountsSql.AccountsAsync(database, key, now, context.RequestAborted);
        var supplier = network.Suppliers.GetValueOrDefault(key);
        if (supplier is null && accounts.Count == 0)
        {
            return null;
        }

        Guid? before = Guid.TryParse(context.Request.Query["before"], out var cursor) ? cursor : null;
        var payments = await SupplierAccountsSql.NewestAsync(database, key, before ?? Guid.AllBitsSet, PageLength + 1, context.RequestAborted);
        var shown = payments.GetRange(0, Math.Min(PageLength, payments.Count));
        return new SupplierAccountModel
        {
            Supplier = key,
            Name = supplier?.Name ?? key,
            Accounts = accounts,
            Payments = shown,
            Cursor = (before, payments.Count > PageLength ? shown[^1].PostingId : null),
            Form = supplier is not null && accounts.Count > 0 && context.PageUser().May(Right.Money)
                ? new PaymentForm("", accounts[0].Currency.Code, "", Guid.NewGuid().ToString("N")) : null,
        };
    }
}
