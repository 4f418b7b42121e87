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

/// <summary>Somebody to invite.</summary>
/// <param name="What">Whose pages he will see.</param>
/// <param name="Email">His address.</param>
/// <param name="Name">What he is called.</param>
/// <param name="Party">The buyer's or supplier's key.</param>
internal sealed record DemoGuest(string What, string Email, string Name, string Party);

/// <summary>Invites people as an owner does in a browser: a link from the users page, opened by who gets it.</summary>
internal static partial class DemoPeople
{
    /// <summary>The demo's: one of a buyer and one of a supplier.</summary>
    public static readonly DemoGuest[] Guests =
    [
        new("Buyer", "buyer@localhost", "Nadia National", "national-solar"),
        new("Supplier", "supplier@localhost", "Boris Bright", "bright-leads"),
    ];

    /// <summary>Invites them in the name of the owner who has that address and password, and joins as each.</summary>
    public static async Task<IReadOnlyList<DemoPerson>> InviteAsync(
        Uri server, (string Email, string Password) signIn, IEnumerable<DemoGuest> guests, CancellationToken cancel)
    {
        using var owner = Browser(server);
        await SendAsync(owner, "/sign-in", "/sign-in", [new("email", signIn.Email), new("password", signIn.Password)], cancel);
        var people = new List<DemoPerson>();
        foreach (var (what, address, name, party) in guests)
        {
            var page = await SendAsync(owner, "/console/users", "/console/users/invite", [new("email", address), new("role", what.ToLowerInvariant()), new("party", party)], cancel);
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
