using System.Text;

namespace Kontor.Core.Intake;

/// <summary>Reads free text, names, streets and cities. The script is kept, only blanks and the Unicode form are put in order.</summary>
internal static class TextReading
{
    public const int TextLimit = 4000;
    public const int NameLimit = 100;
    public const int StreetLimit = 200;
    private const int Reach = 3;

    /// <summary>Text as written, trimmed; line ends become LF. Other control characters and broken Unicode are refused.</summary>
    public static FieldReading Text(string posted)
    {
        if (posted.Length > TextLimit * Reach)
            return Problems.TooLong(TextLimit);
        var text = posted.AsSpan().Trim();
        if (!IsWellFormed(text, linesAllowed: true))
            return Problems.Text;
        var normal = text.Length == posted.Length ? posted : text.ToString();
        if (normal.Contains('\r', StringComparison.Ordinal))
            normal = normal.ReplaceLineEndings("\n");
        return Finish(normal, TextLimit);
    }

    /// <summary>A name of a person or a city: one line, blanks collapsed, with at least one letter.</summary>
    public static FieldReading Name(string posted)
    {
        var line = Line(posted, NameLimit);
        return !line.IsProblem && line.Value.IsPresent && !HasLetter(line.Value.Text!) ? Problems.Name : line;
    }

    /// <summary>One line, blanks collapsed.</summary>
    public static FieldReading Line(string posted, int limit)
    {
        if (posted.Length > limit * Reach)
            return Problems.TooLong(limit);
        if (!IsWellFormed(posted, linesAllowed: true))
            return Problems.Text;
        return Finish(Collapse(posted), limit);
    }

    /// <summary>Whether every surrogate has its partner and no control character is inside.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text, bool linesAllowed)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && !(linesAllowed && c is '\n' or '\r' or '\t'))
                return false;
            if (!char.IsSurrogate(c))
                continue;
            if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    private static FieldReading Finish(string text, int limit)
    {
        var composed = Composition.Compose(text);
        if (composed.Length > limit)
            return Problems.TooLong(limit);
        return composed.Length == 0 ? FieldValue.Missing : FieldValue.Of(composed);
    }

    private static bool HasLetter(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
                return true;
        }

        return false;
    }

    private static string Collapse(string posted)
    {
        if (IsCollapsed(posted))
            return posted;
        var line = new StringBuilder(posted.Length);
        foreach (var c in posted)
        {
            if (!char.IsWhiteSpace(c))
                line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.Length > 0 && line[^1] == ' ' ? line.ToString(0, line.Length - 1) : line.ToString();
    }

    private static bool IsCollapsed(string posted)
    {
        var blank = true;
        foreach (var c in posted)
        {
            if (char.IsWhiteSpace(c) && (c != ' ' || blank))
                return false;
            blank = c == ' ';
        }

        return !blank;
    }
}
