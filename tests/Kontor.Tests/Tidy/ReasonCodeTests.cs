using System.Text;
using System.Text.RegularExpressions;
using Kontor.Core;

namespace Kontor.Tests.Tidy;

public sealed partial class ReasonCodeTests
{
    private const string Document = "docs/reason-codes.md";

    /// <summary>Codes whose place in the order is settled although nothing gives them yet.</summary>
    private static readonly ReasonCode[] Reserved =
    [
        ReasonCode.ConsentMissing, ReasonCode.LeadTooOld,
    ];

    [Fact]
    public void every_code_is_listed_once_in_order_of_precedence() =>
        ReasonCodes.All.Select(entry => entry.Code).ShouldBe(Enum.GetValues<ReasonCode>().Where(code => code != ReasonCode.None).Order());

    [Fact]
    public void every_code_says_in_a_sentence_what_it_means_and_who_can_change_it()
    {
        foreach (var entry in ReasonCodes.All)
        {
            entry.Text.ShouldMatch("^[a-z]+(_[a-z]+)*$");
            entry.Meaning.ShouldEndWith(".", Case.Sensitive, entry.Text);
            entry.FixedBy.ShouldBeOneOf("supplier", "buyer", "operator", "nobody");
            ReasonCodes.Parse(entry.Text).ShouldBe(entry.Code);
        }
    }

    /// <summary>To write the document anew after a change of the list, run this test with WRITE_DOCUMENTS=1.</summary>
    [Fact]
    public void document_says_what_the_list_says()
    {
        var expected = Render();
        if (Environment.GetEnvironmentVariable("WRITE_DOCUMENTS") == "1")
            File.WriteAllText(Repository.PathOf(Document), expected);
        Repository.Read(Document).Split('\n').Except(expected.Split('\n')).ShouldBeEmpty("lines too many");
        expected.Split('\n').Except(Repository.Read(Document).Split('\n')).ShouldBeEmpty("lines missing");
        (Repository.Read(Document) == expected).ShouldBeTrue("the same lines in the same order");
    }

    [Fact]
    public void code_is_given_by_the_program_or_reserved_but_not_both()
    {
        // Pages that put codes into words give none.
        var given = Mentioned(Repository.Sources("src/")
            .Where(file => !file.StartsWith("src/Kontor.Core/ReasonCode", StringComparison.Ordinal) && !file.EndsWith("Words.cs", StringComparison.Ordinal)));
        ReasonCodes.All.Select(entry => entry.Code)
            .Where(code => given.Contains(code) == Reserved.Contains(code))
            .Select(code => Reserved.Contains(code) ? $"{code} is given: take it off the reserved list" : $"{code} is given nowhere")
            .ShouldBeEmpty();
    }

    [Fact]
    public void code_that_is_given_is_tested()
    {
        var tested = Mentioned(Repository.Files.Where(file => file.StartsWith("tests/", StringComparison.Ordinal)
            && !file.StartsWith("tests/Kontor.Tests/Tidy/", StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".json"));
        ReasonCodes.All.Select(entry => entry.Code).Where(code => !Reserved.Contains(code) && !tested.Contains(code)).ShouldBeEmpty();
    }

    private static HashSet<ReasonCode> Mentioned(IEnumerable<string> files)
    {
        var mentioned = new HashSet<ReasonCode>();
        foreach (Match match in files.SelectMany(file => Mention().Matches(Repository.Read(file))))
        {
            if (Enum.TryParse<ReasonCode>(match.Groups["name"].Value, out var named))
                mentioned.Add(named);
            else if (ReasonCodes.Parse(match.Groups["text"].Value) is var code and not ReasonCode.None)
                mentioned.Add(code);
        }

        return mentioned;
    }

    private static string Render()
    {
        var page = new StringBuilder()
            .Append("# Reason codes\n\n")
            .Append("Why a lead or a contract was refused, in order of precedence: where several hold, the first in this table is *the* reason.\n")
            .Append("This page is written from `ReasonCodes.All` in `src/Kontor.Core/ReasonCodes.cs`; a test keeps the two equal.\n\n")
            .Append("| code | meaning | who can change it | may the same lead fare better later |\n|---|---|---|---|\n");
        foreach (var entry in ReasonCodes.All)
            page.Append($"| `{entry.Text}` | {entry.Meaning} | {entry.FixedBy} | {(entry.RetryMayHelp ? "yes" : "no")} |\n");
        page.Append("\nNot given yet, their place in the order is settled: ")
            .AppendJoin(", ", Reserved.Select(code => $"`{code.Text()}`"))
            .Append(".\n");
        return page.ToString();
    }

    [GeneratedRegex("ReasonCode\\.(?<name>[A-Z]\\w+)|\"(?<text>[a-z_]+)\"")]
    private static partial Regex Mention();
}
