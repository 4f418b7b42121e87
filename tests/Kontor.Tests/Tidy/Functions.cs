using System.Text.RegularExpressions;

namespace Kontor.Tests.Tidy;

/// <summary>A function's body: the line of its opening brace and how many lines it spans.</summary>
internal readonly record struct Function(int Line, int Lines);

/// <summary>Finds function bodies by their braces: a block that follows a closing parenthesis or an arrow, outside any other function, and
/// is neither a type nor a control statement.</summary>
internal static partial class Functions
{
    public static IReadOnlyList<Function> Of(CSharpText text)
    {
        var code = text.Code;
        var found = new List<Function>();
        var blocks = new Stack<(int Start, bool IsFunction)>();
        var inside = 0;
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '{')
            {
                var isFunction = inside == 0 && OpensFunction(code, i);
                inside += isFunction ? 1 : 0;
                blocks.Push((i, isFunction));
            }
            else if (code[i] == '}' && blocks.TryPop(out var block) && block.IsFunction)
            {
                inside--;
                var first = text.LineOf(block.Start);
                found.Add(new Function(first, text.LineOf(i) - first + 1));
            }
        }

        return found;
    }

    private static bool OpensFunction(string code, int brace)
    {
        var start = code.LastIndexOfAny([';', '{', '}'], Math.Max(brace - 1, 0));
        var head = code[(start + 1)..brace].Trim();
        return (head.EndsWith(')') || head.EndsWith("=>", StringComparison.Ordinal) || Constraint().IsMatch(head)) && !TypeDeclaration().IsMatch(head);
    }

    [GeneratedRegex(@"\)\s*where\s[^{}]+$")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\b(class|struct|interface|enum|namespace|record|switch)\b(?!\s*=)")]
    private static partial Regex TypeDeclaration();
}
