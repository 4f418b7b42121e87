using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Intake;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>What the guided set-up asks.</summary>
public sealed record SetUpForm
{
    public string Template { get; init; } = "solar";
    public string Country { get; init; } = "DE";
    public string Currency { get; init; } = "EUR";
    public string TimeZone { get; init; } = "Europe/Berlin";
    public string Supplier { get; init; } = string.Empty;
    public string Source { get; init; } = string.Empty;
    public string Buyer { get; init; } = string.Empty;
    public string PostalCodes { get; init; } = string.Empty;
    public string Price { get; init; } = string.Empty;
    public string Url { get; init; } = string.Empty;

    /// <summary>As a form sent it.</summary>
    public static SetUpForm Of(IFormCollection form) => new()
    {
        Template = Word(form, "template"),
        Country = Word(form, "country").ToUpperInvariant(),
        Currency = Word(form, "currency").ToUpperInvariant(),
        TimeZone = Word(form, "time_zone"),
        Supplier = Word(form, "supplier"),
        Source = Word(form, "source"),
        Buyer = Word(form, "buyer"),
        PostalCodes = Word(form, "postal_codes"),
        Price = Word(form, "price"),
        Url = Word(form, "url"),
    };

    private static string Word(IFormCollection form, string name) => form[name].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
}

/// <summary>The guided set-up.</summary>
/// <param name="Form">What was typed.</param>
/// <param name="Problems">What is wrong, by field of the form.</param>
/// <param name="IsOpen">Whether the network is empty, so that it can be set up.</param>
/// <param name="Key">The key of the new source, shown once; null before.</param>
/// <param name="Command">A command that posts a lead with it.</param>
/// <param name="Campaign">The new campaign's key.</param>
/// <param name="Contract">The new contract's key.</param>
public sealed record SetUpModel(
    SetUpForm Form, IReadOnlyList<FieldProblem> Problems, bool IsOpen, string? Key = null, string? Command = null, string? Campaign = null, string? Contract = null)
{
    /// <summary>What is wrong with a field; null nothing.</summary>
    public string? Error(Viewer viewer, string field) =>
        string.Join(' ', Problems.Where(problem => problem.Field == field).Select(problem => ProblemTexts.Of(viewer, problem))) is { Length: > 0 } text ? text : null;
}

/// <summary>What became of a test lead.</summary>
/// <param name="Lead">The lead; null where it was refused.</param>
/// <param name="Status">As the supplier is told.</param>
/// <param name="Reason">Why it was not sold; null where it was.</param>
/// <param name="Payout">What the supplier gets, with its currency; null where it was refused.</param>
/// <param name="Problems">What was wrong with it.</param>
public sealed record TestLeadModel(Guid? Lead, string Status, ReasonCode Reason, string? Payout, IReadOnlyList<FieldProblem> Problems);

/// <summary><c>/console/set-up</c>: from an empty installation to the first sold test lead.</summary>
public static class SetUpPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console/set-up";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, ShowAsync).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapPost(Path, SetUpAsync).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapPost(Path + "/test-lead", SendTestLeadAsync).ForOperators(Right.Change).ExcludeFromDescription();
    }

    /// <summary>Whether the console begins with the set-up: nothing is configured on this node yet, and the reader may change that.</summary>
    public static bool IsNext(HttpContext context) =>
        context.RequestServices.GetRequiredService<LiveNetwork>().Current is { Campaigns.Count: 0, Buyers.Count: 0 } && context.PageUser().May(Right.Change);

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database) =>
        Pages.Show<SetUpView>(context, new SetUpModel(new SetUpForm(), [], (await DraftedNetwork.LoadAsync(database, context.RequestAborted)).IsEmpty));

    private static async Task<IResult> SetUpAsync(HttpContext context, NpgsqlDataSource database, ChangeCatalog change, ApiKeys keys)
    {
        var form = SetUpForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        var isOpen = (await DraftedNetwork.LoadAsync(database, context.RequestAborted)).IsEmpty;
        var network = SetUpTemplates.Network(form);
        var problems = Missing(form).ToList();
        if (!isOpen || network.Count == 0 || problems.Count > 0)
        {
            return Pages.Show<SetUpView>(context, new SetUpModel(form, problems, isOpen), 422);
        }

        var edit = ApplyNetwork.Read(network, EntryPage.By(context));
        // Two who set up at once do not mix their networks.
        edit = edit with { Entries = [.. edit.Entries.Select(entry => entry with { Condition = new EntryCondition(null, false, true) })] };
        switch (await change.ApplyAsync(edit, context.RequestAborted))
        {
            case CatalogOutcome.Done:
                break;
            case CatalogOutcome.Invalid invalid:
                return Pages.Show<SetUpView>(context, new SetUpModel(form, [.. invalid.Problems.Select(Named)], isOpen), 422);
            default:
                return Pages.Show<SetUpView>(context, new SetUpModel(form, [], false), 409);
        }

        var source = SetUpTemplates.KeyOf(form.Source);
        var key = await keys.CreateAsync(new WantedApiKey(PartyKind.Source, source), EntryPage.By(context), context.RequestAborted);
        var campaign = network["campaigns"]![0]!["key"]!.ToString();
        // Shown once, so it is part of this answer and of no address that could be opened again.
        return Pages.Show<SetUpView>(context, new SetUpModel(form, [], false, key.Secret, Command(context, campaign, key.Secret), campaign, network["contracts"]![0]!["key"]!.ToString()));
    }

    private static async Task<IResult> SendTestLeadAsync(HttpContext context, LiveNetwork live, PostLead post)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var network = live.Current;
        var source = network.Sources.Values.OrderBy(one => one.Key, StringComparer.Ordinal).FirstOrDefault();
        if (source is null || network.Campaigns.GetValueOrDefault(form["campaign"].ToString()) is not { } campaign)
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var lead = Sample(context, network, campaign);
        var posted = PostedLead.TryReadJson(Encoding.UTF8.GetBytes(lead.ToJsonString()), out var problems);
        var arrival = PostArrival.Now(context.RequestServices.GetRequiredService<TimeProvider>());
        var outcome = await post.TakeAsync(new SupplierPost(source.Key, posted, problems, null, arrival), context.RequestAborted);
        return Pages.Show<TestLeadView>(context, outcome switch
        {
            PostOutcome.Taken { Answer: var answer } => new TestLeadModel(
                answer.Lead.Value, answer.Standing.Status, answer.Reason, $"{new Money(answer.Standing.Payout, answer.Currency).ToDecimal()} {answer.Currency.Code}", []),
            PostOutcome.Refused refused => new TestLeadModel(null, "rejected", ReasonCode.None, null, refused.Problems),
            _ => new TestLeadModel(null, "rejected", ReasonCode.None, null, []),
        });
    }

    private static JsonObject Sample(HttpContext context, Network network, Campaign campaign)
    {
        var services = context.RequestServices;
        var reading = new ReadingContext(campaign.Country, campaign.Currency, services.GetRequiredService<PhonePlans>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var territory = network.Contracts.Values.Where(one => one.Campaign == campaign.Key).OrderBy(one => one.Key, StringComparer.Ordinal).FirstOrDefault()?.Territory;
        return SampleLead.Of(campaign.Key, network.Verticals[campaign.Vertical], reading, territory is { PostalCodes: [var code, ..] } ? SampleLead.CodeOf(code, campaign.Country) : null);
    }

    private static IEnumerable<FieldProblem> Missing(SetUpForm form)
    {
        foreach (var (field, value) in ((string, string)[])[("supplier", form.Supplier), ("source", form.Source), ("buyer", form.Buyer)])
        {
            if (SetUpTemplates.KeyOf(value).Length == 0)
            {
                yield return new FieldProblem(field, "required", "A name with letters or digits is needed.");
            }
        }

        if (form.Price.Length == 0)
        {
            yield return new FieldProblem("price", "required", "Is required.");
        }
    }

    // The network's paths, by the fields of this form.
    private static FieldProblem Named(FieldProblem problem) => problem with
    {
        Field = problem.Field switch
        {
            var field when field.EndsWith(".country", StringComparison.Ordinal) => "country",
            var field when field.EndsWith(".currency", StringComparison.Ordinal) => "currency",
            var field when field.EndsWith(".time_zone", StringComparison.Ordinal) => "time_zone",
            var field when field.Contains(".territory", StringComparison.Ordinal) => "postal_codes",
            var field when field.Contains(".prices", StringComparison.Ordinal) => "price",
            var field when field.Contains(".delivery", StringComparison.Ordinal) => "url",
            var field => field,
        },
    };

    private static string Command(HttpContext context, string campaign, string key)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var lead = network.Campaigns.TryGetValue(campaign, out var sold) ? Sample(context, network, sold).ToJsonString(SampleLead.Plain) : "{}";
        return $"curl -X POST {context.Request.Scheme}://{context.Request.Host}/v1/leads -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{lead.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
