using System.Text.Json;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Intake;

/// <summary>Cases that others wrote. They are hints, not law: where Kontor reads otherwise on purpose, the reason stands here.</summary>
public sealed class FormatOracleTests
{
    private const string Formats = "json-schema-formats.json";
    private const string Validators = "validator-cases.json";

    // What Kontor reads otherwise than JSON Schema, by the description of the case.
    private static readonly Dictionary<string, string[]> Exempt = new()
    {
        // No provider hands these out and buyers' systems do not take them.
        ["email"] =
        [
            "a quoted string with a space in the local part is valid", "a quoted string with a double dot in the local part is valid",
            "a quoted string with a @ in the local part is valid", "an IPv4-address-literal after the @ is valid",
            "an IPv6-address-literal after the @ is valid",
        ],

        // The same, and characters that no letter of a name is.
        ["idn-email"] = ["a non-ASCII quoted local part is valid", "a noncharacter in the local part is valid"],

        // The field takes both families.
        ["ipv4"] = ["an IPv4-mapped IPv6 address is invalid"],
        ["ipv6"] = ["ipv4 is not ipv6"],

        // Both name one day only.
        ["date"] = ["ISO8601 / non-RFC3339: YYYYMMDD without dashes (2023-03-28)", "invalid: dot separators"],

        // The field takes web addresses without user name, to a host that can exist; what browsers escape is escaped.
        ["uri"] =
        [
            "a valid URL with many special characters", "a valid URL with ftp scheme", "a valid URL", "a valid mailto URI", "a valid newsgroup URI",
            "a valid tel URI", "a valid URN", "unescaped non US-ASCII characters", "URI with leading-zero IPv4 is structurally valid as a reg-name",
            "URI with out-of-bounds IPv4 is structurally valid as a reg-name", "invalid percent-encoding with non-hex digits",
            "incomplete percent-encoding triplet", "lone percent sign is invalid",
        ],
    };

    [Theory]
    [InlineData("email", FieldType.Email, 21)]
    [InlineData("idn-email", FieldType.Email, 12)]
    [InlineData("ipv4", FieldType.Ip, 35)]
    [InlineData("ipv6", FieldType.Ip, 36)]
    [InlineData("date", FieldType.Date, 75)]
    [InlineData("date-time", FieldType.Timestamp, 27)]
    [InlineData("uri", FieldType.Url, 40)]
    public void readers_agree_with_the_formats_of_json_schema(string format, FieldType type, int count)
    {
        var cases = Given.Oracle(Formats).GetProperty("formats").GetProperty(format).EnumerateArray().ToList();
        cases.Count.ShouldBe(count);
        var other = cases
            .Where(item => item.GetProperty("data").GetString() is var text && text == text!.Trim()
                && Given.Read(type, text).Value.IsPresent != item.GetProperty("valid").GetBoolean())
            .Select(item => item.GetProperty("d").GetString()!);
        other.ShouldBe(Exempt.GetValueOrDefault(format) ?? [], ignoreOrder: true);
    }

    // What the suite takes must be taken. What it refuses may be taken: it knows some areas that are not handed out, and no forms with blanks
    // or dashes where the post prints none.
    [Fact]
    public void postal_codes_agree_with_the_validators()
    {
        var cases = Groups("isPostalCode").Where(group => group.GetProperty("args")[0].GetString() is { Length: 2 })
            .SelectMany(group => Cases(group).Select(item => (Country: group.GetProperty("args")[0].GetString()!, item.Text, item.Valid))).ToList();
        var other = cases.Where(item => Given.Read(FieldType.PostalCode, item.Text, item.Country).Value.IsPresent != item.Valid).ToList();
        cases.Count.ShouldBeGreaterThan(150);
        other.Where(item => item.Valid).ShouldBeEmpty();
        (1 - (double)other.Count / cases.Count).ShouldBeGreaterThan(0.9, string.Join("; ", other));
    }

    // E-mail: quoted local parts. Addresses: those without scheme, with ftp or with a user name.
    [Theory]
    [InlineData("isEmail", FieldType.Email, 0.9)]
    [InlineData("isURL", FieldType.Url, 0.85)]
    [InlineData("isIP", FieldType.Ip, 0.95)]
    public void readers_agree_with_the_validators_without_options(string validator, FieldType type, double share)
    {
        var cases = Groups(validator).Where(group => group.GetProperty("args").GetArrayLength() == 0).SelectMany(Cases).ToList();
        var other = cases.Where(c => Given.Read(type, c.Text).Value.IsPresent != c.Valid).Select(c => $"'{c.Text}' {(c.Valid ? "refused" : "taken")}").ToList();
        cases.Count.ShouldBeGreaterThan(20);
        (1 - (double)other.Count / cases.Count).ShouldBeGreaterThanOrEqualTo(share, string.Join("; ", other));
    }

    private static IEnumerable<JsonElement> Groups(string validator) =>
        Given.Oracle(Validators).GetProperty("groups").EnumerateArray().Where(group => group.GetProperty("validator").GetString() == validator);

    private static IEnumerable<(string Text, bool Valid)> Cases(JsonElement cases) =>
        Texts(cases, "valid").Select(text => (text, true)).Concat(Texts(cases, "invalid").Select(text => (text, false)));

    private static IEnumerable<string> Texts(JsonElement cases, string name) =>
        cases.GetProperty(name).EnumerateArray().Select(Text).OfType<string>();

    // Null for what is no text and for text that JSON cannot carry (half of a surrogate pair).
    private static string? Text(JsonElement item)
    {
        try
        {
            return item.ValueKind == JsonValueKind.String ? item.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
