using System.Text.RegularExpressions;

namespace Kontor.Tests.Tidy;

public sealed partial class SqlPlaceTests
{
    [Fact]
    public void statements_stand_only_in_sql_files_and_migrations() =>
        Repository.Sources("src/")
            .Where(file => !file.EndsWith("Sql.cs", StringComparison.Ordinal))
            .SelectMany(file => CSharpText.Parse(Repository.Read(file)).Literals
                .Where(literal => Statement().IsMatch(literal.Text))
                .Select(literal => $"{file}:{literal.Line}: {literal.Text.Trim()}"))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("select 1")]
    [InlineData("\n    select lead_id, status\n    from leads")]
    [InlineData("INSERT INTO leads values (1)")]
    [InlineData("with taken as (select 1)\nupdate counters set day_leads = 1")]
    [InlineData("delete from leads")]
    [InlineData("create database kontor")]
    [InlineData("listen catalog_changed")]
    public void statement_is_recognised(string text) => Statement().IsMatch(text).ShouldBeTrue();

    [Theory]
    [InlineData("Select a campaign before you post.")]
    [InlineData("<select name=\"state\">")]
    [InlineData("The update of the catalog failed.")]
    [InlineData("No contract may insert a lead.")]
    public void prose_is_no_statement(string text) => Statement().IsMatch(text).ShouldBeFalse();

    [GeneratedRegex(
        @"^\s*select\s+(\d|\*|'|\w+\(|[\w.]+\s*(,|\bfrom\b|::)|\w+$)|\binsert\s+into\s+\w+\s*(\(|values|select)|\bupdate\s+\w+(\s+\w+)?\s+set\s|\bdelete\s+from\s+\w"
        + @"|^\s*(create|alter|drop)\s+(table|database|role|index|unique\s+index|function|schema|extension)\s|\btruncate\s+table\s"
        + @"|\bfor\s+(no\s+key\s+)?update(\s+skip|\s+nowait|\s*$)|^\s*(listen|notify|unlisten)\s+[a-z_]+\s*;?$|^\s*set\s+(local|session)\s|^\s*copy\s+\w+\s*\(",
        RegexOptions.IgnoreCase)]
    private static partial Regex Statement();
}
