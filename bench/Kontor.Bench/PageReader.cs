using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Kontor.Bench;

/// <summary>How long one page took.</summary>
/// <param name="Address">Its path and query.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Bytes">Of its body as it travelled.</param>
/// <param name="Median">Milliseconds until the last byte.</param>
/// <param name="At99">The same at the 99th percentile.</param>
internal sealed record PageTimes(string Address, int Status, int Bytes, double Median, double At99);

/// <summary>Somebody at the console who opens pages one after the other.</summary>
internal sealed partial class PageReader : IDisposable
{
    private const int MostPages = 80;
    private readonly HttpClient client;

    private PageReader(Uri url) => client = new HttpClient(new SocketsHttpHandler
    {
        CookieContainer = new CookieContainer(), AllowAutoRedirect = false, MaxConnectionsPerServer = 1,
    })
    { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };

    public static async Task<PageReader> SignInAsync(Uri url, string email, string password)
    {
        var reader = new PageReader(url);
        var door = await reader.client.GetStringAsync("/sign-in");
        using var form = new FormUrlEncodedContent(
        [
            new("email", email), new("password", password), new("form_token", WebUtility.HtmlDecode(Token().Match(door).Groups[1].Value)),
        ]);
        using var answer = await reader.client.PostAsync("/sign-in", form);
        return answer.StatusCode == HttpStatusCode.SeeOther ? reader : throw new InvalidOperationException($"Signing in answered {(int)answer.StatusCode}.");
    }

    /// <summary>Every kind of page that links lead to from a first one: of those that differ only in what they are about, the first.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string start)
    {
        var (found, kinds, waiting) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), new Queue<string>([start]));
        while (waiting.TryDequeue(out var address) && found.Count < MostPages)
        {
            if (!kinds.Add(Kind(address)))
            {
                continue;
            }

            using var answer = await client.GetAsync(address);
            if (answer.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            found.Add(address);
            foreach (Match link in Link().Matches(await answer.Content.ReadAsStringAsync()))
            {
                waiting.Enqueue(WebUtility.HtmlDecode(link.Groups[1].Value));
            }
        }

        return found;
    }

    public async Task<PageTimes> MeasureAsync(string address, int rounds)
    {
        var times = new double[rounds];
        var (status, bytes) = (0, 0);
        for (var round = -2; round < rounds; round++)
        {
            var since = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await client.SendAsync(request);
            bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
            status = (int)answer.StatusCode;
            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        return new PageTimes(address, status, bytes, times[rounds / 2], times[(int)(rounds * 0.99)]);
    }

    public void Dispose() => client.Dispose();

    // An id or a key at the end makes no other kind of page, nor do the values of a query.
    private static string Kind(string address)
    {
        var (path, query) = address.Split('?', 2) is [var before, var after] ? (before, after) : (address, "");
        var parts = path.Split('/');
        for (var i = 3; i < parts.Length; i++)
        {
            if (Guid.TryParse(parts[i], out _) || i >= 4)
            {
                parts[i] = "*";
            }
        }

        return string.Join('/', parts) + "?" + string.Join('&', query.Split('&').Select(pair => pair.Split('=')[0]));
    }

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<a [^>]*href=\"(/(?:console|buyer|supplier|account|specs|forms)[^\"#]*)[\"#]")]
    private static partial Regex Link();
}
