using System.Text;
using Kontor.Intake;
using Kontor.Platform;

namespace Kontor.Tests.Intake;

public sealed class ImportLeadsFileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public async Task delimiter_is_found_out(char delimiter)
    {
        var text = "first_name,email,street\nAnna,anna@example.org,\"Elm St, 3; back | yard\"\nBob,bob@example.org,Oak Rd\n";
        using var file = await OpenAsync(Encoding.UTF8.GetBytes(Delimited(text, delimiter)));
        file.Delimiter.ShouldBe(delimiter);
        file.Headers.ShouldBe(["first_name", "email", "street"]);
        var rows = await RowsAsync(file);
        rows.Select(row => row.Cells.Length).ShouldAllBe(cells => cells == 3);
        rows[1].Cells[2].ShouldBe("Oak Rd");
    }

    [Fact]
    public async Task delimiter_that_is_given_wins()
    {
        using var file = await OpenAsync("a;b,c\n1;2,3\n"u8.ToArray(), ',');
        file.Headers.ShouldBe(["a;b", "c"]);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("windows-1252", false)]
    public async Task encoding_is_found_out(string name, bool mark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        // Far into the file, so that the first block alone would not tell.
        var text = "first_name;city\n" + string.Concat(Enumerable.Repeat("Anna;Reno\n", 20_000)) + "Zoë;Cañon City – Süd\n";
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        using var file = await OpenAsync(bytes);
        var rows = await RowsAsync(file);
        file.Headers[0].ShouldBe("first_name");
        rows.Count.ShouldBe(20_001);
        rows[^1].Cells.ShouldBe(["Zoë", "Cañon City – Süd"]);
    }

    [Fact]
    public async Task encoding_that_is_given_wins()
    {
        using var file = await OpenAsync([.. "name\n"u8, 0xE3, (byte)'\n'], null, "windows-1250");
        (await RowsAsync(file))[0].Cells[0].ShouldBe("ă");
    }

    [Fact]
    public async Task quoted_cell_keeps_line_breaks_quotes_and_delimiters()
    {
        using var file = await OpenAsync("name,note\r\nAnna,\"one\r\ntwo, \"\"three\"\"\"\r\n\r\nBob,x\r\n"u8.ToArray());
        var rows = await RowsAsync(file);
        rows.Count.ShouldBe(2);
        rows[0].Cells[1].ShouldBe("one\r\ntwo, \"three\"");
        rows.ShouldAllBe(row => row.Problem == null);
    }

    [Fact]
    public async Task separator_line_of_a_spreadsheet_is_no_header()
    {
        using var file = await OpenAsync("sep=;\nname;city\nAnna;Reno\n"u8.ToArray());
        file.Headers.ShouldBe(["name", "city"]);
    }

    [Fact]
    public async Task row_with_cells_beyond_the_header_has_a_problem_and_a_short_one_has_none()
    {
        using var file = await OpenAsync("name,city\nAnna,Reno,NV\nBob\nCid,Reno,\n"u8.ToArray(), ',');
        (await RowsAsync(file)).Select(row => row.Problem is null).ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task quotation_mark_that_is_never_closed_spoils_its_row_only()
    {
        using var file = await OpenAsync("name,city\nAnna,Reno\n\"Bob,Reno\nCid,Reno\n"u8.ToArray(), ',');
        var rows = await RowsAsync(file);
        rows[0].Problem.ShouldBeNull();
        rows[^1].Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task quotation_mark_that_swallows_a_megabyte_stops_the_import()
    {
        using var file = await OpenAsync(Encoding.UTF8.GetBytes("name,city\nAnna,Reno\n\"Bob" + new string('x', 3 << 20)), ',');
        var exception = await Should.ThrowAsync<CommandException>(() => RowsAsync(file));
        exception.Message.ShouldContain("quotation mark");
        exception.Message.ShouldNotContain("Bob");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task empty_file_is_refused(string text) =>
        await Should.ThrowAsync<CommandException>(() => OpenAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task unknown_encoding_is_refused_with_the_usual_ones()
    {
        var exception = await Should.ThrowAsync<CommandException>(() => OpenAsync("a,b\n"u8.ToArray(), null, "klingon"));
        exception.Message.ShouldContain("windows-1252");
    }

    private static Task<ImportLeadsFile> OpenAsync(byte[] bytes, char? delimiter = null, string? encoding = null) =>
        ImportLeadsFile.OpenAsync(new MemoryStream(bytes), delimiter, encoding, Cancelled);

    private static async Task<List<LeadRow>> RowsAsync(ImportLeadsFile file)
    {
        var rows = new List<LeadRow>();
        await foreach (var row in file.ReadAsync(Cancelled))
            rows.Add(row);
        return rows;
    }

    // Only what stands outside quotation marks separates.
    private static string Delimited(string text, char delimiter)
    {
        var quoted = false;
        return string.Concat(text.Select(letter =>
        {
            quoted ^= letter == '"';
            return letter == ',' && !quoted ? delimiter : letter;
        }));
    }
}
