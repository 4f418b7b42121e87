using System.Text.Json.Nodes;
using Kontor.Catalog;

namespace Kontor.Tests.Portal;

/// <summary>Texts that break pages which take them for something else than text, and a network that is full of one of them.</summary>
internal static class NaughtyText
{
    public const string Markup = "\"><kontor-naughty kontor-naughty=1>' kontor-naughty='1";

    /// <summary>Each is something to a browser, a template, a format, a shell, a database, or a reader of Unicode. None is longer than a name may be.</summary>
    public static readonly string[] All =
    [
        Markup,
        "</title></textarea></script><kontor-naughty onfocus=alert(1) autofocus><!-- ]]> -->",
        "<svg/onload=alert(1)><img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a>",
        "{0} {1:N2} {99} { } {{7*7}} ${7*7} #{7*7} <%= 7*7 %> %s %n %1$s %x @Model @(7*7) [[7]] *ngIf",
        "'; drop table leads; -- ') OR ('1'='1 \\ \\\\ \\' `id` $(id) ../../etc/passwd |cat & %00 %",
        "&lt;kontor-naughty&gt; &amp;amp; &#60; &#x27; %3Cb%3E \\u003cb\\u003e +ADw-script+AD4-",
        "null undefined NaN Infinity -Infinity true None nil 1/0 -0 1e1000 0x7f 08 1,000.00 ١٢٣ ½ ²",
        "Ω≈ç√∫ 社會科學院 찦차 ﷽ مُنَاقَشَة בְּרֵאשִׁית 👩‍🔬🏳️‍🌈🇩🇪 𝕋𝕙𝕖 T̺̺̕o͞ ̷i̲̬n̝̗v̟̜o Å",
        "a\u202Etxet\u202Cb \u2066isolated\u2069 zero\u200Bwidth\u200Dmarks\uFEFF soft\u00ADhyphen no\u00A0break wide\u3000space",
    ];

    /// <summary>The portal's network with one text for every name, label and sentence.</summary>
    public static string Network(string text)
    {
        var network = YamlDocument.Parse(PortalMarket.Network())!.AsObject();
        Replace(network, text);
        return network.ToJsonString();
    }

    /// <summary>Whether a page shows a text, however its spaces and marks are drawn.</summary>
    public static bool IsShown(string html, string text) => Bare(System.Net.WebUtility.HtmlDecode(html)).Contains(Bare(text), StringComparison.Ordinal);

    /// <summary>What of a page is no text although it was typed as text; null when all is well.</summary>
    public static string? Broken(string html) =>
        ((string[])["<kontor-naughty", "\" kontor-naughty", "' kontor-naughty=1", "<svg/onload", "<img src=x", "<a href=javascript"]).FirstOrDefault(part => html.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static void Replace(JsonNode node, string text)
    {
        if (node is JsonObject part)
        {
            foreach (var key in part.Select(pair => pair.Key).ToList())
            {
                if (key is "name" or "title" or "thanks" or "class" or "text" && part[key] is JsonValue)
                    part[key] = text;
                else if (key == "labels")
                    part[key] = new JsonObject { ["roof"] = text, ["roof.owner"] = text };
                else if (part[key] is { } inner)
                    Replace(inner, text);
            }
        }

        foreach (var item in node as JsonArray ?? [])
            Replace(item!, text);
    }

    // Normalised, without what may be drawn together or left out at the ends.
    private static string Bare(string text) => string.Concat(text.Normalize().Where(letter => !char.IsWhiteSpace(letter) && letter is not ('\uFEFF' or '\u200B')));
}
