using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>A window of the browser. Whatever the browser complains of meanwhile (a script's error, something that the content security policy
/// stopped, a file that is missing) fails the test when it is closed.</summary>
public sealed class Visit : IAsyncDisposable
{
    private static readonly Lazy<string> Axe = new(() => $$"""
        async () => {
            {{new BundledAxeScriptProvider().GetScript()}}
            // Where something stands is told by its markup; working out a selector for all that is sound takes longer than looking at it.
            const found = await axe.run(document, { resultTypes: ["violations"], selectors: false, preload: false, iframes: false });
            return found.violations.filter(one => one.impact === "serious" || one.impact === "critical")
                .flatMap(one => one.nodes.map(node => `${one.id}: ${one.help}: ${node.html}: ${node.any[0]?.message ?? ""}`));
        }
        """);

    private readonly ConcurrentQueue<string> complaints = new();
    private readonly Uri url;

    public Visit(IBrowserContext window, IPage page, Uri url)
    {
        (Window, Page, this.url) = (window, page, url);
        page.Console += (_, message) =>
        {
            // An answer such as 404 or 422 is told as an error too; tests look at those themselves.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(url.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Enqueue($"The page asked for {request.Url}.");
        };
    }

    public IBrowserContext Window { get; }

    public IPage Page { get; }

    /// <summary>Opens a page of the node and waits until it is quiet.</summary>
    public async Task<IResponse> GoAsync(string path)
    {
        var answer = await Page.GotoAsync(new Uri(url, path).ToString());
        return answer.ShouldNotBeNull();
    }

    /// <summary>The path of the page that is shown.</summary>
    public string Path => new Uri(Page.Url).AbsolutePath;

    /// <summary>Presses the button with these words. There must be one.</summary>
    public Task PressAsync(string words) => Page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true }).ClickAsync();

    /// <summary>Follows the link with these words. There must be one.</summary>
    public Task FollowAsync(string words) => Page.GetByRole(AriaRole.Link, new() { Name = words, Exact = true }).ClickAsync();

    /// <summary>What the browser complained of so far; it is not told again.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        var taken = new List<string>();
        while (complaints.TryDequeue(out var complaint))
            taken.Add(complaint);
        return taken;
    }

    /// <summary>What axe finds serious or worse on the page as it stands. Our pages have no frames, so it runs in the page itself, without a second one.</summary>
    public async Task<IReadOnlyList<string>> BarriersAsync() => await Page.EvaluateAsync<string[]>(Axe.Value);

    /// <summary>Whether the page is wider than its window, so that it must be scrolled sideways.</summary>
    public async Task<bool> OverflowsAsync() => await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        complaints.ShouldBeEmpty();
    }
}
