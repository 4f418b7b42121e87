using System.Text;
using System.Text.RegularExpressions;

namespace Kontor.Tests.Tidy;

public sealed partial class TextTests
{
    private static readonly string[] Kinds =
        [".cs", ".csproj", ".props", ".slnx", ".json", ".md", ".sql", ".yaml", ".yml", ".sh", ".svg", ".html", ".css", ".js", ".razor", ".editorconfig", ".gitignore"];

    private static IEnumerable<string> Written =>
        Repository.Files.Where(file => (Kinds.Contains(Path.GetExtension(file)) || file is "kontor" or ".ci/run" or "LICENSE")
            && !file.EndsWith("lock.json", StringComparison.Ordinal));

    [Fact]
    public void file_is_utf8_with_plain_line_ends_and_no_tabs() =>
        Written.Select(file => (File: file, Fault: FaultOf(File.ReadAllBytes(Repository.PathOf(file)))))
            .Where(found => found.Fault is not null)
            .Select(found => $"{found.File}: {found.Fault}")
            .ShouldBeEmpty();

    [Fact]
    public void nothing_is_left_for_later() =>
        Repository.Sources("src/", "tests/", "bench/")
            .Where(file => file != "tests/Kontor.Tests/Tidy/TextTests.cs")
            .Where(file => Leftover().IsMatch(Repository.Read(file)))
            .ShouldBeEmpty();

    [Fact]
    public void link_of_a_document_leads_somewhere() =>
        Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => Link().Matches(Repository.Read(file)).Select(link => (File: file, Target: link.Groups[1].Value)))
            .Where(link => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(link.File)!, link.Target)))
            .Select(link => $"{link.File}: {link.Target}")
            .ShouldBeEmpty();

    private static string? FaultOf(byte[] bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return "is not UTF-8";
        }

        return text switch
        {
            ['\uFEFF', ..] => "starts with a byte order mark",
            _ when text.Contains('\r', StringComparison.Ordinal) => "has carriage returns",
            _ when text.Contains('\t', StringComparison.Ordinal) => "has tabs",
            _ when TrailingSpace().IsMatch(text) => "has spaces at the end of a line",
            _ when text.Length > 0 && !text.EndsWith('\n') => "does not end with a line end",
            _ => null,
        };
    }

    [GeneratedRegex(@" +$", RegexOptions.Multiline)]
    private static partial Regex TrailingSpace();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|^\s*#region|NotImplementedException", RegexOptions.Multiline)]
    private static partial Regex Leftover();

    [GeneratedRegex(@"(?:\]\(|(?:src|srcset|href)="")(?!https?:|mailto:|#)([^)#""\s]+)")]
    private static partial Regex Link();
}
