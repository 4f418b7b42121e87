using System.Collections.Frozen;

namespace Kontor.Core.Intake;

/// <summary>ISO 639-1 languages: codes of two and three letters with English, German and own names.</summary>
internal static class Languages
{
    private static readonly FrozenDictionary<string, string> Codes = Read(Table);

    /// <summary>The primary code of a BCP 47 tag in two lower-case letters (<c>de</c> of <c>de-AT</c>), also of a language's name.</summary>
    public static FieldReading Language(string posted)
    {
        const int longest = 40;
        var text = posted.AsSpan().Trim();
        if (text.Length > longest)
            return Problems.Language;
        if (Codes.TryGetValue(Composition.Fold(text), out var code))
            return FieldValue.Of(code);

        var end = text.IndexOfAny('-', '_');
        if (end is not (2 or 3) || text[(end + 1)..].ContainsAnyExcept(Subtag))
            return Problems.Language;
        return Codes.TryGetValue(Composition.Fold(text[..end]), out code) ? FieldValue.Of(code) : Problems.Language;
    }

    private static readonly System.Buffers.SearchValues<char> Subtag =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static FrozenDictionary<string, string> Read(string table)
    {
        var codes = new Dictionary<string, string>();
        foreach (var row in table.Split((char[])['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = row.Split(' ', 3);
            codes[parts[0]] = parts[0];
            foreach (var code in parts[1].Split(','))
                codes[code] = parts[0];
            foreach (var name in parts[2].Split(';'))
                codes.TryAdd(Composition.Fold(name), parts[0]);
        }

        return codes.ToFrozenDictionary();
    }

    private const string Table = """
        aa aar Afar | ab abk Abkhazian;Abchasisch | ae ave Avestan;Avestisch | af afr Afrikaans | ak aka Akan
        am amh Amharic;Amharisch;አማርኛ | an arg Aragonese;Aragonesisch | ar ara Arabic;Arabisch;العربية
        as asm Assamese;Assamesisch;অসমীয়া | av ava Avaric;Awarisch | ay aym Aymara
        az aze Azerbaijani;Aserbaidschanisch;Azərbaycan | ba bak Bashkir;Baschkirisch;Башҡорт
        be bel Belarusian;Belarussisch;Беларуская | bg bul Bulgarian;Bulgarisch;Български | bh bih Bhojpuri;Bhodschpuri
        bi bis Bislama | bm bam Bambara;Bamanakan | bn ben Bangla;Bengalisch;বাংলা | bo bod,tib Tibetan;Tibetisch;བོད་སྐད་
        br bre Breton;Bretonisch;Brezhoneg | bs bos Bosnian;Bosnisch;Bosanski | ca cat Catalan;Katalanisch;Català
        ce che Chechen;Tschetschenisch;Нохчийн | ch cha Chamorro | co cos Corsican;Korsisch | cr cre Cree
        cs ces,cze Czech;Tschechisch;Čeština | cu chu Church Slavic;Kirchenslawisch | cv chv Chuvash;Tschuwaschisch;Чӑваш чӗлхи
        cy cym,wel Welsh;Walisisch;Cymraeg | da dan Danish;Dänisch;Dansk | de deu,ger German;Deutsch | dv div Divehi;Dhivehi
        dz dzo Dzongkha;རྫོང་ཁ | ee ewe Ewe;Eʋegbe | el ell,gre Greek;Griechisch;Ελληνικά | en eng English;Englisch
        eo epo Esperanto | es spa Spanish;Spanisch;Español | et est Estonian;Estnisch;Eesti | eu eus,baq Basque;Baskisch;Euskara
        fa fas,per Persian;Persisch;فارسی | ff ful Fula;Ful;Pulaar | fi fin Finnish;Finnisch;Suomi | fj fij Fijian;Fidschi
        fo fao Faroese;Färöisch;Føroyskt | fr fra,fre French;Französisch;Français | fy fry Western Frisian;Westfriesisch;Frysk
        ga gle Irish;Irisch;Gaeilge | gd gla Scottish Gaelic;Gälisch (Schottland);Gàidhlig | gl glg Galician;Galicisch;Galego
        gn grn Guarani;Guaraní | gu guj Gujarati;ગુજરાતી | gv glv Manx;Gaelg | ha hau Hausa;Haussa
        he heb Hebrew;Hebräisch;עברית | hi hin Hindi;हिन्दी | ho hmo Hiri Motu;Hiri-Motu | hr hrv Croatian;Kroatisch;Hrvatski
        ht hat Haitian Creole;Haiti-Kreolisch | hu hun Hungarian;Ungarisch;Magyar | hy hye,arm Armenian;Armenisch;Հայերեն
        hz her Herero | ia ina Interlingua | id ind Indonesian;Indonesisch;Indonesia | ie ile Interlingue | ig ibo Igbo
        ii iii Sichuan Yi;Yi;ꆈꌠꉙ | ik ipk Inupiaq;Inupiak | io ido Ido | is isl,ice Icelandic;Isländisch;Íslenska
        it ita Italian;Italienisch;Italiano | iu iku Inuktitut | ja jpn Japanese;Japanisch;日本語 | jv jav Javanese;Javanisch;Jawa
        ka kat,geo Georgian;Georgisch;Ქართული | kg kon Kongo;Kongolesisch | ki kik Kikuyu;Gikuyu | kj kua Kuanyama;Kwanyama
        kk kaz Kazakh;Kasachisch;Қазақ тілі | kl kal Kalaallisut;Grönländisch | km khm Khmer;ខ្មែរ | kn kan Kannada;ಕನ್ನಡ
        ko kor Korean;Koreanisch;한국어 | kr kau Kanuri | ks kas Kashmiri;Kaschmiri;کٲشُر
        ku kur Kurdish;Kurdisch;Kurdî (kurmancî) | kv kom Komi | kw cor Cornish;Kornisch;Kernewek
        ky kir Kyrgyz;Kirgisisch;Кыргызча | la lat Latin;Latein | lb ltz Luxembourgish;Luxemburgisch;Lëtzebuergesch
        lg lug Ganda;Luganda | li lim Limburgish;Limburgisch | ln lin Lingala;Lingála | lo lao Lao;Laotisch;ລາວ
        lt lit Lithuanian;Litauisch;Lietuvių | lu lub Luba-Katanga;Tshiluba | lv lav Latvian;Lettisch;Latviešu | mg mlg Malagasy
        mh mah Marshallese;Marschallesisch | mi mri,mao Māori | mk mkd,mac Macedonian;Mazedonisch;Македонски
        ml mal Malayalam;മലയാളം | mn mon Mongolian;Mongolisch;Монгол | mr mar Marathi;मराठी | ms msa,may Malay;Malaiisch;Melayu
        mt mlt Maltese;Maltesisch;Malti | my mya,bur Burmese;Birmanisch;မြန်မာ | na nau Nauru;Nauruisch
        nb nob Norwegian Bokmål;Norwegisch (Bokmål);Norsk bokmål | nd nde North Ndebele;Nord-Ndebele;IsiNdebele
        ne nep Nepali;Nepalesisch;नेपाली | ng ndo Ndonga | nl nld,dut Dutch;Niederländisch;Nederlands
        nn nno Norwegian Nynorsk;Norwegisch (Nynorsk);Norsk nynorsk | no nor Norwegian;Norwegisch;Norsk
        nr nbl South Ndebele;Süd-Ndebele | nv nav Navajo | ny nya Nyanja | oc oci Occitan;Okzitanisch | oj oji Ojibwa
        om orm Oromo;Oromoo | or ori Odia;Oriya;ଓଡ଼ିଆ | os oss Ossetic;Ossetisch;Ирон | pa pan Punjabi;ਪੰਜਾਬੀ | pi pli Pali
        pl pol Polish;Polnisch;Polski | ps pus Pashto;Paschtu;پښتو | pt por Portuguese;Portugiesisch;Português
        qu que Quechua;Runasimi | rm roh Romansh;Rätoromanisch;Rumantsch | rn run Rundi;Ikirundi
        ro ron,rum Romanian;Rumänisch;Română | ru rus Russian;Russisch;Русский | rw kin Kinyarwanda;Ikinyarwanda
        sa san Sanskrit;संस्कृत भाषा | sc srd Sardinian;Sardisch;Sardu | sd snd Sindhi;سنڌي
        se sme Northern Sami;Nordsamisch;Davvisámegiella | sg sag Sango;Sängö | si sin Sinhala;Singhalesisch;සිංහල
        sk slk,slo Slovak;Slowakisch;Slovenčina | sl slv Slovenian;Slowenisch;Slovenščina | sm smo Samoan;Samoanisch
        sn sna Shona;ChiShona | so som Somali;Soomaali | sq sqi,alb Albanian;Albanisch;Shqip | sr srp Serbian;Serbisch;Српски
        ss ssw Swati;Swazi | st sot Southern Sotho;Süd-Sotho;Sesotho | su sun Sundanese;Sundanesisch;Basa Sunda
        sv swe Swedish;Schwedisch;Svenska | sw swa Swahili;Suaheli;Kiswahili | ta tam Tamil;தமிழ் | te tel Telugu;తెలుగు
        tg tgk Tajik;Tadschikisch;Тоҷикӣ | th tha Thai;Thailändisch;ไทย | ti tir Tigrinya;ትግርኛ
        tk tuk Turkmen;Turkmenisch;Türkmen dili | tl tgl Filipino | tn tsn Tswana;Setswana
        to ton Tongan;Tongaisch;Lea fakatonga | tr tur Turkish;Türkisch;Türkçe | ts tso Tsonga | tt tat Tatar;Tatarisch;Татар
        tw twi Akan | ty tah Tahitian;Tahitisch | ug uig Uyghur;Uigurisch;ئۇيغۇرچە | uk ukr Ukrainian;Ukrainisch;Українська
        ur urd Urdu;اردو | uz uzb Uzbek;Usbekisch;O‘zbek | ve ven Venda | vi vie Vietnamese;Vietnamesisch;Tiếng Việt
        vo vol Volapük | wa wln Walloon;Wallonisch | wo wol Wolof | xh xho Xhosa;IsiXhosa | yi yid Yiddish;Jiddisch;ייִדיש
        yo yor Yoruba;Èdè Yorùbá | za zha Zhuang;Vahcuengh | zh zho,chi Chinese;Chinesisch;中文 | zu zul Zulu;IsiZulu
        """;
}
