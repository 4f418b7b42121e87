using System.Collections.Frozen;
using System.Globalization;

namespace Kontor.Core.Intake;

/// <summary>Reads numbers, amounts and yes-or-no answers. A JSON number is taken literally; text may group thousands and use the decimal mark
/// of the country. Where only one reading is possible (<c>120.50</c> in Germany) it is taken, too.</summary>
internal static class NumberReading
{
    private const int Longest = 60;
    private const int FractionDigits = 10;
    private const decimal Limit = 1_000_000_000_000_000m;

    // Dividing by a one with many zeros drops the zeros behind the last digit.
    private const decimal One = 1.0000000000000000000000000000m;

    private static readonly FrozenSet<string> DecimalPoint = (
        "US GB IE AU NZ CN JP KR KP TW HK MO SG MY TH PH IN PK BD LK NP MM IL JO AE SA KW BH OM QA EG NG GH KE UG TZ ZW ZM BW MT MX GT HN SV NI "
        + "DO PR PA CU JM BS BB TT BZ CA CH LI GU VI AS MP IM JE GG GI KH MN NA").Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> GroupsOfTwo = "IN PK BD NP LK".Split(' ').ToFrozenSet();

    private static readonly FrozenDictionary<string, string[]> Symbols = new Dictionary<string, string[]>
    {
        ["EUR"] = ["€", "euro"], ["USD"] = ["US$", "$"], ["GBP"] = ["£"], ["JPY"] = ["¥", "￥", "円"], ["CNY"] = ["¥", "￥", "元"],
        ["CHF"] = ["SFr.", "SFr", "Fr.", "Fr"], ["PLN"] = ["zł"], ["CZK"] = ["Kč"], ["HUF"] = ["Ft"], ["SEK"] = ["kr.", "kr"],
        ["NOK"] = ["kr.", "kr"], ["DKK"] = ["kr.", "kr"], ["ISK"] = ["kr.", "kr"], ["CAD"] = ["CA$", "C$", "$"], ["AUD"] = ["A$", "$"],
        ["NZD"] = ["NZ$", "$"], ["MXN"] = ["MX$", "$"], ["SGD"] = ["S$", "$"], ["HKD"] = ["HK$", "$"], ["BRL"] = ["R$"], ["INR"] = ["₹", "Rs.", "Rs"],
        ["TRY"] = ["₺"], ["UAH"] = ["₴"], ["ILS"] = ["₪"], ["KRW"] = ["₩"], ["RUB"] = ["₽"],
        ["ZAR"] = ["R"], ["RON"] = ["lei"], ["BGN"] = ["лв.", "лв"],
    }.ToFrozenDictionary();

    /// <summary>A whole number of at most 15 digits.</summary>
    public static FieldReading Integer(PostedValue posted, string country) => Parse(posted, country, default) switch
    {
        null => Problems.Integer,
        { } number when decimal.Abs(number) >= Limit => Problems.Range,
        { } number when number != decimal.Truncate(number) => Problems.Integer,
        { } number => FieldValue.Of(decimal.Truncate(number)),
    };

    /// <summary>A number of at most 15 digits before and 10 behind the decimal point.</summary>
    public static FieldReading Decimal(PostedValue posted, string country) => Parse(posted, country, default) switch
    {
        null => Problems.Number,
        { } number when decimal.Abs(number) >= Limit => Problems.Range,
        { } number when (number / One).Scale > FractionDigits => Problems.Digits,
        { } number => FieldValue.Of(number / One),
    };

    /// <summary>An amount in whole units with at most the digits of the currency; its own symbol or code may stand on either side.</summary>
    public static FieldReading Money(PostedValue posted, string country, Currency currency) => Parse(posted, country, currency) switch
    {
        null => Problems.Money,
        { } number when decimal.Abs(number) >= Limit => Problems.Range,
        { } number => Core.Money.FromDecimal(number, currency) is { } money ? FieldValue.Of(money.ToDecimal()) : Problems.Digits,
    };

    /// <summary>Yes or no in the words forms send.</summary>
    public static FieldReading Flag(PostedValue posted)
    {
        var text = posted.Text.AsSpan().Trim();
        Span<char> lower = stackalloc char[12];
        if (text.Length > lower.Length)
            return Problems.Boolean;
        text.ToLowerInvariant(lower);
        return lower[..text.Length] switch
        {
            "true" or "yes" or "y" or "1" or "on" or "t" or "ja" or "j" or "wahr" or "oui" or "si" or "sí" or "tak" or "ano" => FieldValue.Of(true),
            "false" or "no" or "n" or "0" or "off" or "f" or "nein" or "falsch" or "non" or "nie" or "ne" or "nee" => FieldValue.Of(false),
            _ => Problems.Boolean,
        };
    }

    private static decimal? Parse(PostedValue posted, string country, Currency currency)
    {
        if (posted.Kind == PostedKind.Number)
            return Literal(posted.Text!);
        var text = posted.Text.AsSpan().Trim();
        if (text.Length > Longest)
            return null;
        Span<char> digits = stackalloc char[Longest + 1];
        var written = Write(currency.Code is null ? text : Bare(text, currency.Code), country, digits);
        return written > 0 ? Literal(digits[..written]) : null;
    }

    // What does not fit a decimal is far beyond every limit, unless the exponent makes it nothing.
    private static decimal? Literal(ReadOnlySpan<char> literal)
    {
        if (decimal.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        return double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var huge) && Math.Abs(huge) > 1 ? Limit : null;
    }

    // The text without the currency's code or symbol and without the ",-" that stands for no cents.
    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> text, string code)
    {
        var bare = Without(text, code);
        foreach (var symbol in Symbols.GetValueOrDefault(code) ?? [])
        {
            if (bare.Length == text.Length)
                bare = Without(text, symbol);
        }

        bare = bare.TrimEnd('\u2013');
        if (bare.EndsWith(",--") || bare.EndsWith(".--"))
            return bare[..^3];
        return bare.EndsWith(",-") || bare.EndsWith(".-") ? bare[..^2] : bare.TrimEnd(',');
    }

    private static ReadOnlySpan<char> Without(ReadOnlySpan<char> text, string mark) =>
        text.StartsWith(mark, StringComparison.OrdinalIgnoreCase) ? text[mark.Length..].Trim()
        : text.EndsWith(mark, StringComparison.OrdinalIgnoreCase) ? text[..^mark.Length].Trim()
        : text;

    // Writes the number as a plain literal and answers its length; 0 when the text is no number.
    private static int Write(ReadOnlySpan<char> text, string country, Span<char> literal)
    {
        var length = 0;
        if (text.Length > 0 && text[0] is '+' or '-' or '\u2212')
        {
            if (text[0] != '+')
                literal[length++] = '-';
            text = text[1..].TrimStart();
        }

        var mark = DecimalMark(text, country);
        var whole = mark < 0 ? text : text[..mark];
        var fraction = mark < 0 ? [] : text[(mark + 1)..];
        if (fraction.ContainsAnyExceptInRange('0', '9') || !IsGrouped(whole, country) || whole.Length + fraction.Length == 0)
            return 0;
        foreach (var c in whole)
        {
            if (char.IsAsciiDigit(c))
                literal[length++] = c;
        }

        if (fraction.Length == 0)
            return mark >= 0 ? 0 : length;
        literal[length++] = '.';
        fraction.CopyTo(literal[length..]);
        return length + fraction.Length;
    }

    // Where the decimal mark stands, -1 when there is none: the last of two different marks; a single mark that cannot group thousands; else
    // what the country uses.
    private static int DecimalMark(ReadOnlySpan<char> text, string country)
    {
        var last = text.LastIndexOfAny('.', ',');
        if (last < 0)
            return -1;
        var mark = text[last];
        if (text.Contains(mark == '.' ? ',' : '.'))
            return text.Count(mark) == 1 ? last : -1;
        if (text.Count(mark) > 1)
            return -1;
        var usual = DecimalPoint.Contains(country) ? '.' : ',';
        return mark == usual || !IsGrouped(text, country) ? last : -1;
    }

    // Digits, or groups of three behind a first group of one to three that does not begin with zero, all separated alike.
    private static bool IsGrouped(ReadOnlySpan<char> whole, string country)
    {
        var first = whole.IndexOfAnyExceptInRange('0', '9');
        if (first < 0)
            return true;
        var separator = whole[first];
        if (separator is not ('.' or ',' or ' ' or '\'' or '\u2019' or '\u00A0' or '\u202F') || first is 0 or > 3 || whole[0] == '0')
            return false;
        var rest = whole[first..];
        while (rest.Length > 0)
        {
            var group = rest[1..].IndexOf(separator) is var end and >= 0 ? rest[1..][..end] : rest[1..];
            var isLast = group.Length + 1 == rest.Length;
            if (rest[0] != separator || group.ContainsAnyExceptInRange('0', '9')
                || (group.Length != 3 && (isLast || group.Length != 2 || !GroupsOfTwo.Contains(country))))
                return false;
            rest = rest[(group.Length + 1)..];
        }

        return true;
    }
}
