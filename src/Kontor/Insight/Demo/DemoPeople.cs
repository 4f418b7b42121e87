using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kontor.Platform;

namespace Kontor.Insight.Demo;

/// <summary>Somebody who can sign in to the demo.</summary>
/// <param name="What">Whose pages he sees.</param>
/// <param name="Email">His address.</param>
/// <param name="Password">His password.</param>
internal sealed record DemoPerson(string What, string Email, string Password);

/// <summary>Invites a buyer's and a supplier's person as an owner does in a browser: a link from the users page, opened by who gets it.</summary>
internal static partial class DemoPeople
{
    private static readonly (string What, string Email, string Name, string Role, string Party)[] Wanted =
    [
        ("Buyer", "buyer@localhost", "Nadia National", "buyer", "national-solar"),
        ("Supplier", "supplier@localhost", "Boris Bright", "supplier", "bright-leads"),
    ];

    /// <summary>Invites them and joins as each.</summary>
    public static async Task<IReadOnlyList<DemoPerson>> InviteAsync(Uri server, string email, string password, CancellationToken cancel)
    {
        using var owner = Browser(server);
        await SendAsync(owner, "/sign-in", "/sign-in", [new("email", email), new("password", password)], cancel);
        var people = new List<DemoPerson>();
        foreach (var (what, address, name, role, party) in Wanted)
        {
            var page = await SendAsync(owner, "/console/users", "/console/users/invite", [new("email", address), new("role", role), new("party", party)], cancel);
            var link = Invitation().Match(page).Value;
            var chosen = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            using var guest = Browser(server);
            await SendAsync(guest, link, link, [new("name", name), new("password", chosen)], cancel);
            people.Add(new DemoPerson(what, address, chosen));
        }

        return people;
    }

    private static HttpClient Browser(Uri server) =>
        new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = server };

    private static async Task<string> SendAsync(
        HttpClient browser, string page, string action, List<KeyValuePair<string, string>> values, CancellationToken cancel)
    {
        var form = await browser.GetStringAsync(page, cancel);
        values.Add(new("form_token", WebUtility.HtmlDecode(Token().Match(form).Groups[1].Value)));
        using var body = new FormUrlEncodedContent(values);
        using var answer = await browser.PostAsync(action, body, cancel);
        return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.SeeOther
            ? await answer.Content.ReadAsStringAsync(cancel)
            : throw new CommandException($"{action} answered {(int)answer.StatusCode}.");
    }

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("/invitations/[A-Za-z0-9_-]+")]
    private static partial Regex Invitation();
}
