using System.Collections.Frozen;

namespace Kontor.Core.Intake;

/// <summary>ISO 3166-1: codes of two and three letters with English, German and common other names.</summary>
internal static class Countries
{
    private static readonly FrozenDictionary<string, string> Codes = Read(Table);
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Codes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The two capital letters of a country given by code or name.</summary>
    public static FieldReading Country(string posted) => Find(posted) is { } code ? FieldValue.Of(code) : Problems.Country;

    /// <summary>The two capital letters of a country given by code or name; null when there is none.</summary>
    public static string? Find(ReadOnlySpan<char> text)
    {
        const int longest = 80;
        var name = text.Trim();
        if (name.Length > longest)
            return null;
        if (name.Length == 2 && BySpan.TryGetValue(name, out var code))
            return code;
        return Codes.GetValueOrDefault(Composition.Fold(name));
    }

    // Codes are found in either case, everything else by its folded spelling.
    private static FrozenDictionary<string, string> Read(string table)
    {
        var codes = new Dictionary<string, string>();
        foreach (var row in table.Split((char[])['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var code = row[..2];
            codes[code] = code;
            codes[Composition.Fold(code)] = code;
            codes[Composition.Fold(row.AsSpan(3, 3))] = code;
            foreach (var name in row[7..].Split(';'))
                codes[Composition.Fold(name)] = code;
        }

        return codes.ToFrozenDictionary();
    }

    private const string Table = """
        AD AND Andorra | AE ARE United Arab Emirates;Vereinigte Arabische Emirate;UAE | AF AFG Afghanistan
        AG ATG Antigua & Barbuda;Antigua und Barbuda | AI AIA Anguilla | AL ALB Albania;Albanien | AM ARM Armenia;Armenien
        AO AGO Angola | AQ ATA Antarctica;Antarktis | AR ARG Argentina;Argentinien | AS ASM American Samoa;Amerikanisch-Samoa
        AT AUT Austria;Österreich;Republik Österreich;Oesterreich | AU AUS Australia;Australien | AW ABW Aruba
        AX ALA Åland Islands;Ålandinseln | AZ AZE Azerbaijan;Aserbaidschan | BA BIH Bosnia & Herzegovina;Bosnien und Herzegowina
        BB BRB Barbados | BD BGD Bangladesh;Bangladesch | BE BEL Belgium;Belgien;België;Belgique | BF BFA Burkina Faso
        BG BGR Bulgaria;Bulgarien | BH BHR Bahrain | BI BDI Burundi | BJ BEN Benin | BL BLM St. Barthélemy | BM BMU Bermuda
        BN BRN Brunei;Brunei Darussalam | BO BOL Bolivia;Bolivien;Plurinational State of Bolivia
        BQ BES Caribbean Netherlands;Karibische Niederlande | BR BRA Brazil;Brasilien;Brasil | BS BHS Bahamas | BT BTN Bhutan
        BV BVT Bouvet Island;Bouvetinsel | BW BWA Botswana;Botsuana | BY BLR Belarus | BZ BLZ Belize | CA CAN Canada;Kanada
        CC CCK Cocos (Keeling) Islands;Kokosinseln | CD COD Congo - Kinshasa;Kongo-Kinshasa;DR Congo;Democratic Republic of the Congo
        CF CAF Central African Republic;Zentralafrikanische Republik
        CG COG Congo - Brazzaville;Kongo-Brazzaville;Republic of the Congo | CH CHE Switzerland;Schweiz;Suisse;Svizzera;Swiss
        CI CIV Côte d'Ivoire;Ivory Coast | CK COK Cook Islands;Cookinseln | CL CHL Chile | CM CMR Cameroon;Kamerun
        CN CHN China;People's Republic of China;PRC | CO COL Colombia;Kolumbien | CR CRI Costa Rica | CU CUB Cuba;Kuba
        CV CPV Cape Verde;Cabo Verde | CW CUW Curaçao | CX CXR Christmas Island;Weihnachtsinsel | CY CYP Cyprus;Zypern
        CZ CZE Czechia;Tschechien;Czech Republic;Tschechische Republik;Česko
        DE DEU Germany;Deutschland;Bundesrepublik Deutschland;BRD;Allemagne;Alemania | DJ DJI Djibouti;Dschibuti
        DK DNK Denmark;Dänemark;Danmark | DM DMA Dominica | DO DOM Dominican Republic;Dominikanische Republik | DZ DZA Algeria;Algerien
        EC ECU Ecuador | EE EST Estonia;Estland | EG EGY Egypt;Ägypten | EH ESH Western Sahara;Westsahara | ER ERI Eritrea
        ES ESP Spain;Spanien;España | ET ETH Ethiopia;Äthiopien | FI FIN Finland;Finnland;Suomi | FJ FJI Fiji;Fidschi
        FK FLK Falkland Islands;Falklandinseln | FM FSM Micronesia;Mikronesien | FO FRO Faroe Islands;Färöer
        FR FRA France;Frankreich;République française | GA GAB Gabon;Gabun
        GB GBR United Kingdom;Vereinigtes Königreich;UK;U.K.;Great Britain;England;Scotland;Wales;Northern Ireland;Großbritannien;Grossbritannien
        GD GRD Grenada | GE GEO Georgia;Georgien | GF GUF French Guiana;Französisch-Guayana | GG GGY Guernsey | GH GHA Ghana
        GI GIB Gibraltar | GL GRL Greenland;Grönland | GM GMB Gambia | GN GIN Guinea | GP GLP Guadeloupe
        GQ GNQ Equatorial Guinea;Äquatorialguinea | GR GRC Greece;Griechenland;Hellas;Ellada
        GS SGS South Georgia & South Sandwich Islands;Südgeorgien und die Südlichen Sandwichinseln | GT GTM Guatemala | GU GUM Guam
        GW GNB Guinea-Bissau | GY GUY Guyana | HK HKG Hong Kong SAR China;Sonderverwaltungsregion Hongkong;Hong Kong
        HM HMD Heard & McDonald Islands;Heard und McDonaldinseln | HN HND Honduras | HR HRV Croatia;Kroatien;Hrvatska | HT HTI Haiti
        HU HUN Hungary;Ungarn;Magyarország | ID IDN Indonesia;Indonesien | IE IRL Ireland;Irland;Republic of Ireland;Éire
        IL ISR Israel | IM IMN Isle of Man | IN IND India;Indien;Bharat
        IO IOT British Indian Ocean Territory;Britisches Territorium im Indischen Ozean | IQ IRQ Iraq;Irak
        IR IRN Iran;Islamic Republic of Iran | IS ISL Iceland;Island | IT ITA Italy;Italien;Italia | JE JEY Jersey
        JM JAM Jamaica;Jamaika | JO JOR Jordan;Jordanien | JP JPN Japan;Nippon | KE KEN Kenya;Kenia | KG KGZ Kyrgyzstan;Kirgisistan
        KH KHM Cambodia;Kambodscha | KI KIR Kiribati | KM COM Comoros;Komoren | KN KNA St. Kitts & Nevis;St. Kitts und Nevis
        KP PRK North Korea;Nordkorea | KR KOR South Korea;Südkorea;Republic of Korea;Korea | KW KWT Kuwait
        KY CYM Cayman Islands;Kaimaninseln | KZ KAZ Kazakhstan;Kasachstan | LA LAO Laos;Lao People's Democratic Republic
        LB LBN Lebanon;Libanon | LC LCA St. Lucia | LI LIE Liechtenstein | LK LKA Sri Lanka | LR LBR Liberia | LS LSO Lesotho
        LT LTU Lithuania;Litauen | LU LUX Luxembourg;Luxemburg | LV LVA Latvia;Lettland | LY LBY Libya;Libyen | MA MAR Morocco;Marokko
        MC MCO Monaco | MD MDA Moldova;Republik Moldau;Republic of Moldova | ME MNE Montenegro | MF MAF St. Martin
        MG MDG Madagascar;Madagaskar | MH MHL Marshall Islands;Marshallinseln | MK MKD North Macedonia;Nordmazedonien;Macedonia
        ML MLI Mali | MM MMR Myanmar (Burma);Myanmar;Burma | MN MNG Mongolia;Mongolei
        MO MAC Macao SAR China;Sonderverwaltungsregion Macau;Macao;Macau | MP MNP Northern Mariana Islands;Nördliche Marianen
        MQ MTQ Martinique | MR MRT Mauritania;Mauretanien | MS MSR Montserrat | MT MLT Malta | MU MUS Mauritius
        MV MDV Maldives;Malediven | MW MWI Malawi | MX MEX Mexico;Mexiko;México | MY MYS Malaysia | MZ MOZ Mozambique;Mosambik
        NA NAM Namibia | NC NCL New Caledonia;Neukaledonien | NE NER Niger | NF NFK Norfolk Island;Norfolkinsel | NG NGA Nigeria
        NI NIC Nicaragua | NL NLD Netherlands;Niederlande;Holland;The Netherlands;Nederland | NO NOR Norway;Norwegen;Norge
        NP NPL Nepal | NR NRU Nauru | NU NIU Niue | NZ NZL New Zealand;Neuseeland | OM OMN Oman | PA PAN Panama | PE PER Peru
        PF PYF French Polynesia;Französisch-Polynesien | PG PNG Papua New Guinea;Papua-Neuguinea | PH PHL Philippines;Philippinen
        PK PAK Pakistan | PL POL Poland;Polen;Polska | PM SPM St. Pierre & Miquelon;St. Pierre und Miquelon
        PN PCN Pitcairn Islands;Pitcairninseln | PR PRI Puerto Rico
        PS PSE Palestinian Territories;Palästinensische Autonomiegebiete;Palestine;State of Palestine | PT PRT Portugal | PW PLW Palau
        PY PRY Paraguay | QA QAT Qatar;Katar | RE REU Réunion | RO ROU Romania;Rumänien;România | RS SRB Serbia;Serbien
        RU RUS Russia;Russland;Russian Federation | RW RWA Rwanda;Ruanda | SA SAU Saudi Arabia;Saudi-Arabien
        SB SLB Solomon Islands;Salomonen | SC SYC Seychelles;Seychellen | SD SDN Sudan | SE SWE Sweden;Schweden;Sverige
        SG SGP Singapore;Singapur | SH SHN St. Helena | SI SVN Slovenia;Slowenien
        SJ SJM Svalbard & Jan Mayen;Spitzbergen und Jan Mayen | SK SVK Slovakia;Slowakei | SL SLE Sierra Leone | SM SMR San Marino
        SN SEN Senegal | SO SOM Somalia | SR SUR Suriname | SS SSD South Sudan;Südsudan
        ST STP São Tomé & Príncipe;São Tomé und Príncipe | SV SLV El Salvador | SX SXM Sint Maarten
        SY SYR Syria;Syrien;Syrian Arab Republic | SZ SWZ Eswatini;Swaziland | TC TCA Turks & Caicos Islands;Turks- und Caicosinseln
        TD TCD Chad;Tschad | TF ATF French Southern Territories;Französische Süd- und Antarktisgebiete | TG TGO Togo | TH THA Thailand
        TJ TJK Tajikistan;Tadschikistan | TK TKL Tokelau | TL TLS Timor-Leste;East Timor | TM TKM Turkmenistan | TN TUN Tunisia;Tunesien
        TO TON Tonga | TR TUR Türkiye;Türkei;Turkey | TT TTO Trinidad & Tobago;Trinidad und Tobago | TV TUV Tuvalu
        TW TWN Taiwan;Republic of China | TZ TZA Tanzania;Tansania;United Republic of Tanzania | UA UKR Ukraine;Ukraina | UG UGA Uganda
        UM UMI U.S. Outlying Islands;Amerikanische Überseeinseln
        US USA United States;Vereinigte Staaten;United States of America;USA;U.S.;U.S.A.;America;Vereinigte Staaten von Amerika
        UY URY Uruguay | UZ UZB Uzbekistan;Usbekistan | VA VAT Vatican City;Vatikanstadt;Holy See
        VC VCT St. Vincent & Grenadines;St. Vincent und die Grenadinen | VE VEN Venezuela;Bolivarian Republic of Venezuela
        VG VGB British Virgin Islands;Britische Jungferninseln | VI VIR U.S. Virgin Islands;Amerikanische Jungferninseln
        VN VNM Vietnam;Viet Nam | VU VUT Vanuatu | WF WLF Wallis & Futuna;Wallis und Futuna | WS WSM Samoa | XK XKX Kosovo
        YE YEM Yemen;Jemen | YT MYT Mayotte | ZA ZAF South Africa;Südafrika | ZM ZMB Zambia;Sambia | ZW ZWE Zimbabwe;Simbabwe
        """;
}
