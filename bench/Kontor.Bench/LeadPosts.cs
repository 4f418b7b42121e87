using System.Globalization;
using System.Text;

namespace Kontor.Bench;

/// <summary>Posts made ready before the clock runs: whole HTTP requests in which only the external id, the phone number and the e-mail
/// address are written anew for each lead.</summary>
internal sealed class LeadPosts
{
    private const int Templates = 4_096;
    private const string Hole = "##########";
    private static readonly string[] Areas =
        ["205", "212", "213", "214", "215", "216", "217", "303", "305", "312", "313", "314", "315", "317", "401", "402", "404", "405", "407", "408", "410", "412", "413",
            "414", "415", "501", "502", "503", "504", "505", "510", "512", "513", "515", "516", "518", "601", "602", "603", "606", "607", "609", "612", "614", "615", "616"];

    private readonly Template[] templates;

    private LeadPosts(Template[] templates) => this.templates = templates;

    /// <summary>Bytes of the longest request.</summary>
    public int Longest => templates.Max(template => template.Bytes.Length);

    /// <summary>Makes the requests of one campaign.</summary>
    public static LeadPosts Make(IReadOnlyList<Place> places, string campaign, Uri server, string sourceKey)
    {
        var random = new Random(7);
        return new LeadPosts([.. Enumerable.Range(0, Templates).Select(_ => Make(places[random.Next(places.Count)], random, campaign, server, sourceKey))]);
    }

    /// <summary>Writes the request of a lead's number, below a thousand million, and answers its length. Each number is another person.</summary>
    public int Write(Span<byte> to, int number)
    {
        var template = templates[number % templates.Length];
        template.Bytes.CopyTo(to);
        Digits(to.Slice(template.ExternalId, Hole.Length), number);
        Digits(to.Slice(template.Email, Hole.Length), number);
        var phone = to.Slice(template.Phone, Hole.Length);
        Encoding.ASCII.GetBytes(Areas[number % Areas.Length], phone);
        Digits(phone[3..], 2_000_000 + (number / Areas.Length));
        return template.Bytes.Length;
    }

    private static Template Make(Place place, Random random, string campaign, Uri server, string sourceKey)
    {
        string[] first = ["Anna", "Brian", "Carla", "David", "Ellen", "Frank", "Grace", "Henry", "Irene", "James"];
        string[] last = ["Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Green", "Harris", "Irwin", "Jones"];
        var body = string.Create(CultureInfo.InvariantCulture, $$"""
            {"campaign":"{{campaign}}","external_id":"x{{Hole}}","first_name":"{{first[random.Next(10)]}}","last_name":"{{last[random.Next(10)]}}","email":"m{{Hole}}@example.org","phone":"+1{{Hole}}","postal_code":"{{place.Code}}","state":"{{place.State}}","city":"{{place.City}}","product":"{{ClaimsNetwork.Products[random.Next(8)]}}","roof":"{{(random.Next(3) < 2 ? "owner" : "tenant")}}","power_bill":{{random.Next(30, 400)}}}
            """);
        var text = $"POST /v1/leads HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {sourceKey}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        return new Template(Encoding.UTF8.GetBytes(text), Place(text, "\"x" + Hole, 2), Place(text, "\"m" + Hole, 2), Place(text, "+1" + Hole, 2));
    }

    // Everything before the holes is ASCII, so characters are bytes.
    private static int Place(string text, string mark, int skip) => text.IndexOf(mark, StringComparison.Ordinal) + skip;

    private static void Digits(Span<byte> to, int number)
    {
        for (var i = to.Length - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private sealed record Template(byte[] Bytes, int ExternalId, int Email, int Phone);
}
