using System.Collections.Frozen;

namespace Kontor.Core.Intake;

/// <summary>First-level areas of ISO 3166-2. Where the country is listed, names are understood and unknown codes refused; elsewhere a code of
/// up to three letters or digits is taken as it is.</summary>
internal static class States
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Listed = new Dictionary<string, string>
    {
        ["US"] = "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia;"
            + "Washington DC;Washington D.C.|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|"
            + "LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|"
            + "NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York;New York State|NC North Carolina|ND North Dakota|OH Ohio|"
            + "OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|"
            + "VA Virginia|WA Washington;Washington State|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|"
            + "MP Northern Mariana Islands|PR Puerto Rico|VI Virgin Islands;US Virgin Islands|UM US Minor Outlying Islands|"
            + "AA Armed Forces Americas|AE Armed Forces Europe|AP Armed Forces Pacific|FM Micronesia|MH Marshall Islands|PW Palau",
        ["DE"] = "BW Baden-Württemberg;Baden-Wuerttemberg|BY Bayern;Bavaria|BE Berlin|BB Brandenburg|HB Bremen;Freie Hansestadt Bremen|"
            + "HH Hamburg;Freie und Hansestadt Hamburg|HE Hessen;Hesse|MV Mecklenburg-Vorpommern;Mecklenburg-Western Pomerania|"
            + "NI Niedersachsen;Lower Saxony;NDS|NW Nordrhein-Westfalen;North Rhine-Westphalia;NRW|"
            + "RP Rheinland-Pfalz;Rhineland-Palatinate;RLP|SL Saarland|SN Sachsen;Saxony;Freistaat Sachsen|ST Sachsen-Anhalt;Saxony-Anhalt|"
            + "SH Schleswig-Holstein|TH Thüringen;Thuringia;Thueringen",
        ["AT"] = "1 Burgenland;B|2 Kärnten;Carinthia;K;Kaernten|3 Niederösterreich;Lower Austria;NÖ;Niederoesterreich|"
            + "4 Oberösterreich;Upper Austria;OÖ;Oberoesterreich|5 Salzburg;S|6 Steiermark;Styria|7 Tirol;Tyrol;T|8 Vorarlberg;V|9 Wien;Vienna;W",
        ["CH"] = "AG Aargau|AI Appenzell Innerrhoden|AR Appenzell Ausserrhoden|BE Bern;Berne|BL Basel-Landschaft;Baselland|BS Basel-Stadt|"
            + "FR Freiburg;Fribourg|GE Genf;Genève;Geneva|GL Glarus|GR Graubünden;Grisons;Graubuenden|JU Jura|LU Luzern;Lucerne|"
            + "NE Neuenburg;Neuchâtel|NW Nidwalden|OW Obwalden|SG St. Gallen;Sankt Gallen|SH Schaffhausen|SO Solothurn|SZ Schwyz|TG Thurgau|"
            + "TI Tessin;Ticino|UR Uri|VD Waadt;Vaud|VS Wallis;Valais|ZG Zug|ZH Zürich;Zurich;Zuerich",
        ["CA"] = "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador;Newfoundland|NS Nova Scotia|"
            + "NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec;Québec|SK Saskatchewan|YT Yukon;Yukon Territory",
        ["AU"] = "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|QLD Queensland|SA South Australia|TAS Tasmania|"
            + "VIC Victoria|WA Western Australia",
    }.ToFrozenDictionary(entry => entry.Key, entry => Read(entry.Key, entry.Value));

    /// <summary>The code of a state in capital letters, without the country: <c>HH</c> of <c>DE-HH</c>, <c>Hamburg</c> or <c>hh</c>.</summary>
    public static FieldReading State(string posted, string country)
    {
        const int longest = 80;
        var text = posted.AsSpan().Trim();
        if (text.Length is 0 or > longest)
            return Problems.State;
        if (Listed.TryGetValue(country, out var codes))
            return codes.TryGetValue(Composition.Fold(text), out var code) ? FieldValue.Of(code) : Problems.State;

        if (text.Length > 3 && text[2] == '-' && text[..2].Equals(country, StringComparison.OrdinalIgnoreCase))
            text = text[3..];
        return text.Length <= 3 && !text.ContainsAnyExcept(Plain) ? FieldValue.Of(text.ToString().ToUpperInvariant()) : Problems.State;
    }

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static FrozenDictionary<string, string> Read(string country, string table)
    {
        var codes = new Dictionary<string, string>();
        foreach (var row in table.Split('|'))
        {
            var blank = row.IndexOf(' ', StringComparison.Ordinal);
            var code = row[..blank];
            codes.Add(Composition.Fold(code), code);
            codes.TryAdd(Composition.Fold(country + code), code);
            foreach (var name in row[(blank + 1)..].Split(';'))
                codes.TryAdd(Composition.Fold(name), code);
        }

        return codes.ToFrozenDictionary();
    }
}
