using System.Text.Json;
using Kontor.Core.Intake;
using Kontor.Intake;

namespace Kontor.Tests.Intake;

/// <summary>The embedded numbering plans, read and used.</summary>
public sealed class PhonePlansTests
{
    private static readonly PhonePlans Plans = PhonePlansFile.Load();

    [Theory]
    [InlineData("DE", "0151 23456789", "+4915123456789")]
    [InlineData("DE", "+49 (0)151-234 567 89", "+4915123456789")]
    [InlineData("DE", "0049 151 23456789", "+4915123456789")]
    [InlineData("DE", "00 49 (0) 151 / 23456789", "+4915123456789")]
    [InlineData("DE", "tel:+49-151-23456789", "+4915123456789")]
    [InlineData("DE", "０１５１ ２３４５６７８９", "+4915123456789")]
    [InlineData("DE", "٠١٥١٢٣٤٥٦٧٨٩", "+4915123456789")]
    [InlineData("DE", "040 1234567", "+49401234567")]
    [InlineData("DE", "040 1234567 ext. 12", "+49401234567")]
    [InlineData("DE", "040 1234567 x12", "+49401234567")]
    [InlineData("DE", "+1 (212) 555-0123", "+12125550123")]
    [InlineData("US", "(212) 555-0123", "+12125550123")]
    [InlineData("US", "1-212-555-0123", "+12125550123")]
    [InlineData("US", "12125550123", "+12125550123")]
    [InlineData("US", "+1 212.555.0123", "+12125550123")]
    [InlineData("US", "011 49 151 23456789", "+4915123456789")]
    [InlineData("PR", "212 555 0123", "+12125550123")]
    [InlineData("CA", "416 555 0123", "+14165550123")]
    [InlineData("DO", "809 234 5678", "+18092345678")]
    [InlineData("GB", "020 7946 0018", "+442079460018")]
    [InlineData("GB", "+44 (0)20 7946 0018", "+442079460018")]
    [InlineData("JE", "01534 456789", "+441534456789")]
    [InlineData("RU", "8 912 345 67 89", "+79123456789")]
    [InlineData("KZ", "8 701 234 5678", "+77012345678")]
    [InlineData("IT", "06 1234 5678", "+390612345678")]
    [InlineData("IT", "+39 06 12345678", "+390612345678")]
    [InlineData("AR", "011 15-2345-6789", "+5491123456789")]
    [InlineData("BR", "(11) 96123-4567", "+5511961234567")]
    [InlineData("BR", "0 15 11 96123-4567", "+5511961234567")]
    [InlineData("FR", "06 12 34 56 78", "+33612345678")]
    [InlineData("DE", "+800 1234 5678", "+80012345678")]
    [InlineData("US", "0049 151 23456789", "+4915123456789")]
    [InlineData("DE", "4915123456789", "+4915123456789")]
    public void numbers_as_people_write_them_become_e164(string country, string posted, string expected) =>
        Plans.TryParse(posted, country).ShouldBe(expected);

    [Theory]
    [InlineData("DE", "")]
    [InlineData("DE", "12")]
    [InlineData("DE", "call me")]
    [InlineData("DE", "0151 CALLME")]
    [InlineData("DE", "0151 23456789 ext")]
    [InlineData("DE", "0151+23456789")]
    [InlineData("DE", "++49 151 23456789")]
    [InlineData("DE", "+999 12345678")]
    [InlineData("DE", "+49")]
    [InlineData("DE", "01512345678901234567890123456789")]
    [InlineData("US", "555-0123")]
    [InlineData("US", "112 555 0123")]
    [InlineData("US", "212 555 01234")]
    [InlineData("GB", "020 7946 00189")]
    [InlineData("XX", "0151 23456789")]
    public void what_is_no_number_is_refused(string country, string posted) => Plans.TryParse(posted, country).ShouldBeNull();

    [Fact]
    public void every_country_has_a_plan_whose_patterns_can_be_read()
    {
        foreach (var country in "DE US GB FR IT ES PL NL BE AT CH SE NO DK FI IE PT CZ HU RO GR TR UA RU BR AR MX JP CN IN AU NZ ZA AE SA IL EG NG KE".Split(' '))
        {
            Plans.Knows(country).ShouldBeTrue(country);
            Should.NotThrow(() => Plans.TryParse("012345678", country));
        }
    }

    [Fact]
    public void reading_e164_again_changes_nothing_and_no_input_throws()
    {
        const int seed = 7;
        var random = new Random(seed);
        var countries = "DE US GB IT AR BR MX RU KZ JE CA AU FR IN".Split(' ');
        var taken = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var country = countries[random.Next(countries.Length)];
            var posted = string.Concat(Enumerable.Range(0, random.Next(4, 16)).Select(_ => "0123456789+ -("[random.Next(round % 3 == 0 ? 14 : 10)]));
            if (Plans.TryParse(posted, country) is not { } number)
                continue;
            taken++;
            Plans.TryParse(number, country).ShouldBe(number, $"seed {seed}: {posted} in {country}");
        }

        taken.ShouldBeGreaterThan(1000);
    }

    // The suite knows the mobile ranges of some year, and holds made-up numbers (123456789) that no plan has; the plans here are newer, and
    // take landlines. So neither side can be right about all of them.
    [Fact]
    public void numbers_agree_with_the_validators()
    {
        using var document = JsonDocument.Parse(Shared.Oracle("validator-cases.json"));
        var (valid, taken, invalid, refused) = (0, 0, 0, 0);
        var other = new List<string>();
        foreach (var group in document.RootElement.GetProperty("groups").EnumerateArray())
        {
            if (group.GetProperty("validator").GetString() != "isMobilePhone" || Country(group.GetProperty("args")) is not { } country || !Plans.Knows(country))
                continue;
            foreach (var text in group.GetProperty("valid").EnumerateArray().Select(item => item.GetString()!))
            {
                valid++;
                if (Plans.TryParse(text, country) is not null)
                    taken++;
                else
                    other.Add($"{country} {text}");
            }

            foreach (var item in group.GetProperty("invalid").EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String))
            {
                invalid++;
                refused += Plans.TryParse(item.GetString(), country) is null ? 1 : 0;
            }
        }

        valid.ShouldBeGreaterThan(600);
        ((double)taken / valid).ShouldBeGreaterThan(0.92, string.Join("; ", other));
        ((double)refused / invalid).ShouldBeGreaterThan(0.7, $"{refused} of {invalid}");
    }

    private static string? Country(JsonElement args) =>
        args.GetArrayLength() > 0 && args[0].ValueKind == JsonValueKind.String && args[0].GetString() is { Length: >= 5 } locale ? locale[^2..] : null;
}
