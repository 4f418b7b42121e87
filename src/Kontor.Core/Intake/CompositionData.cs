namespace Kontor.Core.Intake;

/// <summary>The part of Unicode 14.0.0 that <see cref="Composition"/> needs: canonical decompositions and combining classes of the basic
/// plane, without Hangul (computed) and CJK compatibility ideographs (left as typed: in names they are a choice of the person).</summary>
internal static class CompositionData
{
    /// <summary>Groups separated by blanks: a mark, then pairs of a base and what both compose to.</summary>
    public const string Compositions =
        "\u0300AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺ"
        + "ἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ¨῭ΟῸΩῺ "
        + "\u0301AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃ"
        + "КЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔ"
        + "ὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞ \u0302AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ "
        + "\u0303AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ "
        + "\u0304AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ "
        + "\u0306AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ "
        + "\u0307CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ "
        + "\u0308AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ "
        + "\u0309AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ \u030AAÅaåUŮuůwẘyẙ \u030BOŐoőUŰuűУӲуӳ "
        + "\u030CCČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ \u030FAȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ "
        + "\u0311AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ \u0313αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ \u0314αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ "
        + "\u031BOƠoơUƯuư \u0323BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ \u0324UṲuṳ "
        + "\u0325AḀaḁ \u0326SȘsșTȚtț \u0327CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ \u0328AĄaąEĘeęIĮiįUŲuųOǪoǫ "
        + "\u032DDḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ \u032EHḪhḫ \u0330EḚeḛIḬiḭUṴuṵ \u0331BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ "
        + "\u0338←↚→↛↔↮⇐⇍⇔⇎⇒⇏∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉=≠≡≢≍≭<≮>≯≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁⊂⊄⊃⊅⊆⊈⊇⊉⊢⊬⊨⊭⊩⊮⊫⊯≼⋠≽⋡⊑⋢⊒⋣⊲⋪⊳⋫⊴⋬⊵⋭ "
        + "\u0342ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ¨῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ "
        + "\u0345ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳάᾴᾶᾷΑᾼ"
        + "ὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ \u0653\u0627\u0622 "
        + "\u0654\u0627\u0623\u0648\u0624\u064A\u0626\u06D5\u06C0\u06C1\u06C2\u06D2\u06D3 \u0655\u0627\u0625 \u093Cनऩरऱळऴ "
        + "\u09BE\u09C7\u09CB \u09D7\u09C7\u09CC \u0B3E\u0B47\u0B4B \u0B56\u0B47\u0B48 \u0B57\u0B47\u0B4C "
        + "\u0BBE\u0BC6\u0BCA\u0BC7\u0BCB \u0BD7ஒஔ\u0BC6\u0BCC \u0C56\u0C46\u0C48 \u0CC2\u0CC6\u0CCA "
        + "\u0CD5\u0CBF\u0CC0\u0CC6\u0CC7\u0CCA\u0CCB \u0CD6\u0CC6\u0CC8 \u0D3E\u0D46\u0D4A\u0D47\u0D4B \u0D57\u0D46\u0D4C "
        + "\u0DCA\u0DD9\u0DDA\u0DDC\u0DDD \u0DCF\u0DD9\u0DDC \u0DDF\u0DD9\u0DDE \u102Eဥဦ "
        + "\u1B35ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ\u1B3A\u1B3B\u1B3C\u1B3D\u1B3E\u1B40\u1B3F\u1B41\u1B42\u1B43 "
        + "\u3099かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ "
        + "\u309Aはぱひぴふぷへぺほぽハパヒピフプヘペホポ ";

    /// <summary>Groups separated by blanks: a character that is never the result of composing, then its full decomposition.</summary>
    public const string Decompositions =
        "\u0340\u0300 \u0341\u0301 \u0343\u0313 \u0344\u0308\u0301 ʹʹ ;; ·· क़क\u093C ख़ख\u093C ग़ग\u093C ज़ज\u093C ड़ड\u093C "
        + "ढ़ढ\u093C फ़फ\u093C य़य\u093C ড়ড\u09BC ঢ়ঢ\u09BC য়য\u09BC ਲ਼ਲ\u0A3C ਸ਼ਸ\u0A3C ਖ਼ਖ\u0A3C ਗ਼ਗ\u0A3C ਜ਼ਜ\u0A3C ਫ਼ਫ\u0A3C ଡ଼ଡ\u0B3C "
        + "ଢ଼ଢ\u0B3C གྷག\u0FB7 ཌྷཌ\u0FB7 དྷད\u0FB7 བྷབ\u0FB7 ཛྷཛ\u0FB7 ཀྵཀ\u0FB5 \u0F73\u0F71\u0F72 \u0F75\u0F71\u0F74 "
        + "\u0F76\u0FB2\u0F80 \u0F78\u0FB3\u0F80 \u0F81\u0F71\u0F80 \u0F93\u0F92\u0FB7 \u0F9D\u0F9C\u0FB7 \u0FA2\u0FA1\u0FB7 "
        + "\u0FA7\u0FA6\u0FB7 \u0FAC\u0FAB\u0FB7 \u0FB9\u0F90\u0FB5 άα\u0301 έε\u0301 ήη\u0301 ίι\u0301 όο\u0301 ύυ\u0301 "
        + "ώω\u0301 ΆΑ\u0301 ιι ΈΕ\u0301 ΉΗ\u0301 ΐι\u0308\u0301 ΊΙ\u0301 ΰυ\u0308\u0301 ΎΥ\u0301 ΅¨\u0301 `` ΌΟ\u0301 ΏΩ\u0301 "
        + "´´ \u2000\u2002 \u2001\u2003 ΩΩ KK ÅA\u030A 〈〈 〉〉 ⫝̸⫝\u0338 \uFB1D\u05D9\u05B4 \uFB1F\u05F2\u05B7 \uFB2A\u05E9\u05C1 "
        + "\uFB2B\u05E9\u05C2 \uFB2C\u05E9\u05BC\u05C1 \uFB2D\u05E9\u05BC\u05C2 \uFB2E\u05D0\u05B7 \uFB2F\u05D0\u05B8 "
        + "\uFB30\u05D0\u05BC \uFB31\u05D1\u05BC \uFB32\u05D2\u05BC \uFB33\u05D3\u05BC \uFB34\u05D4\u05BC \uFB35\u05D5\u05BC "
        + "\uFB36\u05D6\u05BC \uFB38\u05D8\u05BC \uFB39\u05D9\u05BC \uFB3A\u05DA\u05BC \uFB3B\u05DB\u05BC \uFB3C\u05DC\u05BC "
        + "\uFB3E\u05DE\u05BC \uFB40\u05E0\u05BC \uFB41\u05E1\u05BC \uFB43\u05E3\u05BC \uFB44\u05E4\u05BC \uFB46\u05E6\u05BC "
        + "\uFB47\u05E7\u05BC \uFB48\u05E8\u05BC \uFB49\u05E9\u05BC \uFB4A\u05EA\u05BC \uFB4B\u05D5\u05B9 \uFB4C\u05D1\u05BF "
        + "\uFB4D\u05DB\u05BF \uFB4E\u05E4\u05BF ";

    /// <summary>Hexadecimal ranges of marks with their combining class.</summary>
    public const string Classes =
        "300-314:230 315:232 316-319:220 31A:232 31B:216 31C-320:220 321-322:202 323-326:220 327-328:202 329-333:220 334-338:1 "
        + "339-33C:220 33D-344:230 345:240 346:230 347-349:220 34A-34C:230 34D-34E:220 350-352:230 353-356:220 357:230 358:232 "
        + "359-35A:220 35B:230 35C:233 35D-35E:234 35F:233 360-361:234 362:233 363-36F:230 483-487:230 591:220 592-595:230 "
        + "596:220 597-599:230 59A:222 59B:220 59C-5A1:230 5A2-5A7:220 5A8-5A9:230 5AA:220 5AB-5AC:230 5AD:222 5AE:228 5AF:230 "
        + "5B0:10 5B1:11 5B2:12 5B3:13 5B4:14 5B5:15 5B6:16 5B7:17 5B8:18 5B9-5BA:19 5BB:20 5BC:21 5BD:22 5BF:23 5C1:24 5C2:25 "
        + "5C4:230 5C5:220 5C7:18 610-617:230 618:30 619:31 61A:32 64B:27 64C:28 64D:29 64E:30 64F:31 650:32 651:33 652:34 "
        + "653-654:230 655-656:220 657-65B:230 65C:220 65D-65E:230 65F:220 670:35 6D6-6DC:230 6DF-6E2:230 6E3:220 6E4:230 "
        + "6E7-6E8:230 6EA:220 6EB-6EC:230 6ED:220 711:36 730:230 731:220 732-733:230 734:220 735-736:230 737-739:220 73A:230 "
        + "73B-73C:220 73D:230 73E:220 73F-741:230 742:220 743:230 744:220 745:230 746:220 747:230 748:220 749-74A:230 "
        + "7EB-7F1:230 7F2:220 7F3:230 7FD:220 816-819:230 81B-823:230 825-827:230 829-82D:230 859-85B:220 898:230 899-89B:220 "
        + "89C-89F:230 8CA-8CE:230 8CF-8D3:220 8D4-8E1:230 8E3:220 8E4-8E5:230 8E6:220 8E7-8E8:230 8E9:220 8EA-8EC:230 "
        + "8ED-8EF:220 8F0:27 8F1:28 8F2:29 8F3-8F5:230 8F6:220 8F7-8F8:230 8F9-8FA:220 8FB-8FF:230 93C:7 94D:9 951:230 952:220 "
        + "953-954:230 9BC:7 9CD:9 9FE:230 A3C:7 A4D:9 ABC:7 ACD:9 B3C:7 B4D:9 BCD:9 C3C:7 C4D:9 C55:84 C56:91 CBC:7 CCD:9 "
        + "D3B-D3C:9 D4D:9 DCA:9 E38-E39:103 E3A:9 E48-E4B:107 EB8-EB9:118 EBA:9 EC8-ECB:122 F18-F19:220 F35:220 F37:220 F39:216 "
        + "F71:129 F72:130 F74:132 F7A-F7D:130 F80:130 F82-F83:230 F84:9 F86-F87:230 FC6:220 1037:7 1039-103A:9 108D:220 "
        + "135D-135F:230 1714-1715:9 1734:9 17D2:9 17DD:230 18A9:228 1939:222 193A:230 193B:220 1A17:230 1A18:220 1A60:9 "
        + "1A75-1A7C:230 1A7F:220 1AB0-1AB4:230 1AB5-1ABA:220 1ABB-1ABC:230 1ABD:220 1ABF-1AC0:220 1AC1-1AC2:230 1AC3-1AC4:220 "
        + "1AC5-1AC9:230 1ACA:220 1ACB-1ACE:230 1B34:7 1B44:9 1B6B:230 1B6C:220 1B6D-1B73:230 1BAA-1BAB:9 1BE6:7 1BF2-1BF3:9 "
        + "1C37:7 1CD0-1CD2:230 1CD4:1 1CD5-1CD9:220 1CDA-1CDB:230 1CDC-1CDF:220 1CE0:230 1CE2-1CE8:1 1CED:220 1CF4:230 "
        + "1CF8-1CF9:230 1DC0-1DC1:230 1DC2:220 1DC3-1DC9:230 1DCA:220 1DCB-1DCC:230 1DCD:234 1DCE:214 1DCF:220 1DD0:202 "
        + "1DD1-1DF5:230 1DF6:232 1DF7-1DF8:228 1DF9:220 1DFA:218 1DFB:230 1DFC:233 1DFD:220 1DFE:230 1DFF:220 20D0-20D1:230 "
        + "20D2-20D3:1 20D4-20D7:230 20D8-20DA:1 20DB-20DC:230 20E1:230 20E5-20E6:1 20E7:230 20E8:220 20E9:230 20EA-20EB:1 "
        + "20EC-20EF:220 20F0:230 2CEF-2CF1:230 2D7F:9 2DE0-2DFF:230 302A:218 302B:228 302C:232 302D:222 302E-302F:224 "
        + "3099-309A:8 A66F:230 A674-A67D:230 A69E-A69F:230 A6F0-A6F1:230 A806:9 A82C:9 A8C4:9 A8E0-A8F1:230 A92B-A92D:220 "
        + "A953:9 A9B3:7 A9C0:9 AAB0:230 AAB2-AAB3:230 AAB4:220 AAB7-AAB8:230 AABE-AABF:230 AAC1:230 AAF6:9 ABED:9 FB1E:26 "
        + "FE20-FE26:230 FE27-FE2D:220 FE2E-FE2F:230 ";
}
