using System.Globalization;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class TemplateTests
{
    private static readonly TemplateValues Values = Hostile.Values(
        ("lead.first_name", FieldValue.Of("Erika")), ("lead.power_bill", FieldValue.Of(1120.50m)), ("lead.battery", FieldValue.Of(true)),
        ("lead.move_in", FieldValue.Of(new DateOnly(2026, 12, 31))), ("lead.wishes", FieldValue.Of(["wallbox", "heat_pump"])),
        ("lead.at", FieldValue.Of(new DateTimeOffset(2026, 11, 21, 9, 58, 0, TimeSpan.Zero))), ("price", FieldValue.Of(90.00m)));

    [Theory]
    [InlineData("", "")]
    [InlineData("web", "web")]
    [InlineData("{{lead.first_name}}", "Erika")]
    [InlineData("Dear {{ lead.first_name }}!", "Dear Erika!")]
    [InlineData("{{lead.first_name}}{{lead.first_name}}", "ErikaErika")]
    [InlineData("{{lead.city}}", "")]
    [InlineData("{{lead.city|unknown}}", "unknown")]
    [InlineData("{{lead.city| New York }}", "New York")]
    [InlineData("{{lead.city|}}", "")]
    [InlineData("{{lead.city|a|b}}", "a|b")]
    [InlineData("{{lead.first_name|unknown}}", "Erika")]
    [InlineData("{{lead.power_bill}} {{price}}", "1120.50 90.00")]
    [InlineData("{{lead.battery}}", "true")]
    [InlineData("{{lead.move_in}}", "2026-12-31")]
    [InlineData("{{lead.at}}", "2026-11-21T09:58:00Z")]
    [InlineData("{{lead.wishes}}", "heat_pump, wallbox")]
    [InlineData("{ {x} } }} {", "{ {x} } }} {")]
    public void placeholders_are_filled_in_without_a_locale(string template, string text)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.DateTimeFormat.DateSeparator) = (",", ".");
            CultureInfo.CurrentCulture = other;
            Template.TryParse(template)!.Text(Values, value => value).ShouldBe(text);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("{{lead.city")]
    [InlineData("{{lead.city}")]
    [InlineData("{{}}")]
    [InlineData("{{ }}")]
    [InlineData("{{|x}}")]
    [InlineData("{{ {{lead.city}} }}")]
    public void what_is_no_template_is_refused(string template) => Template.TryParse(template).ShouldBeNull();

    [Fact]
    public void one_placeholder_alone_keeps_its_kind()
    {
        Template.TryParse("{{lead.power_bill}}")!.Value(Values).ShouldBe(FieldValue.Of(1120.50m));
        Template.TryParse("{{lead.battery}}")!.Value(Values).ShouldBe(FieldValue.Of(true));
        Template.TryParse("{{lead.power_bill}} EUR")!.Value(Values).ShouldBe(FieldValue.Of("1120.50 EUR"));
        Template.TryParse("{{lead.city}}")!.Value(Values).ShouldBe(FieldValue.Missing);
        Template.Of(FieldValue.Of(5m)).Value(Values).ShouldBe(FieldValue.Of(5m));
    }

    [Theory]
    [InlineData("{{lead.rooms|0}}", FieldKind.Number, FieldKind.Number)]
    [InlineData("{{lead.rooms|none}}", FieldKind.Number, FieldKind.Text)]
    [InlineData("{{lead.rooms|0}}", FieldKind.Text, FieldKind.Text)]
    [InlineData("{{lead.rooms|false}}", FieldKind.Flag, FieldKind.Flag)]
    public void default_is_of_the_fields_kind_where_it_can_be(string template, FieldKind known, FieldKind kind) =>
        Template.TryParse(template)!.With(_ => known).Value(Values).Kind.ShouldBe(kind);

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void value_is_never_read_as_a_template(string value) =>
        Template.TryParse("<{{lead.name}}>")!.Text(Hostile.Named(value), text => text).ShouldBe($"<{Hostile.Sound(value)}>");
}
