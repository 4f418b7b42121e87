using System.Text.Json;
using System.Text.RegularExpressions;
using Kontor.Catalog.Editor;
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
        .. Repository.Sources("src/").SelectMany(file => Phrases().Matches(Repository.Read(file))).Select(text => text.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal)),
        .. ReasonCodes.All.Select(entry => entry.Meaning),
    ];

    [Fact]
    public void every_text_has_german() => Said.Distinct().Where(text => !Languages.GermanTexts.ContainsKey(text)).ShouldBeEmpty();

    // What Core says to people is found by its literal; a value is never one.
    [Fact]
    public void words_of_explanations_are_literals_and_values_are_not()
    {
        var sources = Repository.Sources("src/").ToDictionary(file => file, Repository.Read);
        sources.Where(file => WordsOfAVariable().Replace(file.Value, "") is var text && WordsNotLiteral().IsMatch(text)).Select(file => file.Key).ShouldBeEmpty();
        sources.Where(file => LiteralValue().IsMatch(file.Value)).Select(file => file.Key).ShouldBeEmpty();
        sources.Where(file => SignsWithWords().IsMatch(file.Value)).Select(file => file.Key).ShouldBeEmpty();
    }

    // English readers get the message of the check itself, which names the values; German ones what its code means and where.
    [Fact]
    public void every_problem_of_a_document_has_a_meaning()
    {
        var codes = Repository.Sources("src/Kontor.Core/Catalog/").SelectMany(file => ProblemCodes().Matches(Repository.Read(file))).Select(code => code.Groups[1].Value).Distinct().ToList();
        codes.Count.ShouldBeGreaterThan(30);
        codes.Where(code => !ProblemTexts.Knows(code)).ShouldBeEmpty();
        ProblemTexts.Texts.Where(text => !Languages.GermanTexts.ContainsKey(text)).ShouldBeEmpty();
    }

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

    [GeneratedRegex("Phrase\\.(?:Of|Joined)\\(\\s*\"((?:[^\"\\\\]|\\\\.)+)\"")]
    private static partial Regex Phrases();

    [GeneratedRegex("Problem\\(\\s*(?:\\$?\"[^\"]*\"|[^\",()]+(?:\\([^)]*\\))?),\\s*\"([a-z]+(?:_[a-z]+)*)\",")]
    private static partial Regex ProblemCodes();

    // The meaning of a reason code, which has German by itself.
    [GeneratedRegex("Phrase\\.Of\\(reason\\)|Phrase Of\\(")]
    private static partial Regex WordsOfAVariable();

    [GeneratedRegex("Phrase\\.(?:Of|Joined)\\(\\s*[^\"\\s]")]
    private static partial Regex WordsNotLiteral();

    [GeneratedRegex("Phrase\\.Value\\(\\s*(?:\"|\\$\"[^{])")]
    private static partial Regex LiteralValue();

    [GeneratedRegex("Phrase\\.Signs\\(\\s*\"[^\"]*[a-z]")]
    private static partial Regex SignsWithWords();

    [GeneratedRegex("\\{\\d")]
    private static partial Regex Value();
}
