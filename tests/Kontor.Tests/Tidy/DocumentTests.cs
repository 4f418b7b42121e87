using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kontor.Tests.Tidy;

public sealed partial class DocumentTests
{
    [Fact]
    public void package_has_a_sentence_in_the_decision_about_dependencies()
    {
        var decision = Repository.Read("docs/decisions/0003-dependencies.md");
        Packages("Directory.Packages.props", "PackageVersion").Where(package => !decision.Contains($"`{package}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void package_that_is_shipped_is_named_in_the_notices()
    {
        var notices = Repository.Read("THIRD-PARTY-NOTICES.md");
        Packages("src/Kontor/Kontor.csproj", "PackageReference").Where(package => !notices.Contains(package, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void setting_that_the_program_reads_is_in_the_readme_and_the_other_way_round()
    {
        var read = Repository.Sources("src/")
            .SelectMany(file => CSharpText.Parse(Repository.Read(file)).Literals)
            .SelectMany(literal => Setting().Matches(literal.Text).Select(found => found.Value));
        var told = Setting().Matches(Repository.Read("README.md")).Select(found => found.Value);
        told.Distinct().Order(StringComparer.Ordinal).ShouldBe(read.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void decision_record_fits_on_a_page_and_says_context_decision_and_consequence()
    {
        var records = Repository.Files.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal)).ToList();
        records.ShouldNotBeEmpty();
        foreach (var record in records)
        {
            var text = Repository.Read(record);
            text.AsSpan().Count('\n').ShouldBeLessThanOrEqualTo(60, record);
            foreach (var heading in new[] { "## Context", "## Decision", "## Consequence" })
                text.ShouldContain(heading, Case.Sensitive, record);
        }
    }

    [Fact]
    public void architecture_names_the_folders_that_exist_and_no_others()
    {
        var named = Folder().Matches(Repository.Read("ARCHITECTURE.md")).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal);
        Repository.Sources("src/Kontor.Core/", "src/Kontor/")
            .Select(file => file.Split('/'))
            .Where(path => path.Length > 3)
            .Select(path => path[2])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBe(named);
    }

    private static IEnumerable<string> Packages(string file, string element) =>
        XDocument.Parse(Repository.Read(file)).Descendants(element).Select(package => (string)package.Attribute("Include")!);

    [GeneratedRegex(@"^\| `([A-Z]\w+)/` \|", RegexOptions.Multiline)]
    private static partial Regex Folder();

    [GeneratedRegex("KONTOR_[A-Z]+(?:_[A-Z]+)*")]
    private static partial Regex Setting();
}
