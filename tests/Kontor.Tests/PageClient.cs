using System.Net;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Portal.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kontor.Tests;

/// <summary>A page as a browser without script gets it.</summary>
public sealed record Page(HttpStatusCode Status, string Html, HttpResponseMessage Answer)
{
    /// <summary>The page's text without marks, spaces drawn together.</summary>
    public string Text => PageText.Of(Html);
}

/// <summary>A person at a browser without script: holds cookies, follows no redirects, sends forms with the token that the page gave.</summary>
public sealed partial class PageClient : IDisposable
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient client;

    public PageClient(Uri url)
    {
        Url = url;
        client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public Uri Url { get; }

    public HttpClient Http => client;

    /// <summary>What the person's browser holds.</summary>
    public IEnumerable<Cookie> Cookies => cookies.GetCookies(Url);

    /// <summary>Somebody who is signed in on a node.</summary>
    public static PageClient SignedIn(KontorNode node, PageRole role, string? party = null)
    {
        var person = new PageClient(node.Api.Url);
        var options = node.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(PageRights.Scheme);
        var (id, stamp) = (Guid.CreateVersion7(), Guid.NewGuid().ToString("N"));
        AddUser(node.Database, (id, stamp), role, party);
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, id.ToString()), new("stamp", stamp), new("session", Guid.CreateVersion7().ToString()) };
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, PageRights.Scheme));
        var properties = new AuthenticationProperties { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = DateTimeOffset.UtcNow.AddHours(1) };
        person.cookies.Add(new Cookie("kontor", options.TicketDataFormat.Protect(new AuthenticationTicket(principal, properties, PageRights.Scheme)), "/", "127.0.0.1"));
        return person;
    }

    // Somebody without a password: who tests signing in does it by the pages.
    private static void AddUser(TestDatabase database, (Guid Id, string Stamp) user, PageRole role, string? party)
    {
        using var command = database.Source.CreateCommand(
            """
            insert into users (id, user_name, normalized_user_name, email, normalized_email, security_stamp, concurrency_stamp, name, role, party, created_at)
            values ($1, $2, upper($2), $2, upper($2), $3, $3, 'Test Person', $4, $5, now())
            """);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddWithValue($"{user.Id:N}@example.org");
        command.Parameters.AddWithValue(user.Stamp);
        command.Parameters.AddWithValue(UserRoles.Text(role));
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = party });
        command.ExecuteNonQuery();
    }

    /// <summary>Opens a page, whatever comes.</summary>
    public async Task<Page> OpenAsync(string path)
    {
        var answer = await client.GetAsync(path);
        return new Page(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    /// <summary>Opens a page that must be there.</summary>
    public async Task<Page> ReadAsync(string path)
    {
        var page = await OpenAsync(path);
        page.Status.ShouldBe(HttpStatusCode.OK, page.Text);
        return page;
    }

    /// <summary>Sends a form of a page that was opened before, with that page's token.</summary>
    public async Task<Page> SendAsync(Page page, string action, params (string Name, string Value)[] values)
    {
        var token = Token().Match(page.Html);
        token.Success.ShouldBeTrue("The page has no form.");
        return await SendAsync(action, [.. values, (Pages.FormFieldName, WebUtility.HtmlDecode(token.Groups[1].Value))]);
    }

    /// <summary>Sends a form just as it is.</summary>
    public async Task<Page> SendAsync(string action, params (string Name, string Value)[] values)
    {
        using var body = new FormUrlEncodedContent(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        var answer = await client.PostAsync(action, body);
        return new Page(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    /// <summary>Sends a form that must be taken, and opens the page that it leads to.</summary>
    public async Task<Page> FollowAsync(Page page, string action, params (string Name, string Value)[] values)
    {
        var answer = await SendAsync(page, action, values);
        answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Text);
        return await ReadAsync(answer.Answer.Headers.Location!.OriginalString);
    }

    public void Dispose() => client.Dispose();

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}

internal static partial class PageText
{
    public static string Of(string html) =>
        Spaces().Replace(WebUtility.HtmlDecode(Marks().Replace(Hidden().Replace(html, " "), " ")), " ").Trim();

    [GeneratedRegex("<(script|style|svg|head)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Marks();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
