using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Portal;

/// <summary>The API keys of everybody.</summary>
/// <param name="Keys">Those in force first, newest first.</param>
/// <param name="Network">Who could get one.</param>
public sealed record KeysModel(IReadOnlyList<ApiKeyDetails> Keys, Network Network)
{
    /// <summary>The key that was just made; it is shown this once.</summary>
    public NewApiKey? Made { get; init; }

    /// <summary>What was typed.</summary>
    public (string Kind, string Party, string Name) Typed { get; init; } = ("source", "", "");

    /// <summary>What was wrong with it: the field, and the text of the pages.</summary>
    public IReadOnlyList<(string Field, string Text)> Problems { get; init; } = [];

    /// <summary>The problem of a field, or null.</summary>
    public string? ProblemOf(string field) => Problems.FirstOrDefault(problem => problem.Field == field).Text;
}

/// <summary><c>/console/keys</c>: the API keys of operators, sources and buyers. A key is shown once.</summary>
public static class KeysPage
{
    private const int LongestName = 100;

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/keys", (Delegate)(async (HttpContext context) => Pages.Show<KeysView>(context, await ReadAsync(context) with { Typed = ("source", context.Request.Query["source"].ToString(), "") })))
            .ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/keys", (Delegate)CreateAsync).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/keys/{id:guid}/revoke", RevokeAsync).ForOperators(Right.Own).ExcludeFromDescription();
    }

    private static async Task<KeysModel> ReadAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var keys = await ApiKeysSql.AllAsync(services.GetRequiredService<NpgsqlDataSource>(), context.RequestAborted);
        return new KeysModel(keys, services.GetRequiredService<LiveNetwork>().Current);
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (kind, party, name) = (form["kind"].ToString(), form["party"].ToString().Trim(), form["name"].ToString().Trim());
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var (wanted, problem) = kind switch
        {
            "operator" => (PartyKind.Operator, default((string, string)?)),
            "source" => (PartyKind.Source, network.Sources.ContainsKey(party) ? null : ("party", "Name the key of a source of the network.")),
            "buyer" => (PartyKind.Buyer, network.Buyers.ContainsKey(party) ? null : ("party", "Name the key of a buyer of the network.")),
            _ => (default, ("kind", "Choose from what is offered.")),
        };
        var problems = new List<(string, string)>();
        if (problem is { } wrong)
        {
            problems.Add(wrong);
        }

        if (name.Length > LongestName || name.Any(char.IsControl))
        {
            problems.Add(("name", "A name has at most 100 characters."));
        }

        if (problems.Count > 0)
        {
            var typed = await ReadAsync(context) with { Typed = (kind, party, name), Problems = problems };
            return Pages.Show<KeysView>(context, typed, StatusCodes.Status422UnprocessableEntity);
        }

        var made = await context.RequestServices.GetRequiredService<ApiKeys>().CreateAsync(
            new WantedApiKey(wanted, wanted == PartyKind.Operator ? "" : party, name), Actor.Of(context), context.RequestAborted);
        return Pages.Show<KeysView>(context, await ReadAsync(context) with { Made = made });
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, Guid id) =>
        await context.RequestServices.GetRequiredService<ApiKeys>().RevokeAsync(id, Actor.Of(context), context.RequestAborted)
            ? Pages.Done(context, "/console/keys", Viewer.Of(context)["The key was revoked."])
            : Results.NotFound();
}
