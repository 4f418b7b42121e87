using Kontor.Intake;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Intake;

public sealed class ExampleLeadsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task sample_leads_are_a_thousand_well_formed_rows()
    {
        var rows = await RowsAsync();
        rows.Count.ShouldBe(1_000);
        rows.ShouldAllBe(row => row.Problem == null && row.Cells.Length == 18);
        rows.Select(row => row.Cells[0]).ShouldBeUnique();
        rows.Select(row => row.Cells[2]).Distinct().Order().ShouldBe(["solar-exclusive", "solar-shared"]);
    }

    [Fact]
    public async Task sample_leads_have_the_mistakes_that_occur_and_not_more()
    {
        var rows = await RowsAsync();
        rows.Count(row => row.Cells[3] != row.Cells[3].Trim() || row.Cells[4] != row.Cells[4].Trim()).ShouldBeInRange(20, 120);
        rows.Count(row => row.Cells.Any(cell => cell.Any(letter => letter > 0x7F))).ShouldBeInRange(30, 150);
        rows.Count(row => Digits(row.Cells[6]) is not { Length: 10 or 11 } || row.Cells[7].Length < 5 || row.Cells[7] is "00000" or "99999")
            .ShouldBeInRange(20, 60);
        // The same number again under another id: what the campaigns' duplicate rule finds.
        (rows.Count - rows.Select(row => TenDigits(row.Cells[6])).Distinct().Count()).ShouldBeInRange(30, 80);
    }

    [Fact]
    public async Task sample_people_are_invented()
    {
        var rows = await RowsAsync();
        rows.Select(row => row.Cells[5]).Where(email => email.Contains('@', StringComparison.Ordinal) && !email.EndsWith('@'))
            .ShouldAllBe(email => email.Contains("@example.", StringComparison.OrdinalIgnoreCase));
        rows.Select(row => TenDigits(row.Cells[6])).Where(digits => digits.Length == 10 && digits != "0000000000" && digits != "1234567890")
            .ShouldAllBe(digits => digits.Substring(3, 5) == "55501" || digits.EndsWith("77", StringComparison.Ordinal));
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    private static string TenDigits(string text) => Digits(text) is [.., _, _, _, _, _, _, _, _, _, _] digits ? digits[^10..] : text;

    private static async Task<List<LeadRow>> RowsAsync()
    {
        using var file = await ImportLeadsFile.OpenAsync(File.OpenRead(Repository.PathOf("examples/leads.csv")), null, null, Cancelled);
        var rows = new List<LeadRow>();
        await foreach (var row in file.ReadAsync(Cancelled))
            rows.Add(row);
        return rows;
    }
}
