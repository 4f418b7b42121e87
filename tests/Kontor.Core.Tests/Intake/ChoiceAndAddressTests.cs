using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class ChoiceAndAddressTests
{
    private static readonly string[] Options = ["owner", "Tenant", "flat, shared"];

    [Theory]
    [InlineData(" OWNER ", "owner")]
    [InlineData("tenant", "Tenant")]
    [InlineData("flat, shared", "flat, shared")]
    [InlineData("landlord", "[not_an_option]")]
    public void choice_becomes_the_option_as_configured(string posted, string expected) =>
        Given.Read(FieldType.Choice, posted, options: Options).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("tenant, owner", "Tenant, owner")]
    [InlineData("owner;owner,", "owner")]
    [InlineData("flat, shared", "flat, shared")]
    [InlineData("owner,landlord", "[not_an_option]")]
    public void choices_come_separated_by_commas(string posted, string expected) =>
        Given.Read(FieldType.Choices, posted, options: Options).Shown().ShouldBe(expected);

    [Fact]
    public void choices_come_as_a_list()
    {
        Given.Read(FieldType.Choices, Given.List("flat, shared", "OWNER"), options: Options).Value.ShouldBe(FieldValue.Of(["flat, shared", "owner"]));
        Given.Read(FieldType.Choices, Given.List("", " "), options: Options).Value.ShouldBe(FieldValue.Missing);
    }

    [Fact]
    public void problem_names_the_options_and_never_the_posted_value()
    {
        var reading = Given.Read(FieldType.Choice, "landlord-secret", options: Options);
        reading.Message.ShouldBe("Send one of: owner, Tenant, flat, shared.");
    }

    [Fact]
    public void scalar_takes_a_list_of_one_and_nothing_longer()
    {
        Given.Read(FieldType.City, Given.List("Hamburg")).Shown().ShouldBe("Hamburg");
        Given.Read(FieldType.City, Given.List("Hamburg", "Kiel")).Code.ShouldBe("invalid");
        Given.Read(FieldType.City, new PostedValue(PostedKind.Other, null, default)).Code.ShouldBe("invalid");
        Given.Read(FieldType.City, new PostedValue(PostedKind.Flag, "true", default)).Code.ShouldBe("invalid");
    }

    [Theory]
    [InlineData("HTTPS://Example.org/Path?q=1#top", "https://example.org/Path?q=1#top")]
    [InlineData("http://example.org", "http://example.org/")]
    [InlineData("http://example.org:8080/ä", "http://example.org:8080/%C3%A4")]
    [InlineData("http://192.0.2.1/", "http://192.0.2.1/")]
    [InlineData("ftp://example.org", "[invalid_url]")]
    [InlineData("example.org", "[invalid_url]")]
    [InlineData("/path", "[invalid_url]")]
    [InlineData("javascript:alert(1)", "[invalid_url]")]
    [InlineData("http://", "[invalid_url]")]
    [InlineData("http://user:secret@example.org/", "[invalid_url]")]
    [InlineData("http://exa mple.org/", "[invalid_url]")]
    [InlineData("http://example.org/\u0000", "[invalid_url]")]
    [InlineData("http://localhost/", "[invalid_url]")]
    public void only_absolute_web_addresses_are_taken(string posted, string expected) =>
        Given.Read(FieldType.Url, posted).Shown().ShouldBe(expected);

    [Theory]
    [InlineData(2000, false)]
    [InlineData(2001, true)]
    public void web_addresses_have_at_most_2000_characters(int length, bool refused) =>
        (Given.Read(FieldType.Url, "http://example.org/".PadRight(length, 'x')).Code == "too_long").ShouldBe(refused);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("256.0.0.1", "[invalid_ip]")]
    [InlineData("192.0.2.01", "[invalid_ip]")]
    [InlineData("192.0.2", "[invalid_ip]")]
    [InlineData("192.0.2.1:80", "[invalid_ip]")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("::ffff:c000:201", "::ffff:192.0.2.1")]
    [InlineData("fe80::1%eth0", "[invalid_ip]")]
    [InlineData("1::2::3", "[invalid_ip]")]
    [InlineData("1:2:3:4:5:6:7", "[invalid_ip]")]
    [InlineData("1:2:3:4:5:6:7:8:9", "[invalid_ip]")]
    [InlineData("1:2:3:4:5:6:7::8", "[invalid_ip]")]
    [InlineData(":::", "[invalid_ip]")]
    [InlineData("12345::", "[invalid_ip]")]
    public void ip_addresses_have_one_spelling(string posted, string expected) => Given.Read(FieldType.Ip, posted).Shown().ShouldBe(expected);
}
