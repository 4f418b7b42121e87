using System.Text;

namespace Kontor.Tests.Tidy;

/// <summary>A string literal and the line, from 1, on which it starts.</summary>
internal readonly record struct Literal(int Line, string Text);

/// <summary>C# split into code and string literals, well enough for rules about style. <see cref="Code"/> has the same length and lines as the
/// source; comments, characters and strings are blanked, code in the holes of interpolated strings stays.</summary>
internal sealed class CSharpText
{
    private readonly string _source;
    private readonly StringBuilder _code;
    private readonly List<Literal> _literals = [];
    private int _at;

    private CSharpText(string source)
    {
        _source = source;
        _code = new StringBuilder(source);
        ReadCode(inHole: false);
    }

    /// <summary>The source with everything but code blanked.</summary>
    public string Code => _code.ToString();

    /// <summary>Every string literal as written, without its quotes and holes.</summary>
    public IReadOnlyList<Literal> Literals => _literals;

    public static CSharpText Parse(string source) => new(source);

    /// <summary>The line, from 1, of a position.</summary>
    public int LineOf(int position) => _source.AsSpan(0, position).Count('\n') + 1;

    private void ReadCode(bool inHole)
    {
        var depth = 0;
        while (_at < _source.Length)
        {
            if (Looking("//"))
                BlankUntil("\n", including: false);
            else if (Looking("/*"))
                BlankUntil("*/", including: true);
            else if (_source[_at] == '\'')
                ReadCharacter();
            else if (_source[_at] is '"' or '$' or '@' && TryReadString())
                continue;
            else if (inHole && _source[_at] == '}' && depth == 0)
                return;
            else
            {
                depth += _source[_at] switch { '{' => 1, '}' => -1, _ => 0 };
                _at++;
            }
        }
    }

    private bool TryReadString()
    {
        var start = _at;
        var end = _at;
        while (end < _source.Length && _source[end] is '$' or '@')
            end++;
        if (end == _source.Length || _source[end] != '"')
        {
            if (end > start)
                _at = end;
            return end > start;
        }

        var prefix = _source[start..end];
        var quotes = Run(end, '"');
        _at = end;
        if (quotes >= 3)
            ReadBody(start, new Shape(quotes, prefix.Count(c => c == '$'), Escapes: false, Doubled: false));
        else
            ReadBody(start, new Shape(1, prefix.Contains('$') ? 1 : 0, Escapes: !prefix.Contains('@'), Doubled: prefix.Contains('@')));
        return true;
    }

    private readonly record struct Shape(int Quotes, int Holes, bool Escapes, bool Doubled);

    private void ReadBody(int start, Shape shape)
    {
        var text = new StringBuilder();
        var line = LineOf(start);
        Blank(start, _at);
        Skip(shape.Quotes);
        while (_at < _source.Length)
        {
            if (shape.Escapes && _source[_at] == '\\')
            {
                text.Append(_source, _at, Math.Min(2, _source.Length - _at));
                Skip(2);
            }
            else if (_source[_at] == '"' && shape.Doubled && Run(_at, '"') >= 2)
            {
                text.Append('"');
                Skip(2);
            }
            else if (_source[_at] == '"' && Run(_at, '"') >= shape.Quotes)
            {
                Skip(shape.Quotes == 1 ? 1 : Run(_at, '"'));
                break;
            }
            else if (shape.Holes > 0 && _source[_at] == '{' && OpensHole(shape))
            {
                Skip(shape.Quotes >= 3 ? Run(_at, '{') : 1);
                ReadCode(inHole: true);
                Skip(shape.Quotes >= 3 ? shape.Holes : 1);
                text.Append(' ');
            }
            else
            {
                var braces = shape.Holes > 0 && shape.Quotes < 3 && Looking("{{") ? 2 : 1;
                text.Append(_source, _at, braces);
                Skip(braces);
            }
        }

        _literals.Add(new Literal(line, text.ToString()));
    }

    private bool OpensHole(Shape shape) => shape.Quotes >= 3 ? Run(_at, '{') >= shape.Holes : Run(_at, '{') % 2 == 1;

    private void ReadCharacter()
    {
        var start = _at++;
        while (_at < _source.Length && _source[_at] is not '\'' and not '\n')
            _at += _source[_at] == '\\' ? 2 : 1;
        _at = Math.Min(_at + 1, _source.Length);
        Blank(start, _at);
    }

    private void BlankUntil(string end, bool including)
    {
        var found = _source.IndexOf(end, _at, StringComparison.Ordinal);
        var stop = found < 0 ? _source.Length : found + (including ? end.Length : 0);
        Blank(_at, stop);
        _at = stop;
    }

    private void Skip(int count)
    {
        var stop = Math.Min(_at + count, _source.Length);
        Blank(_at, stop);
        _at = stop;
    }

    private void Blank(int from, int until)
    {
        for (var i = from; i < until; i++)
        {
            if (_code[i] != '\n')
                _code[i] = ' ';
        }
    }

    private bool Looking(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    private int Run(int from, char of)
    {
        var end = from;
        while (end < _source.Length && _source[end] == of)
            end++;
        return end - from;
    }
}
