using System.Globalization;
using Kontor.Insight.Reports;
using Kontor.Portal;

namespace Kontor.Tests.Insight;

/// <summary>Reports tell how each row fared in the time before of the same length.</summary>
public sealed class ReportTrendTests
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    [Fact]
    public async Task rows_say_how_much_more_or_less_they_are_than_before()
    {
        await using var node = await SellingAsync();
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        await node.Api.SellAsync(3, atOnce: 1);
        var alone = await person.ReadAsync("/console/reports?by=source&range=7d");
        alone.Text.ShouldContain("landing 3 0 3 0 3 0 100.0 % 90.00 EUR 270.00 EUR");
        alone.Text.ShouldNotContain("as before");
        await SoldBeforeAsync(node, ("source", "landing", ""), 5, 45_000);
        await SoldBeforeAsync(node, ("source", "gone", ""), 2, 1_000);
        await SoldBeforeAsync(node, ("contract", "a", "a"), 3, 20_000);
        var text = (await person.ReadAsync("/console/reports?by=source&range=7d")).Text;
        text.ShouldContain("landing 3 −2 less 0 3 0 3 −2 less 0 100.0 % 90.00 EUR 270.00 EUR −180.00 EUR less");
        text.ShouldContain("gone 0 −2 less 0 0 0 0 −2 less 0 – 0.00 EUR 0.00 EUR −10.00 EUR less");
        text.ShouldContain("Total 3 −4 less 0 3 0 3 −4 less");
        text.ShouldContain("against the time before of the same length");
        (await person.ReadAsync("/console/reports?by=contract&range=7d")).Text.ShouldContain("a 3 as before 90.00 EUR 270.00 EUR +70.00 EUR more");
        (await person.ReadAsync("/console/reports.csv?by=source&range=7d")).Html.ShouldContain("landing,EUR,3,0,3,0,0,3,0,0,3,90.00,270.00,162.00,108.00,0,0.00,0,0,0,5,5,450.00");
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        (await person.ReadAsync("/console/reports?by=contract&range=7d")).Text.ShouldContain("+70,00 EUR mehr");
    }

    [Fact]
    public async Task days_are_compared_with_the_day_as_many_days_earlier()
    {
        await using var node = await SellingAsync();
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        await SoldBeforeAsync(node, ("source", "landing", ""), 1, 9_000, days: 1);
        await SoldBeforeAsync(node, ("source", "landing", ""), 4, 9_000, days: 8);
        (await person.ReadAsync("/console/reports?by=day&range=7d")).Text.ShouldContain("1 −3 less 0 1 0 1 −3 less 0 100.0 % 90.00 EUR 90.00 EUR as before");
    }

    [Fact]
    public async Task long_report_is_read_page_by_page_and_the_file_has_all_of_it()
    {
        await using var node = await SellingAsync();
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        foreach (var i in Enumerable.Range(1, 230))
            await SoldBeforeAsync(node, ("contract", $"c{i:D3}", "a"), i, i * 100, days: 1);
        const string report = "/console/reports?by=contract&range=7d&sort=sold";
        var found = new List<string>();
        foreach (var page in new[] { "", "&page=2", "&page=3" })
        {
            var shown = await person.ReadAsync(report + page);
            found.AddRange(System.Text.RegularExpressions.Regex.Matches(shown.Html, "<a href=\"/console/leads\\?contract=(c[0-9]{3})&amp;test=no[^\"]*\">c").Select(link => link.Groups[1].Value));
            shown.Text.ShouldContain("Total 26,565");
            shown.Html.Contains("rel=\"next\"", StringComparison.Ordinal).ShouldBe(page != "&page=3");
        }

        found.ShouldBe(Enumerable.Range(1, 230).Reverse().Select(i => $"c{i:D3}"));
        var last = await person.ReadAsync(report + "&page=99");
        last.Text.ShouldContain("Rows 201 to 230 of 230.");
        last.Html.ShouldContain("href=\"/console/reports?by=contract&amp;range=7d&amp;sort=price\"");
        (await person.ReadAsync(report.Replace("reports", "reports.csv", StringComparison.Ordinal))).Html.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(231);
        (await person.ReadAsync("/console/reports?by=day&range=7d")).Text.ShouldNotContain("Rows 1 to");
    }

    [Theory]
    [InlineData("2026-03-29T00:00", "2026-03-30T10:30", "2026-03-27T00:00", "2026-03-28T10:30")]
    [InlineData("2026-10-25T00:00", "2026-10-26T00:00", "2026-10-24T00:00", "2026-10-25T00:00")]
    public void time_before_has_the_same_hours_of_the_day_also_where_the_clock_changes(string from, string until, string earlierFrom, string earlierUntil)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var (start, end) = (At(from), At(until));
        var question = new ReportQuestion
        {
            By = Breakdown.Day, Range = "custom", Span = (start, end), Days = (DateOnly.FromDateTime(DateTime.Parse(from, Invariant)), DateOnly.FromDateTime(DateTime.Parse(until, Invariant).AddMinutes(-1))),
        };
        question.Earlier(zone).ShouldBe((At(earlierFrom), At(earlierUntil)));
        question.Later(At(earlierFrom), zone).ShouldBe(start);

        DateTimeOffset At(string text)
        {
            var local = DateTime.Parse(text, Invariant);
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
    }

    // Hours are put into the books that no lead made.
    private static async Task<KontorNode> SellingAsync()
    {
        var node = new KontorNode { BooksAreMadeUp = true };
        await node.InitializeAsync();
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        return node;
    }

    // An hour as it is kept: at noon so many days ago.
    private static async Task SoldBeforeAsync(KontorNode node, (string Dimension, string Key, string Party) row, int sold, int revenue, int days = 8)
    {
        var hour = new DateTimeOffset(DateTimeOffset.UtcNow.AddDays(-days).Date, TimeSpan.Zero).AddHours(12);
        await node.Database.ExecuteAsync("insert into report_hours_done values ($1, now(), 0) on conflict do nothing", hour);
        await node.Database.ExecuteAsync(
            $"insert into report_hours (dimension, hour_start, campaign, key, party, currency, {CountHoursSql.Named}) values ($1, $2, 'solar', $3, $4, 'EUR', "
                + "$5, 0, 0, 0, 0, $5, $5, $6, 0, 0, 0, 0, 0, 0, 0)",
            row.Dimension, hour, row.Key, row.Party, (long)sold, (long)revenue);
    }
}
