using System.Text;
using System.Threading.Channels;
using Kontor.Platform;
using Kontor.Portal;
using Kontor.Portal.SignIn;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Kontor.Insight.Board;

/// <summary><c>/console/stream</c>: the newest leads as server-sent events, each the whole list anew. It ends after some minutes; the browser comes back
/// and is let in again, if he is still signed in. When the session ends, or may see the board no more, it ends with the next sign of life.</summary>
internal static class StreamPage
{
    public const string Path = BoardPage.Path + "/stream";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet(Path, StreamAsync).ForOperators(Right.Read).ExcludeFromDescription();

    private static async Task StreamAsync(HttpContext context)
    {
        var stream = context.RequestServices.GetRequiredService<DecisionStream>();
        if (stream.Enter() is not { } watcher)
        {
            await Problems.TryLater(context, "too_many_watchers", "Too many look at the board of this node.", 30).ExecuteAsync(context);
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        ends.CancelAfter(Longest);
        try
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await WriteAsync(context, watcher.Reader, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            stream.Leave(watcher);
        }
    }

    private static async Task WriteAsync(HttpContext context, ChannelReader<IReadOnlyList<DecisionLine>> lists, CancellationToken ends)
    {
        await using var renderer = new HtmlRenderer(context.RequestServices, context.RequestServices.GetRequiredService<ILoggerFactory>());
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        await SendAsync(context, ": looking\n\n", ends);
        for (var asked = clock.GetTimestamp(); ;)
        {
            // However busy the list is: when it is time, the session is looked at before anything more is told.
            var left = Beat - clock.GetElapsedTime(asked);
            var next = left > TimeSpan.Zero ? await NextAsync(lists, left, ends) : null;
            if (clock.GetElapsedTime(asked) >= Beat)
            {
                if (!await Sessions.StillMayAsync(context, ends))
                {
                    return;
                }

                asked = clock.GetTimestamp();
            }

            await SendAsync(context, next is null ? ": still here\n\n" : Event(await RenderAsync(renderer, context, new StreamModel(next))), ends);
        }
    }

    // A list, or null when it is time for a sign of life.
    private static async Task<IReadOnlyList<DecisionLine>?> NextAsync(ChannelReader<IReadOnlyList<DecisionLine>> lists, TimeSpan left, CancellationToken ends)
    {
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(ends);
        beat.CancelAfter(left);
        try
        {
            return await lists.ReadAsync(beat.Token);
        }
        catch (OperationCanceledException) when (!ends.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Task<string> RenderAsync(HtmlRenderer renderer, HttpContext context, StreamModel model) => renderer.Dispatcher.InvokeAsync(async () =>
    {
        var part = await renderer.RenderComponentAsync<PageFrame>(ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(PageFrame.Viewer)] = Viewer.Of(context),
            [nameof(PageFrame.View)] = typeof(StreamView),
            [nameof(PageFrame.Model)] = model,
        }));
        return part.ToHtmlString();
    });

    private static string Event(string html)
    {
        var text = new StringBuilder();
        foreach (var line in html.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            text.Append("data: ").Append(line).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    private static async Task SendAsync(HttpContext context, string text, CancellationToken ends)
    {
        await context.Response.WriteAsync(text, ends);
        await context.Response.Body.FlushAsync(ends);
    }
}

/// <summary>What the stream shows.</summary>
/// <param name="Lines">The newest leads.</param>
public sealed record StreamModel(IReadOnlyList<DecisionLine> Lines);
