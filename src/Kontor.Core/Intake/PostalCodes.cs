using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace Kontor.Core.Intake;

/// <summary>Postal codes by country in the form the post of the country prints them.</summary>
/// <remarks>In the table <c>#</c> is a digit, <c>@</c> a letter, <c>*</c> either, everything else stands for itself; <c>|</c> separates
/// forms. Two numbers bound a code that is a number.</remarks>
internal static class PostalCodes
{
    private const int Longest = 20;
    private const int LongestOther = 12;

    private static readonly FrozenDictionary<string, Country> Countries = Read();
    private static readonly SearchValues<char> LettersAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> NeverInCanada = SearchValues.Create("DFIOQU");
    private static readonly FrozenSet<string> UnusedInTheNetherlands = new[] { "SA", "SD", "SS" }.ToFrozenSet();

    // Signs that cars carry abroad, written before postal codes ("D-20095"), where they are not the ISO code.
    private static readonly FrozenDictionary<string, string> Signs = new Dictionary<string, string>
    {
        ["DE"] = "D", ["AT"] = "A", ["FR"] = "F", ["IT"] = "I", ["LU"] = "L", ["BE"] = "B", ["SE"] = "S", ["NO"] = "N", ["FI"] = "FIN",
        ["ES"] = "E", ["HU"] = "H", ["SI"] = "SLO", ["LI"] = "FL",
    }.ToFrozenDictionary();

    /// <summary>The code in the country's normal form. A JSON number gets back the leading zeros it lost.</summary>
    public static FieldReading PostalCode(PostedValue posted, string country)
    {
        var text = posted.Text.AsSpan().Trim();
        if (text.Length > Longest)
            return Problems.PostalCode;
        Span<char> given = stackalloc char[Longest + 8];
        if (!Countries.TryGetValue(country, out var rules))
            return Other(text);

        var length = Squeeze(text, given);
        if (length < 0)
            return Problems.PostalCode;
        ReadOnlySpan<char> code = given[..length];
        if (posted.Kind == PostedKind.Number && rules.Digits > length)
        {
            given[..length].CopyTo(given[(rules.Digits - length)..]);
            given[..(rules.Digits - length)].Fill('0');
            code = given[..rules.Digits];
        }

        return Fit(code, country, rules) is { } normal ? FieldValue.Of(normal) : Problems.PostalCode;
    }

    /// <summary>Whether codes of the country may begin so, as far as its forms tell: for prefixes and ends of ranges, which are no codes.</summary>
    public static bool MayBegin(string text, string country)
    {
        Span<char> given = stackalloc char[Longest + 8];
        var length = text.Length > Longest ? -1 : Squeeze(text, given);
        if (length <= 0)
            return false;
        if (!Countries.TryGetValue(country, out var rules))
            return length <= LongestOther;
        foreach (var form in rules.Forms)
        {
            var next = 0;
            foreach (var place in form)
            {
                if (place is ' ' or '-')
                    continue;
                if (next == length || !Takes(place, given[next]))
                    break;
                next++;
            }

            if (next == length)
                return true;
        }

        return false;
    }

    private static string? Fit(ReadOnlySpan<char> code, string country, Country rules)
    {
        foreach (var form in rules.Forms)
        {
            if (Fit(code, form) is { } normal)
                return Check(normal, country, rules);
        }

        var prefix = code.StartsWith(country) ? country.Length : Signs.TryGetValue(country, out var sign) && code.StartsWith(sign) ? sign.Length : 0;
        foreach (var form in rules.Forms)
        {
            if (prefix > 0 && Fit(code[prefix..], form) is { } bare)
                return Check(bare, country, rules);
            if (form.StartsWith(country, StringComparison.Ordinal) && Fit(string.Concat(country, code), form) is { } completed)
                return Check(completed, country, rules);
        }

        return null;
    }

    // What no form can say; US codes lose the delivery point behind the dash.
    private static string? Check(string normal, string country, Country rules)
    {
        if (rules.Most > 0 && long.Parse(normal, CultureInfo.InvariantCulture) is var number && (number < rules.Least || number > rules.Most))
            return null;
        return country switch
        {
            "US" or "PR" or "GU" or "VI" or "AS" or "MP" or "FM" or "MH" or "PW" => normal[..5],
            "CA" when normal[0] is 'W' or 'Z' || normal.AsSpan().ContainsAny(NeverInCanada) => null,
            "NL" when normal[0] == '0' || UnusedInTheNetherlands.Contains(normal[5..]) => null,
            "IN" or "CN" or "RU" or "SG" when normal is "000000" => null,
            "IN" when normal[0] == '0' => null,
            _ => normal,
        };
    }

    private static string? Fit(ReadOnlySpan<char> code, string form)
    {
        Span<char> normal = stackalloc char[form.Length];
        var next = 0;
        for (var i = 0; i < form.Length; i++)
        {
            var place = form[i];
            if (place is ' ' or '-')
            {
                normal[i] = place;
                continue;
            }

            if (next == code.Length || !Takes(place, code[next]))
                return null;
            normal[i] = code[next++];
        }

        return next == code.Length ? new string(normal) : null;
    }

    private static bool Takes(char place, char c) => place switch
    {
        '#' => char.IsAsciiDigit(c),
        '@' => char.IsAsciiLetterUpper(c),
        '*' => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c),
        _ => place == c,
    };

    // Letters and digits in upper case without what separates them; -1 when something else is inside.
    private static int Squeeze(ReadOnlySpan<char> text, Span<char> code)
    {
        var length = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-' or '.' or '\u00A0' or '\u2013')
                continue;
            if (!char.IsAsciiLetterOrDigit(c))
                return -1;
            code[length++] = char.ToUpperInvariant(c);
        }

        return length;
    }

    // Countries without a form here: letters and digits, single blanks or dashes between them.
    private static FieldReading Other(ReadOnlySpan<char> text)
    {
        var code = string.Join(' ', text.ToString().ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var bare = code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return bare.Length is >= 2 and <= LongestOther && !bare.AsSpan().ContainsAnyExcept(LettersAndDigits) && code[0] != '-' && code[^1] != '-'
            ? FieldValue.Of(code)
            : Problems.PostalCode;
    }

    private static FrozenDictionary<string, Country> Read()
    {
        var countries = new Dictionary<string, Country>();
        foreach (var row in Table.Split((char[])[',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var bounds = row.IndexOf('[', StringComparison.Ordinal);
            var forms = (bounds < 0 ? row : row[..bounds])[3..].Trim().Split('|');
            var ends = bounds < 0 ? null : row[(bounds + 1)..^1].Split('-');
            var digits = forms[0].All(c => c is '#' or ' ' or '-') ? forms[0].Count(c => c == '#') : 0;
            countries.Add(row[..2], new Country(
                forms, digits, ends is null ? 0 : Bound(ends[0]), ends is null ? 0 : Bound(ends[1])));
        }

        return countries.ToFrozenDictionary();

        static long Bound(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    private sealed record Country(string[] Forms, int Digits, long Least, long Most);

    private const string Table = """
        AD AD###, AF ####, AI AI-2640, AL ####, AM ####, AR ####|@####@@@, AS #####|#####-####, AT #### [1000-9999], AU #### [200-9999], AX #####
        AZ AZ####, BA ##### [70000-89999], BB BB#####, BD #### [1000-9499], BE #### [1000-9999], BG #### [1000-9999], BH ####|###, BL #####
        BM @@ ##|@@ @@, BN @@####, BR #####-###, BT #####, BY ###### [210000-249999], CA @#@ #@#, CC ####, CH #### [1000-9999], CL #######
        CN ######, CO ######, CR #####, CU #####, CV ####, CX ####, CY #### [1000-9999], CZ ### ##, DE ##### [1001-99998], DK #### [1-9999]
        DO #####, DZ #####, EC ######, EE #####, EG #####, ES ##### [1001-52999], ET ####, FI #####, FK FIQQ 1ZZ, FM #####|#####-####, FO ###
        FR ##### [1000-98999], GB @# #@@|@## #@@|@@# #@@|@@## #@@|@#@ #@@|@@#@ #@@|GIR 0AA, GE ####, GF 973##
        GG GY# #@@|GY## #@@, GI GX11 1AA, GL 39##, GP 971##, GR ### ##, GS SIQQ 1ZZ, GT #####, GU #####|#####-####, GW ####, HN #####
        HR ##### [10000-59999], HT HT####, HU #### [1000-9999], ID #####, IE @## ****|D6W ****, IL #######|#####, IM IM# #@@|IM## #@@
        IN ######, IO BBND 1ZZ, IQ #####, IR ##########, IS ### [100-999], IT ##### [10-98999], JE JE# #@@|JE## #@@, JO #####, JP ###-####
        KE #####, KG ######, KH ######|#####, KR #####, KW #####, KY KY#-####, KZ ######, LA #####, LB ####|#### ####|#####
        LI #### [9485-9498], LK #####, LR ####, LS ###, LT LT-#####, LU #### [1000-9999], LV LV-####, MA #####, MC 980##, MD MD-####
        ME #####, MF #####, MG ###, MH #####|#####-####, MK #### [1000-9999], MM #####, MN #####|######, MP #####|#####-####, MQ 972##
        MT @@@ ####, MU #####, MV #####, MX #####, MY #####, MZ ####, NC 988##, NE ####, NF ####, NG ######, NI #####, NL #### @@, NO ####
        NP ##### [10000-59999], NZ ####, OM ###, PE #####, PF 987##, PG ###, PH ####, PK #####, PL ##-###, PM 97500, PN PCRN 1ZZ
        PR #####|#####-####, PS ###|#######, PT ####-###|####, PW #####|#####-####, PY ####, RE 974##, RO ######, RS #####, RU ######
        SA #####|#####-####, SD #####, SE ### ##, SG ######, SH STHL 1ZZ|ASCN 1ZZ|TDCU 1ZZ, SI #### [1000-9999], SJ ####, SK ### ##, SM 4789#
        SN #####, SV ####, SZ @###, TC TKCA 1ZZ, TH #####, TJ ######, TM ######, TN ####, TR #####, TT ######, TW #####|###|######, TZ #####
        UA #####, US #####|#####-####, UY #####, UZ ######, VA 00120, VC VC####, VE ####, VG VG####, VI #####|#####-####, VN #####|######
        WF 986##, XK #####, YT 976##, ZA ####, ZM #####
        """;
}
