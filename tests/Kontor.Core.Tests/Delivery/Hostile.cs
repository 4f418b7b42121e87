using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

/// <summary>Values that somebody might post to break out of the place they are written to.</summary>
internal static class Hostile
{
    public static readonly string[] Texts =
    [
        "", " ", "\"", "'", "\\", "\\\"", "\"}", "\",\"price\":0,\"x\":\"", "</name>", "<![CDATA[x]]>", "]]>", "<!-- -->", "<!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
        "&amp;", "&", "&lt;script&gt;", "<script>alert(1)</script>", "a=b&price=0", "a+b c%20d%", "?x=1#fragment", "../../admin", "..", "http://evil.example/",
        "@evil.example", "\r\nX-Injected: 1", "\n\n<html>", "\r", "\t", "\0", "\u0001\u001F\u007F\u0085\u009F", "\u2028\u2029", "\uFEFF", "\uFFFE\uFFFF",
        "\uD800", "\uDC00x", "😀", "Ω≈ç√∫", "田中さん", "\u202Eabc", "الكل", "Z\u0351\u036B\u0343", "{{price}}", "{{lead.name|x}}", "}}", "%s%n", "${jndi:ldap://x}",
        "'; drop table leads; --", "1e400", "NaN", "true", "null", "０１２", new string('x', 20_000),
    ];

    public static TheoryData<string> Data => [.. Texts];

    /// <summary>What must come out again: what cannot be encoded is replaced.</summary>
    public static string Sound(string text) => Template.Sound(text);

    /// <summary>What an XML document can hold of it.</summary>
    public static string InXml(string text) => string.Concat(Sound(text).EnumerateRunes()
        .Where(rune => rune.Value is '\t' or '\n' or '\r' || (rune.Value >= 0x20 && rune.Value is not (>= 0x7F and <= 0x9F or 0xFFFE or 0xFFFF))));

    public static TemplateValues Values(params (string Name, FieldValue Value)[] values) =>
        new(values.ToDictionary(one => one.Name, one => one.Value));

    public static TemplateValues Named(string name) => Values(("lead.name", FieldValue.Of(name)));
}
