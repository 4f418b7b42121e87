using System.Collections.Immutable;
using System.Text;

namespace Kontor.Core.Delivery;

/// <summary>Writes the XML of a mapped request.</summary>
internal static class XmlText
{
    /// <summary>A document with one element for each field. Element names are the operator's and were checked; values are escaped, and characters
    /// that XML 1.0 cannot hold are left out.</summary>
    public static string Document(string root, ImmutableArray<RequestField> fields, TemplateValues values)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        Element(xml, new FieldNode(root, null, FieldNode.Nest(fields)), values);
        return xml.ToString();
    }

    /// <summary>The text as character data or as an attribute's value.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&apos;"),

                // A reader turns a bare carriage return into a line feed.
                '\r' => escaped.Append("&#13;"),
                '\t' or '\n' => escaped.Append((char)rune.Value),
                < 0x20 or (>= 0x7F and <= 0x9F) or 0xFFFE or 0xFFFF => escaped,
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    private static void Element(StringBuilder xml, FieldNode node, TemplateValues values)
    {
        xml.Append('<').Append(node.Name).Append('>');
        if (node.Value is not null)
        {
            xml.Append(Escape(node.Value.Text(values, text => text)));
        }

        node.Children.ForEach(child => Element(xml, child, values));
        xml.Append("</").Append(node.Name).Append('>');
    }
}
