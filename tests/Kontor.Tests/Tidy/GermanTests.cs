using System.Text.Json;
using System.Text.RegularExpressions;
using Kontor.Core;
using Kontor.Portal;

namespace Kontor.Tests.Tidy;

/// <summary>Every text of the pages is there in German, with the same values in it, and nothing is translated that no page says.</summary>
public sealed partial class GermanTests
{
    private static readonly IReadOnlyList<string> Said =
    [
        .. Repository.Files.Where(file => file.StartsWith("src/Kontor/", StringComparison.Ordinal) && Path.GetExtension(file) is ".razor" or ".cs")
            .SelectMany(file => Text().Matches(Repository.Read(file))).Select(text => text.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal)),
        .. ReasonCodes.All.Select(entry => entry.Meaning),
    ];

    [Fact]
    public void every_text_has_german() => Said.Distinct().Where(text => !Languages.GermanTexts.ContainsKey(text)).ShouldBeEmpty();

    [Fact]
    public void files_that_have_the_same_text_say_the_same() =>
        Repository.Files.Where(file => file.StartsWith("src/Kontor/Portal/German/", StringComparison.Ordinal))
            .SelectMany(file => JsonSerializer.Deserialize<Dictionary<string, string>>(Repository.Read(file))!)
            .GroupBy(pair => pair.Key, pair => pair.Value).Where(text => text.Distinct().Count() > 1).Select(text => text.Key).ShouldBeEmpty();

    [Fact]
    public void german_has_the_same_values() =>
        Languages.GermanTexts.Where(pair => !Values(pair.Key).SetEquals(Values(pair.Value))).Select(pair => pair.Key).ShouldBeEmpty();

    // A text that stands in a table first and is looked up later has quotes around it somewhere in the sources.
    [Fact]
    public void nothing_is_translated_that_no_page_says()
    {
        var sources = string.Concat(Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) is ".razor" or ".cs").Select(Repository.Read));
        Languages.GermanTexts.Keys.Where(text => !sources.Contains('"' + text.Replace("\"", "\\\"", StringComparison.Ordinal) + '"', StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static HashSet<string> Values(string text) => [.. Value().Matches(text).Select(value => value.Value)];

    [GeneratedRegex("(?:Viewer|viewer)\\[\"((?:[^\"\\\\]|\\\\.)+)\"")]
    private static partial Regex Text();

    [GeneratedRegex("\\{\\d")]
    private static partial Regex Value();
}
