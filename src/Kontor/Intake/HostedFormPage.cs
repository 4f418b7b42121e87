using System.Text;
using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Portal;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace Kontor.Intake;

/// <summary>A source's web form with what was typed into it.</summary>
/// <param name="Source">Key of the source.</param>
/// <param name="Form">What the operator wrote.</param>
/// <param name="Vertical">Its fields.</param>
/// <param name="Mark">Says when this form was shown, and makes it one that is sent once.</param>
public sealed record HostedFormModel(string Source, HostedForm Form, Vertical Vertical, string Mark)
{
    /// <summary>What was typed.</summary>
    public LeadFormValues Values { get; init; } = LeadFormValues.Empty;

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];

    /// <summary>Whether it was sent.</summary>
    public bool Sent { get; init; }
}

/// <summary><c>/forms/{source}</c>: the web form of a source. What people send becomes a lead with its proof of consent. The page stands on its own or in a frame
/// on pages that the operator allows; there a browser sends no cookies, so the form carries a signed mark in place of them.</summary>
internal static class HostedFormPage
{
    /// <summary>The purpose of a form's mark.</summary>
    internal const string Purpose = "form";

    /// <summary>A field that people do not see; who fills it in is a program.</summary>
    internal const string TrapField = "kontor_homepage";

    /// <summary>The field of the mark.</summary>
    internal const string MarkField = "kontor_mark";

    /// <summary>The box by which people agree.</summary>
    internal const string ConsentField = "kontor_consent";

    /// <summary>Nobody fills in a form faster.</summary>
    internal static readonly TimeSpan Fastest = TimeSpan.FromSeconds(3);

    // No form of ours has more.
    private const int MostValues = 1_024;

    private static readonly TimeSpan MarkHolds = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/forms/{source}", ShowAsync).ForVisitors().ExcludeFromDescription();
        app.MapPost("/forms/{source}", SendAsync).ForVisitors().ExcludeFromDescription();
        app.MapGet("/forms/{source}/embed.js", EmbedAsync).ForVisitors().ExcludeFromDescription();
    }

    private static Task ShowAsync(HttpContext context, string source) => Model(context, source, null) is { } model ? AnswerAsync(context, model, 200) : Pages.FailAsync(context, 404, "not_found");

    private static async Task SendAsync(HttpContext context, string source)
    {
        if (await ReadAsync(context) is not { } form)
        {
            await Pages.FailAsync(context, 400, "malformed_request");
            return;
        }

        if (Model(context, source, form[MarkField]) is not { } model)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var viewer = Viewer.Of(context);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var mark = SignedMarks.Read(context.RequestServices, Purpose, form[MarkField]);
        model = model with { Values = LeadFormValues.Of(form) };
        if (!context.RequestServices.GetRequiredService<FormGate>().LetIn(context.Connection.RemoteIpAddress))
        {
            await AnswerAsync(context, model with { Problems = [("form", viewer["This was sent very often. Wait some minutes and send it once more."])] }, 429);
        }
        else if (TrapOf(form, mark, source, now) is { } trap)
        {
            // A program learns nothing: it gets what people get.
            await FormTrapsSql.CountAsync(
                context.RequestServices.GetRequiredService<NpgsqlDataSource>(), source, trap, DateOnly.FromDateTime(now.UtcDateTime), context.RequestAborted);
            await AnswerAsync(context, model with { Sent = true }, 200);
        }
        else if (now - mark!.Value.At > MarkHolds)
        {
            await AnswerAsync(context, model with { Problems = [("form", viewer["This page was open for very long. Look it over and send it once more."])] }, 422);
        }
        else
        {
            try
            {
                await TakeAsync(context, model, form, mark.Value.Text);
            }
            catch (Exception failure) when (FailureAnswers.IsDatabaseUnavailable(failure) && !context.Response.HasStarted)
            {
                // What was typed stays, also in a frame; the mark makes it one lead however often it is sent.
                context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HostedFormPage))
                    .LogWarning("Request {RequestId} found the database unavailable: {Failure}", context.RequestId(), failure.GetType().Name);
                await AnswerLaterAsync(context, model);
            }
        }
    }

    // Null when it is no form, or has more values than any form of ours. A larger one than any lead is refused before it is read.
    private static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = PostBody.Limit;
        }

        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = MostValues }, context.RequestAborted) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string? TrapOf(IFormCollection form, (string Text, DateTimeOffset At)? mark, string source, DateTimeOffset now) =>
        !string.IsNullOrEmpty(form[TrapField]) ? "hidden_field"
        : mark is not { } read || !read.Text.StartsWith(source + " ", StringComparison.Ordinal) ? "unsigned"
        : now - read.At < Fastest ? "too_fast"
        : null;

    private static async Task TakeAsync(HttpContext context, HostedFormModel model, IFormCollection form, string nonce)
    {
        var viewer = Viewer.Of(context);
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        if (model.Form.Consent is not null && form[ConsentField] != "yes")
        {
            await AnswerAsync(context, model with { Problems = [(ConsentField, viewer["Without your consent this cannot be sent."])] }, 422);
            return;
        }

        var body = Body(context, model, clock.GetUtcNow());
        var posted = PostedLead.TryReadJson(Encoding.UTF8.GetBytes(body.ToJsonString(ApiJson.Written)), out var problems);
        var outcome = await context.RequestServices.GetRequiredService<PostLead>()
            .TakeAsync(new SupplierPost(model.Source, posted, problems, "form " + nonce, PostArrival.Now(clock)), context.RequestAborted);
        switch (outcome)
        {
            // Sent twice, as impatient people do: the first one stands, whatever differs in the second.
            case PostOutcome.Taken or PostOutcome.Refused { Refusal: PostRefusal.Conflict }:
                await AnswerAsync(context, model with { Sent = true }, 200);
                break;
            case PostOutcome.Refused { Problems.Count: > 0 } refused:
                await AnswerAsync(context, model with { Problems = [.. refused.Problems.Select(problem => (problem.Field, ProblemWords.Of(viewer, problem)))] }, 422);
                break;
            default:
                await AnswerLaterAsync(context, model);
                break;
        }
    }

    private static Task AnswerLaterAsync(HttpContext context, HostedFormModel model)
    {
        context.Response.Headers.RetryAfter = "1";
        return AnswerAsync(context, model with { Problems = [("form", Viewer.Of(context)["More comes in than can be taken at this moment. Send it once more."])] }, 503);
    }

    // The lead as a supplier would post it, with the proof: when, on which page, to which text, from which address, what for.
    private static JsonObject Body(HttpContext context, HostedFormModel model, DateTimeOffset now)
    {
        var body = model.Values.ToLead(model.Vertical);
        body["campaign"] = model.Form.Campaign;
        if (model.Form.Consent is { } consent)
        {
            var address = context.Connection.RemoteIpAddress;
            body["consent"] = new JsonObject
            {
                ["given_at"] = CatalogAnswers.Instant(now),
                ["url"] = $"{context.Request.Scheme}://{context.Request.Host}/forms/{model.Source}",
                ["text_version"] = consent.Version,
                ["ip"] = (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString(),
                ["purposes"] = new JsonArray([.. consent.Purposes.Select(purpose => (JsonNode)purpose)]),
            };
        }

        return body;
    }

    private static HostedFormModel? Model(HttpContext context, string source, string? sent)
    {
        var network = context.RequestServices.GetRequiredService<LiveDesks>().Network;
        if (network.Sources.GetValueOrDefault(source) is not { Form: { } form } || network.Campaigns.GetValueOrDefault(form.Campaign) is not { } campaign)
        {
            return null;
        }

        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        // A form that is shown again after a problem is still the same one; only a mark that is not ours or has ended is replaced.
        var kept = SignedMarks.Read(context.RequestServices, Purpose, sent) is { } read && now - read.At <= MarkHolds ? sent : null;
        return new HostedFormModel(
            source, form, network.Verticals[campaign.Vertical], kept ?? SignedMarks.Write(context.RequestServices, Purpose, $"{source} {Guid.CreateVersion7(now):N}", now));
    }

    // Only the pages that the operator allows may show it in a frame.
    private static async Task AnswerAsync(HttpContext context, HostedFormModel model, int status)
    {
        var result = Pages.Show<HostedFormView>(context, model, status);
        var ancestors = model.Form.AllowedOrigins.IsEmpty ? "'none'" : string.Join(' ', model.Form.AllowedOrigins);
        context.Response.Headers.ContentSecurityPolicy = Pages.ContentSecurityPolicy.Replace("frame-ancestors 'none'", $"frame-ancestors {ancestors}", StringComparison.Ordinal);
        await result.ExecuteAsync(context);
    }

    private static async Task EmbedAsync(HttpContext context, string source)
    {
        if (Model(context, source, null) is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        await context.Response.WriteAsync(WebFiles.Text("assets/embed.js")!, context.RequestAborted);
    }
}
