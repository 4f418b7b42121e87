using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class NumberReadingTests
{
    [Theory]
    [InlineData("DE", "1.234,56", "1234.56")]
    [InlineData("US", "1,234.56", "1234.56")]
    [InlineData("US", "1.234,56", "1234.56")]
    [InlineData("DE", "1.234", "1234")]
    [InlineData("US", "1.234", "1.234")]
    [InlineData("US", "1,234", "1234")]
    [InlineData("DE", "1,234", "1.234")]
    [InlineData("DE", "120.50", "120.5")]
    [InlineData("US", "120,5", "120.5")]
    [InlineData("US", "0,500", "0.5")]
    [InlineData("DE", "1.234.567", "1234567")]
    [InlineData("CH", "1'234.50", "1234.5")]
    [InlineData("FR", "1\u202F234,5", "1234.5")]
    [InlineData("IN", "1,00,000.5", "100000.5")]
    [InlineData("US", "1,00,000.5", "[invalid_number]")]
    [InlineData("DE", "-3,5", "-3.5")]
    [InlineData("DE", "+3", "3")]
    [InlineData("DE", ",5", "0.5")]
    [InlineData("DE", "5,", "[invalid_number]")]
    [InlineData("DE", "1,2,3", "[invalid_number]")]
    [InlineData("DE", "1.23.456", "[invalid_number]")]
    [InlineData("DE", "1e3", "[invalid_number]")]
    [InlineData("DE", "twelve", "[invalid_number]")]
    [InlineData("DE", "--3", "[invalid_number]")]
    [InlineData("DE", "12 €", "[invalid_number]")]
    [InlineData("DE", "1,0123456789", "1.0123456789")]
    [InlineData("DE", "1,01234567891", "[too_many_digits]")]
    [InlineData("DE", "999.999.999.999.999", "999999999999999")]
    [InlineData("DE", "1.000.000.000.000.000", "[out_of_range]")]
    public void decimals_follow_the_marks_of_the_country(string country, string posted, string expected) =>
        Given.Read(FieldType.Decimal, posted, country).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("1.234", "1.234")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1e400", "[out_of_range]")]
    [InlineData("1e-400", "0")]
    public void json_numbers_are_literal_everywhere(string literal, string expected) =>
        Given.Read(FieldType.Decimal, Given.Number(literal), "DE").Shown().ShouldBe(expected);

    [Theory]
    [InlineData("42", "42")]
    [InlineData("1.234", "1234")]
    [InlineData("42,0", "42")]
    [InlineData("42,5", "[invalid_number]")]
    [InlineData("999999999999999", "999999999999999")]
    [InlineData("1000000000000000", "[out_of_range]")]
    [InlineData("-999999999999999", "-999999999999999")]
    [InlineData("-1000000000000000", "[out_of_range]")]
    public void integers_have_no_fraction_and_at_most_15_digits(string posted, string expected) =>
        Given.Read(FieldType.Integer, posted).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("DE", "EUR", "1.234,5 €", "1234.50")]
    [InlineData("DE", "EUR", "EUR 120", "120.00")]
    [InlineData("DE", "EUR", "120,- €", "120.00")]
    [InlineData("DE", "EUR", "120 eur", "120.00")]
    [InlineData("DE", "EUR", "$120", "[invalid_number]")]
    [InlineData("DE", "EUR", "120 USD", "[invalid_number]")]
    [InlineData("DE", "EUR", "12,505", "[too_many_digits]")]
    [InlineData("DE", "EUR", "12,50", "12.50")]
    [InlineData("US", "USD", "$1,234.5", "1234.50")]
    [InlineData("US", "USD", "-$5", "[invalid_number]")]
    [InlineData("US", "USD", "$ -5", "-5.00")]
    [InlineData("JP", "JPY", "¥1,200", "1200")]
    [InlineData("JP", "JPY", "1200.5", "[too_many_digits]")]
    [InlineData("KW", "KWD", "1.2345", "[too_many_digits]")]
    [InlineData("KW", "KWD", "1.234", "1.234")]
    [InlineData("US", "USD", "$", "[invalid_number]")]
    [InlineData("US", "USD", "1000000000000000", "[out_of_range]")]
    public void money_has_the_digits_of_the_campaigns_currency(string country, string currency, string posted, string expected) =>
        Given.Read(FieldType.Money, posted, country, currency).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("Yes", "true")]
    [InlineData("ja", "true")]
    [InlineData(" ON ", "true")]
    [InlineData("1", "true")]
    [InlineData("Nein", "false")]
    [InlineData("0", "false")]
    [InlineData("off", "false")]
    [InlineData("maybe", "[invalid_boolean]")]
    [InlineData("2", "[invalid_boolean]")]
    public void flags_understand_what_forms_send(string posted, string expected)
    {
        Given.Read(FieldType.Boolean, posted).Shown().ShouldBe(expected);
        Given.Read(FieldType.Boolean, new PostedValue(PostedKind.Flag, "true", default)).Shown().ShouldBe("true");
    }
}
