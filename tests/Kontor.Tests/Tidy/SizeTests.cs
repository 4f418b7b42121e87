namespace Kontor.Tests.Tidy;

public sealed class SizeTests
{
    private const int MostLinesOfAFile = 400;
    private const int MostLinesOfAFunction = 60;

    /// <summary>Files that are longer for a reason given beside them. A ratchet: the number may only go down.</summary>
    private static readonly Dictionary<string, int> LongerFiles = [];

    [Fact]
    public void file_fits_on_a_few_screens() =>
        Repository.Sources("src/", "tests/", "bench/")
            .Select(file => (File: file, Lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(file => file.Lines > LongerFiles.GetValueOrDefault(file.File, MostLinesOfAFile))
            .Select(file => $"{file.File}: {file.Lines} lines")
            .ShouldBeEmpty();

    [Fact]
    public void allowance_for_a_longer_file_is_no_larger_than_needed() =>
        LongerFiles.Where(allowed => Repository.Read(allowed.Key).AsSpan().Count('\n') < allowed.Value).ShouldBeEmpty();

    [Fact]
    public void function_fits_on_one_screen() =>
        Repository.Sources("src/", "tests/", "bench/")
            .SelectMany(file => Functions.Of(CSharpText.Parse(Repository.Read(file))).Select(function => (File: file, Function: function)))
            .Where(found => found.Function.Lines > MostLinesOfAFunction)
            .Select(found => $"{found.File}:{found.Function.Line}: {found.Function.Lines} lines")
            .ShouldBeEmpty();
}
