using System.Globalization;
using System.Text;

namespace Kontor.Bench;

/// <summary>Posts made ready before the clock runs: whole HTTP requests in which only the external id, the phone number and the e-mail
/// address, or the lead's number, are written anew for each lead.</summary>
internal sealed class LeadPosts : Requests
{
    private const int Templates = 4_096;
    private const string Hole = "#########";
    private const string PhoneHole = "~~~~~~~~~~";
    private static readonly string[] Areas =
        ["205", "212", "213", "214", "215", "216", "217", "303", "305", "312", "313", "314", "315", "317", "401", "402", "404", "405", "407", "408", "410", "412", "413",
            "414", "415", "501", "502", "503", "504", "505", "510", "512", "513", "515", "516", "518", "601", "602", "603", "606", "607", "609", "612", "614", "615", "616"];

    private readonly Template[] templates;

    private LeadPosts(Template[] templates) => this.templates = templates;

    public override int Longest => templates.Max(template => template.Bytes.Length);

    public override ReadOnlySpan<byte> Good => "\"status\":\"accepted\""u8;

    /// <summary>Makes the requests of one campaign.</summary>
    /// <param name="places">Where the leads live.</param>
    /// <param name="campaign">The campaign's key.</param>
    /// <param name="server">Where they are sent.</param>
    /// <param name="sourceKey">The key of the source that sends them.</param>
    /// <param name="form">What they say.</param>
    public static LeadPosts Make(IReadOnlyList<Place> places, string campaign, Uri server, string sourceKey, PostForm form)
    {
        var random = new Random(7);
        var head = $"Host: {server.Authority}\r\nAuthorization: Bearer {sourceKey}\r\nContent-Type: application/json\r\n";
        return new LeadPosts([.. Enumerable.Range(0, Templates).Select(_ => Make(places[random.Next(places.Count)], random, campaign, head, form))]);
    }

    /// <summary>Writes the request of a lead's number, below a thousand million, and answers its length. Each number is another person.</summary>
    public override int Write(Span<byte> to, int number)
    {
        var template = templates[number % templates.Length];
        template.Bytes.CopyTo(to);
        foreach (var at in template.Numbers)
        {
            Digits(to.Slice(at, Hole.Length), number);
        }

        if (template.Phone >= 0)
        {
            var phone = to.Slice(template.Phone, 10);
            Encoding.ASCII.GetBytes(Areas[number % Areas.Length], phone);
            Digits(phone[3..], 2_000_000 + (number / Areas.Length));
        }

        return template.Bytes.Length;
    }

    private static Template Make(Place place, Random random, string campaign, string head, PostForm form)
    {
        string[] first = ["Anna", "Brian", "Carla", "David", "Ellen", "Frank", "Grace", "Henry", "Irene", "James"];
        string[] last = ["Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Green", "Harris", "Irwin", "Jones"];
        var person = $"\"external_id\":\"x{Hole}\",\"first_name\":\"{first[random.Next(10)]}\",\"last_name\":\"{last[random.Next(10)]}\","
            + $"\"email\":\"m{Hole}@example.org\",\"phone\":\"+1{PhoneHole}\",";
        var body = string.Create(CultureInfo.InvariantCulture, $$"""
            {"campaign":"{{campaign}}",{{(form.WithPerson ? person : "")}}{{(form.WithNumber ? $"\"lead_number\":1{Hole}," : "")}}"postal_code":"{{place.Code}}","state":"{{place.State}}","city":"{{place.City}}","product":"{{ClaimsNetwork.Products[random.Next(8)]}}","roof":"{{(random.Next(3) < 2 ? "owner" : "tenant")}}","power_bill":{{random.Next(30, 400)}}}
            """);
        var text = $"POST {form.Path} HTTP/1.1\r\n{head}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        return new Template(Encoding.UTF8.GetBytes(text.Replace(PhoneHole, "0000000000", StringComparison.Ordinal)), [.. Places(text)], text.IndexOf(PhoneHole, StringComparison.Ordinal));
    }

    // Everything before the holes is ASCII, so characters are bytes.
    private static IEnumerable<int> Places(string text)
    {
        for (var at = text.IndexOf(Hole, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Hole, at + Hole.Length, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    private static void Digits(Span<byte> to, int number)
    {
        for (var i = to.Length - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private sealed record Template(byte[] Bytes, int[] Numbers, int Phone);
}

/// <summary>What a post says and where it goes.</summary>
/// <param name="Path">The address on the server.</param>
/// <param name="WithPerson">Whether it names a person, as a lead does and a ping does not.</param>
/// <param name="WithNumber">Whether it bears the lead's number in a field that buyers are shown.</param>
internal sealed record PostForm(string Path, bool WithPerson, bool WithNumber)
{
    /// <summary>A lead.</summary>
    public static PostForm Lead { get; } = new("/v1/leads", WithPerson: true, WithNumber: false);
}
