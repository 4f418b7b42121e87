using System.Globalization;
using System.Text;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class NormalFormProperties
{
    private static readonly string[] Options = ["owner", "Tenant", "flat, shared", "Ä1"];
    private static readonly string[] CountryCodes = ["DE", "US", "GB", "CA", "NL", "CH", "JP", "IN", "LV", "IE", "AR", "HK"];

    // Parts that lie near what the readers look for, mixed with characters of all kinds.
    private static readonly string[] Seeds =
    [
        "erika", "@", "example.org", "müller.de", ".", ",", "-", "/", ":", "::", " ", "+49", "0151", "23456789", "(0)", "2026", "12", "31", "T09:30:00Z",
        "20095", "SW1A", "1AA", "€", "$", "1.234", "56", "http://", "https://", "yes", "owner", "Tenant", "de", "English", "ffff", "192.0.2.1", "\u0301",
        "\u0323", "A\u030A", "İ", "ß", "\u0345", "ﬃ", "한", "\u1100\u1161", "\ud83d\ude00", "\ud800", "\udc00", "\0", "\n", "\u200B", "\u202E", "%41", "?q=", "#", "x",
    ];

    public static TheoryData<int> RandomSeeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(RandomSeeds))]
    public void reading_a_normal_form_again_changes_nothing_and_no_input_throws(int seed)
    {
        var random = new Random(seed);
        var types = Enum.GetValues<FieldType>();
        var taken = new Dictionary<FieldType, int>();
        for (var round = 0; round < 40_000; round++)
        {
            var type = types[round % types.Length];
            var country = CountryCodes[random.Next(CountryCodes.Length)];
            var posted = Near(random, type);
            var first = Given.Read(type, posted, country, options: Options);
            if (first.IsProblem || !first.Value.IsPresent)
                continue;

            taken[type] = taken.GetValueOrDefault(type) + 1;
            var again = Given.Read(type, Reposted(first.Value), country, options: Options);
            var steps = string.Join(" -> ", Escaped(posted), Escaped(first.Value.ToString()), Escaped(again.Shown()));
            again.Value.ShouldBe(first.Value, $"seed {seed}, round {round}, {type} in {country}: {steps}");
        }

        types.Where(type => taken.GetValueOrDefault(type) < 3).ShouldBeEmpty("the property says nothing about types of which no input is taken");
    }

    private static PostedValue Reposted(FieldValue value) => value.Kind switch
    {
        FieldKind.Number => Given.Number(value.ToString()),
        FieldKind.Set => new PostedValue(PostedKind.List, null, value.Items),
        _ => PostedValue.OfText(value.ToString()),
    };

    // A value of the type with up to three random changes, or parts at random.
    private static string Near(Random random, FieldType type)
    {
        var text = new StringBuilder(random.Next(3) == 0 ? string.Empty : Sample(random, type));
        for (var changes = random.Next(text.Length == 0 ? 8 : 4); changes > 0; changes--)
        {
            var part = random.Next(4) == 0 ? ((char)random.Next(0x10000)).ToString() : Seeds[random.Next(Seeds.Length)];
            text.Insert(random.Next(text.Length + 1), part);
        }

        return text.ToString();
    }

    private static string Sample(Random random, FieldType type) => type switch
    {
        FieldType.Email => "Jürgen.M+x@Müller.de",
        FieldType.Phone => random.Next(2) == 0 ? "+49 (0)151 23456789" : "212 555 0123",
        FieldType.PostalCode => Seeds[random.Next(19, 22)],
        FieldType.State => random.Next(2) == 0 ? "hh" : "new york",
        FieldType.Country => "Österreich",
        FieldType.Date or FieldType.BirthDate => random.Next(2) == 0 ? "1980-12-31" : "12.12.1980",
        FieldType.Integer or FieldType.Decimal or FieldType.Money => (random.Next(2_000_000) / 100m).ToString(CultureInfo.InvariantCulture),
        FieldType.Boolean => "ja",
        FieldType.Choice => "TENANT",
        FieldType.Choices => "owner; ä1",
        FieldType.Url => "https://Müller.de/Straße?q=ä#ö",
        FieldType.Ip => random.Next(2) == 0 ? "192.0.2.1" : "2001:DB8:0::1",
        FieldType.Timestamp => "2026-03-31T09:30:00.123+02:00",
        FieldType.Language => "zh-Hant",
        _ => "  Zoe\u0308   Muster ",
    };

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => char.IsAscii(c) && !char.IsControl(c) ? c.ToString() : $"\\u{(int)c:X4}"));
}
