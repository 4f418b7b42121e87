using System.Globalization;
using Kontor.Matching;
using Kontor.Platform;

namespace Kontor.Intake.Dialects;

/// <summary>The addresses at which suppliers post as other systems take it. The key stands in the post and a person may stand in the query:
/// neither goes anywhere but into the lead.</summary>
internal static class DialectEndpoints
{
    private const string Later = "Nothing was taken; post the same lead again in a moment.";

    /// <summary>Maps the addresses of every dialect.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var dialect in Dialect.All)
        {
            foreach (var address in dialect.Addresses)
            {
                app.MapMethods(address.Path, address.Methods, context => HandleAsync(context, dialect, address));
            }
        }
    }

    private static async Task HandleAsync(HttpContext context, Dialect dialect, DialectAddress address)
    {
        var arrival = PostArrival.Now(context.RequestServices.GetRequiredService<TimeProvider>());
        var post = ForeignPost.Unread;
        var outcome = PostOutcome.TooLarge;
        try
        {
            if (await PostBody.ReadAsync(context) is { } body)
            {
                var read = ForeignPost.Read(context.Request.QueryString.Value ?? string.Empty, body, context.Request.ContentType);
                post = read ?? post;
                outcome = read is null ? PostOutcome.Unsupported : await TakeAsync(context, read, dialect, address, arrival);
            }
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            outcome = PostOutcome.TooLarge;
        }
        catch (Exception failure) when (FailureAnswers.IsDatabaseUnavailable(failure))
        {
            var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DialectEndpoints));
            log.LogWarning("Request {RequestId} found the database unavailable: {Failure}", context.RequestId(), failure.GetType().Name);
            outcome = new PostOutcome.Refused(PostRefusal.Busy, Later);
        }

        await WriteAsync(context, dialect.Write(post, outcome), outcome);
    }

    private static async Task<PostOutcome> TakeAsync(
        HttpContext context, ForeignPost post, Dialect dialect, DialectAddress address, PostArrival arrival)
    {
        var key = post.Text(dialect.Names.Key);
        if (key is null || context.RequestServices.GetRequiredService<ApiKeys>().Find(key) is not { Kind: PartyKind.Source } caller)
        {
            return new PostOutcome.Refused(PostRefusal.WrongKey, $"Send the key of a source in {dialect.Names.Key}.");
        }

        var network = context.RequestServices.GetRequiredService<LiveDesks>().Network;
        if (network.Sources.GetValueOrDefault(caller.Key)?.Dialect is not { } setting || setting.Type != dialect.Type)
        {
            return new PostOutcome.Refused(PostRefusal.NotAllowed, "The source of this key is not set up to post at this address.");
        }

        var translation = Translation.Of(post, dialect, setting, network);
        var translated = new SupplierPost(caller.Key, translation.Lead, translation.Problems, context.Request.Headers["Idempotency-Key"], arrival);
        var outcome = address.ForPings || dialect.IsPing(post)
            ? await context.RequestServices.GetRequiredService<PostPing>().TakeAsync(translated, context.RequestAborted)
            : await context.RequestServices.GetRequiredService<PostLead>().TakeAsync(translated, context.RequestAborted);
        return outcome is PostOutcome.Refused refused
            ? refused with { Problems = [.. refused.Problems.Select(problem => translation.InTheirWords(problem, setting))] }
            : outcome;
    }

    // These systems say what is wrong in the body and answer 200; only what a client may simply repeat, or cannot have meant, has another status.
    private static Task WriteAsync(HttpContext context, DialectAnswer answer, PostOutcome outcome)
    {
        var refusal = (outcome as PostOutcome.Refused)?.Refusal;
        context.Response.StatusCode = refusal switch
        {
            PostRefusal.Busy => StatusCodes.Status503ServiceUnavailable,
            PostRefusal.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
            _ => StatusCodes.Status200OK,
        };
        if (refusal == PostRefusal.Busy)
        {
            context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        }

        if (outcome is PostOutcome.Taken { Replayed: true } or PostOutcome.Pinged { Replayed: true })
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = answer.ContentType;
        return context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }
}
