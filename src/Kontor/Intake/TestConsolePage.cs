using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Kontor.Portal;

namespace Kontor.Intake;

/// <summary>The test console: a form made of the fields, and what came of the last test.</summary>
/// <param name="Spec">What can be posted; null when nothing can.</param>
/// <param name="Sources">The supplier's sources.</param>
/// <param name="Values">What was typed.</param>
public sealed record TestConsole(Specification? Spec, IReadOnlyList<Source> Sources, LeadFormValues Values)
{
    /// <summary>The body as it was posted, or null.</summary>
    public string? Request { get; init; }

    /// <summary>The answer, or null.</summary>
    public string? Answer { get; init; }

    /// <summary>Its HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong with fields.</summary>
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];
}

/// <summary><c>/supplier/test</c>: a supplier posts a test lead and sees request and answer. It goes the way of every post, marked as a test: no money, no
/// caps, no duplicates.</summary>
internal static class TestConsolePage
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/supplier/test", ShowAsync).ForSuppliers().ExcludeFromDescription();
        app.MapPost("/supplier/test", PostAsync).ForSuppliers().ExcludeFromDescription();
    }

    private static async Task ShowAsync(HttpContext context)
    {
        if (Model(context, context.Request.Query["source"], context.Request.Query["campaign"]) is not { } model)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        await Pages.Show<TestConsoleView>(context, model with { Values = Examples(model.Spec) }).ExecuteAsync(context);
    }

    private static async Task PostAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (Model(context, form["kontor_source"], form["kontor_campaign"]) is not { Spec: { } spec } model)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var values = LeadFormValues.Of(form);
        var body = new JsonObject { ["campaign"] = spec.Campaign.Key, ["test"] = true };
        foreach (var (name, value) in values.ToLead(spec.Vertical))
        {
            body[name] = value?.DeepClone();
        }

        body["consent"] = new JsonObject { ["given_at"] = CatalogInstant(clock.GetUtcNow()), ["url"] = "https://example.org/form", ["text_version"] = "test" };
        var posted = PostedLead.TryReadJson(Encoding.UTF8.GetBytes(body.ToJsonString(ApiJson.Written)), out var problems);
        var outcome = await context.RequestServices.GetRequiredService<PostLead>()
            .TakeAsync(new SupplierPost(spec.Source.Key, posted, problems, null, PostArrival.Now(clock)), context.RequestAborted);
        await Pages.Show<TestConsoleView>(context, Answered(model with { Values = values, Request = Specification.Indented(body) }, outcome, Viewer.Of(context))).ExecuteAsync(context);
    }

    private static TestConsole Answered(TestConsole model, PostOutcome outcome, Viewer viewer)
    {
        if (outcome is PostOutcome.Taken taken)
        {
            return model with { Status = 200, Answer = Specification.Indented(JsonNode.Parse(Written(taken.Answer))!) };
        }

        var refused = (PostOutcome.Refused)outcome;
        var answer = new JsonObject
        {
            ["status"] = refused.Problems.Count > 0 ? 400 : 503,
            ["code"] = refused.Problems.Count > 0 ? "invalid_fields" : "busy",
            ["detail"] = refused.Detail,
            ["errors"] = new JsonArray([.. refused.Problems.Select(problem => new JsonObject { ["field"] = problem.Field, ["code"] = problem.Code, ["message"] = problem.Message })]),
        };
        return model with
        {
            Status = (int)answer["status"]!,
            Answer = Specification.Indented(answer),
            Problems = [.. refused.Problems.Select(problem => (problem.Field, ProblemWords.Of(viewer, problem)))],
        };
    }

    // Null when the source is not the supplier's.
    private static TestConsole? Model(HttpContext context, string? source, string? campaign)
    {
        var sources = SubmissionsPage.SourcesOf(context);
        var chosen = string.IsNullOrEmpty(source) ? (sources.Count > 0 ? sources[0] : null) : sources.FirstOrDefault(one => one.Key == source);
        return chosen is null && !string.IsNullOrEmpty(source) ? null
            : new TestConsole(chosen is null ? null : Specification.Of(context, chosen, campaign), sources, LeadFormValues.Empty);
    }

    private static LeadFormValues Examples(Specification? spec) => spec is null ? LeadFormValues.Empty : new LeadFormValues(spec.Vertical.Fields
        .Where(field => spec.Example[field.Key] is not null)
        .ToDictionary(field => field.Key, field => new Microsoft.Extensions.Primitives.StringValues(
            spec.Example[field.Key] is JsonArray items ? [.. items.Select(item => item!.ToString())] : [spec.Example[field.Key]!.ToString()]), StringComparer.Ordinal));

    private static string Written(SupplierAnswer answer)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            answer.Write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string CatalogInstant(DateTimeOffset at) => Catalog.CatalogAnswers.Instant(at);
}
