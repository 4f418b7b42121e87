using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Intake;

public sealed class DateReadingTests
{
    [Theory]
    [InlineData("DE", "31.12.2026", "2026-12-31")]
    [InlineData("DE", "1.2.2026", "2026-02-01")]
    [InlineData("DE", "12/31/2026", "[invalid_date]")]
    [InlineData("US", "12/31/2026", "2026-12-31")]
    [InlineData("US", "2/1/2026", "2026-02-01")]
    [InlineData("US", "31/12/2026", "[invalid_date]")]
    [InlineData("GB", "31/12/2026", "2026-12-31")]
    [InlineData("GB", "01-02-2026", "2026-02-01")]
    [InlineData("CA", "31/12/2026", "2026-12-31")]
    [InlineData("CA", "12/31/2026", "2026-12-31")]
    [InlineData("CA", "02/01/2026", "[invalid_date]")]
    [InlineData("CA", "02/02/2026", "2026-02-02")]
    [InlineData("US", "2026-12-31", "2026-12-31")]
    [InlineData("JP", "2026/12/31", "2026-12-31")]
    [InlineData("DE", "20261231", "2026-12-31")]
    [InlineData("DE", "2026-12-31T00:00:00.000Z", "2026-12-31")]
    [InlineData("DE", "2026-12-31T23:00:00Z", "[invalid_date]")]
    [InlineData("DE", "29.02.2028", "2028-02-29")]
    [InlineData("DE", "29.02.2026", "[invalid_date]")]
    [InlineData("DE", "29.02.2100", "[invalid_date]")]
    [InlineData("DE", "31.04.2026", "[invalid_date]")]
    [InlineData("DE", "31.12.26", "[invalid_date]")]
    [InlineData("DE", "31.12/2026", "[invalid_date]")]
    [InlineData("DE", "31.12.2026.", "[invalid_date]")]
    [InlineData("DE", "2026-13-01", "[invalid_date]")]
    [InlineData("DE", "2026-00-01", "[invalid_date]")]
    [InlineData("DE", "0000-01-01", "[invalid_date]")]
    [InlineData("DE", "tomorrow", "[invalid_date]")]
    [InlineData("DE", "٢٠٢٦-١٢-٣١", "[invalid_date]")]
    public void days_follow_the_order_of_the_country(string country, string posted, string expected) =>
        Given.Read(FieldType.Date, posted, country).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("2026-11-20", "2026-11-20")]
    [InlineData("2026-11-21", "2026-11-21")]
    [InlineData("2026-11-22", "[out_of_range]")]
    [InlineData("1895-11-20", "[out_of_range]")]
    [InlineData("1895-11-21", "[out_of_range]")]
    [InlineData("1895-11-22", "1895-11-22")]
    [InlineData("24.12.1980", "1980-12-24")]
    [InlineData("1980", "[invalid_date]")]
    public void birth_lies_in_the_past_and_within_130_years(string posted, string expected) =>
        Given.Read(FieldType.BirthDate, posted).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("2026-03-31T09:30:00Z", "2026-03-31T09:30:00Z")]
    [InlineData("2026-03-31t09:30:00.1234567z", "2026-03-31T09:30:00.123456Z")]
    [InlineData("2026-03-31 09:30:00+02:00", "2026-03-31T07:30:00Z")]
    [InlineData("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z")]
    [InlineData("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z")]
    [InlineData("1990-12-31T15:59:60Z", "[invalid_timestamp]")]
    [InlineData("2026-03-31T09:30:00", "[invalid_timestamp]")]
    [InlineData("2026-03-31T24:00:00Z", "[invalid_timestamp]")]
    [InlineData("2026-03-31T09:60:00Z", "[invalid_timestamp]")]
    [InlineData("2026-03-31T09:30:00.Z", "[invalid_timestamp]")]
    [InlineData("2026-03-31T09:30:00+24:00", "[invalid_timestamp]")]
    [InlineData("2026-02-30T09:30:00Z", "[invalid_timestamp]")]
    [InlineData("0001-01-01T00:00:00+01:00", "[invalid_timestamp]")]
    [InlineData("9999-12-31T23:59:59-01:00", "[invalid_timestamp]")]
    public void timestamps_are_utc_to_the_microsecond(string posted, string expected) =>
        Given.Read(FieldType.Timestamp, posted).Shown().ShouldBe(expected);
}
