namespace Kontor.Tests.Tidy;

/// <summary>The rules below stand on this reading of C#, so it is tested itself.</summary>
public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("""x = "a" + @"b""c";""", "a|b\"c")]
    [InlineData("""x = $"a{y("b")}c"; // "d" """, "b|a c")]
    [InlineData("""x = $"{{a}}{b}"; c = '"'; d = "e";""", "{{a}} |e")]
    [InlineData("x = \"\"\"a \"b\" c\"\"\"; /* \"d\" */ y = \"\\\"\";", "a \"b\" c|\\\"")]
    [InlineData("x = $$\"\"\"{a} {{b}}\"\"\";", "{a}  ")]
    [InlineData("int @class = 1; y = \"z\";", "z")]
    public void strings_are_told_from_code(string source, string expected) =>
        string.Join('|', CSharpText.Parse(source).Literals.Select(literal => literal.Text)).ShouldBe(expected);

    [Fact]
    public void code_keeps_its_lines_and_loses_its_strings()
    {
        var text = CSharpText.Parse("a(\"\"\"\n  { b\n\"\"\");\nc('{'); // }\nd();");
        text.Code.Split('\n').Length.ShouldBe(5);
        text.Code.ShouldNotContain('{');
        text.Code.ShouldNotContain('}');
        text.LineOf(text.Code.IndexOf('d', StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public void functions_are_found_with_their_length()
    {
        var source = "class A(int b) : C(b)\n{\n  int D()\n  {\n    if (b > 0)\n    {\n    }\n  }\n  int E { get; } = Map(() =>\n  {\n  });\n}\n";
        Functions.Of(CSharpText.Parse(source)).ShouldBe([new Function(4, 5), new Function(10, 2)]);
    }
}
