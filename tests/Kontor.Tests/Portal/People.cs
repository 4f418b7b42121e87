using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Portal.SignIn;

namespace Kontor.Tests.Portal;

/// <summary>People who join and sign in as people do: by links and forms.</summary>
internal static partial class People
{
    public const string Password = "correct horse battery";

    /// <summary>Makes a link by an owner; answers its path.</summary>
    public static async Task<string> InviteAsync(KontorNode node, string email, PageRole role = PageRole.Manager, string party = "")
    {
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var page = await owner.SendAsync(
            await owner.ReadAsync("/console/users"), "/console/users/invite", ("email", email), ("role", UserRoles.Text(role)), ("party", party));
        page.Status.ShouldBe(HttpStatusCode.OK, page.Text);
        return LinkOf(page);
    }

    /// <summary>Somebody who joined by a link and is signed in.</summary>
    public static async Task<PageClient> JoinAsync(KontorNode node, string email, PageRole role = PageRole.Manager, string party = "")
    {
        var link = await InviteAsync(node, email, role, party);
        var person = new PageClient(node.Api.Url);
        var joined = await person.SendAsync(await person.ReadAsync(link), link, ("name", "Erika Muster"), ("password", Password));
        joined.Status.ShouldBe(HttpStatusCode.SeeOther, joined.Text);
        return person;
    }

    /// <summary>What the door answers to an address and a password.</summary>
    public static async Task<Page> KnockAsync(PageClient person, string email, string password = Password, string wanted = "") =>
        await person.SendAsync(await person.ReadAsync("/sign-in"), "/sign-in", ("email", email), ("password", password), ("return", wanted));

    /// <summary>Signs in and must be let in.</summary>
    public static async Task<PageClient> EnterAsync(KontorNode node, string email, string password = Password)
    {
        var person = new PageClient(node.Api.Url);
        var page = await KnockAsync(person, email, password);
        page.Status.ShouldBe(HttpStatusCode.SeeOther, page.Text);
        return person;
    }

    /// <summary>The path of the link that a page shows.</summary>
    public static string LinkOf(Page page)
    {
        var link = Link().Match(page.Html);
        link.Success.ShouldBeTrue(page.Text);
        return link.Value;
    }

    public static Guid IdOf(KontorNode node, string email)
    {
        using var command = node.Database.Source.CreateCommand("select id from users where email = $1");
        command.Parameters.AddWithValue(email);
        return (Guid)command.ExecuteScalar()!;
    }

    /// <summary>Where a redirect leads.</summary>
    public static string? Target(this Page page) => page.Answer.Headers.Location?.OriginalString;

    /// <summary>What an authenticator shows for a key (RFC 6238), so many steps from now.</summary>
    public static string CodeOf(string key, int steps = 0)
    {
        var counter = BitConverter.GetBytes((DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + steps);
        Array.Reverse(counter);
#pragma warning disable CA5350 // What authenticators compute.
        var hash = HMACSHA1.HashData(FromBase32(key.Replace(" ", "", StringComparison.Ordinal)), counter);
#pragma warning restore CA5350
        var at = hash[^1] & 15;
        var number = ((hash[at] & 127) << 24) | (hash[at + 1] << 16) | (hash[at + 2] << 8) | hash[at + 3];
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Switches the second factor on; answers the key and the recovery codes.</summary>
    public static async Task<(string Key, IReadOnlyList<string> Codes)> SecureAsync(PageClient person)
    {
        var page = await person.ReadAsync("/account/second-factor");
        var key = Key().Match(page.Html).Groups[1].Value;
        var done = await person.SendAsync(page, "/account/second-factor", ("code", CodeOf(key)));
        done.Status.ShouldBe(HttpStatusCode.OK, done.Text);
        return (key, [.. WebUtility.HtmlDecode(Codes().Match(done.Html).Groups[1].Value).Split('\n')]);
    }

    private static byte[] FromBase32(string text)
    {
        const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(text.Select(letter => Convert.ToString(digits.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(part => part.Length == 8).Select(part => Convert.ToByte(new string(part), 2))];
    }

    [GeneratedRegex("/invitations/[A-Za-z0-9_-]{43}")]
    private static partial Regex Link();

    [GeneratedRegex("<code>([A-Z2-7 ]+)</code>")]
    private static partial Regex Key();

    [GeneratedRegex("<pre id=\"codes\">([^<]+)</pre>")]
    private static partial Regex Codes();
}
