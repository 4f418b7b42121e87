using Kontor.Portal;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Kontor.Tests.Browser.Chromium))]

namespace Kontor.Tests.Browser;

/// <summary>One real browser for the whole run, started when first asked for. It talks to loopback only.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>A window of its own, with no cookies.</summary>
    public async Task<Visit> OpenAsync(Uri url, VisitOptions? options = null)
    {
        var wanted = options ?? new VisitOptions();
        var window = await (await BrowserAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = url.ToString(),
            Locale = wanted.Language,
            TimezoneId = "Europe/Berlin",
            ColorScheme = wanted.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = wanted.Script,
            ViewportSize = new ViewportSize { Width = wanted.Width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        window.SetDefaultTimeout(15_000);
        return new Visit(window, await window.NewPageAsync(), url);
    }

    /// <summary>A window of somebody who is signed in.</summary>
    public async Task<Visit> SignedInAsync(KontorNode node, PageRole role, string? party = null, VisitOptions? options = null)
    {
        using var person = PageClient.SignedIn(node, role, party);
        return await AsAsync(person, options);
    }

    /// <summary>A window that goes on where somebody is.</summary>
    public async Task<Visit> AsAsync(PageClient person, VisitOptions? options = null)
    {
        var visit = await OpenAsync(person.Url, options);
        await visit.Window.AddCookiesAsync(person.Cookies.Select(cookie => new Microsoft.Playwright.Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = "/", HttpOnly = true,
        }));
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> BrowserAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program(),
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
    }

    private static string Program()
    {
        if (Environment.GetEnvironmentVariable("KONTOR_CHROMIUM") is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return ((string[])["chromium", "chromium-browser", "google-chrome"])
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("Chromium is missing: sudo apt-get install chromium, or set KONTOR_CHROMIUM.");
    }
}

/// <summary>How somebody looks at pages.</summary>
public sealed record VisitOptions
{
    public bool Dark { get; init; }

    public bool Script { get; init; } = true;

    public int Width { get; init; } = 1280;

    public string Language { get; init; } = "en-GB";
}
