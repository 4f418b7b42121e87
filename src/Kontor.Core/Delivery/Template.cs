using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Kontor.Core.Delivery;

/// <summary>A piece of a template: text as the operator wrote it, or a placeholder.</summary>
public sealed record TemplatePart
{
    /// <summary>The text, or null for a placeholder.</summary>
    public string? Literal { get; init; }

    /// <summary>The placeholder's name, such as <c>lead.city</c>, or null for text.</summary>
    public string? Placeholder { get; init; }

    /// <summary>What stands in for a value that is not there, or null.</summary>
    public string? Default { get; init; }

    /// <summary>What the value is known to be, so that a default can be of the same kind; <see cref="FieldKind.Missing"/> is not known.</summary>
    public FieldKind Kind { get; init; }
}

/// <summary>The values a template is filled with, by placeholder. They are facts of the sale and its lead: the same sale gives the same text.</summary>
/// <param name="values">By name; what is absent is missing.</param>
public sealed class TemplateValues(IReadOnlyDictionary<string, FieldValue> values)
{
    /// <summary>The value of a placeholder, or <see cref="FieldValue.Missing"/>. Never broken Unicode.</summary>
    public FieldValue this[string placeholder] => values.TryGetValue(placeholder, out var value)
        ? value.Kind switch
        {
            FieldKind.Text => FieldValue.Of(Template.Sound(value.Text!)),
            FieldKind.Set => FieldValue.Of(value.Items.Select(Template.Sound)),
            _ => value,
        }
        : FieldValue.Missing;
}

/// <summary>A text with placeholders: <c>{{lead.first_name}}</c>, or <c>{{lead.city|unknown}}</c> with what to write where there is no value.</summary>
public sealed class Template
{
    private readonly ImmutableArray<TemplatePart> parts;
    private readonly FieldValue constant;

    private Template(ImmutableArray<TemplatePart> parts, FieldValue constant) => (this.parts, this.constant) = (parts, constant);

    /// <summary>Text and placeholders in order; empty for a constant number or flag.</summary>
    public ImmutableArray<TemplatePart> Parts => parts;

    /// <summary>A constant that is no text: a number or a flag.</summary>
    public static Template Of(FieldValue constant) => new([], constant);

    /// <summary>Reads a template. Null when a <c>{{</c> is not closed or a placeholder has no name.</summary>
    public static Template? TryParse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open != at)
            {
                parts.Add(new TemplatePart { Literal = Sound(open < 0 ? text[at..] : text[at..open]) });
            }

            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf("}}", open + 2, StringComparison.Ordinal);
            if (close < 0 || Placeholder(text[(open + 2)..close]) is not { } placeholder)
            {
                return null;
            }

            parts.Add(placeholder);
            at = close + 2;
        }

        return new Template(parts.ToImmutable(), FieldValue.Missing);
    }

    /// <summary>The same template, with what is known of its placeholders' values.</summary>
    public Template With(Func<string, FieldKind> kindOf) =>
        new([.. parts.Select(part => part.Placeholder is { } name ? part with { Kind = kindOf(name) } : part)], constant);

    /// <summary>What it comes to. A constant, or a template that is one placeholder and nothing else, keeps its kind: a number stays a number, and
    /// a value that is not there is missing. Anything else is text.</summary>
    public FieldValue Value(TemplateValues values) => parts switch
    {
        [] => constant.IsPresent ? constant : FieldValue.Of(string.Empty),
        [{ Placeholder: { } name } only] => values[name] is { IsPresent: true } value ? value : Instead(only),
        _ => FieldValue.Of(Text(values, text => text)),
    };

    /// <summary>What it comes to as text; values that are not there are empty.</summary>
    /// <param name="values">What it is filled with.</param>
    /// <param name="escape">Applied to every value, and not to what the operator wrote.</param>
    public string Text(TemplateValues values, Func<string, string> escape)
    {
        if (parts.IsEmpty)
        {
            return constant.IsPresent ? constant.ToString() : string.Empty;
        }

        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Placeholder is not { } name)
            {
                text.Append(part.Literal);
                continue;
            }

            var value = values[name] is { IsPresent: true } found ? found : Instead(part);
            text.Append(value.IsPresent ? escape(value.ToString()) : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>The text with every half of a surrogate pair that lacks its other half replaced by U+FFFD, so that it can be encoded.</summary>
    internal static string Sound(string text)
    {
        if (!text.Any(char.IsSurrogate))
        {
            return text;
        }

        var sound = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            sound.Append(rune.ToString());
        }

        return sound.ToString();
    }

    private static TemplatePart? Placeholder(string inner)
    {
        var bar = inner.IndexOf('|');
        var name = (bar < 0 ? inner : inner[..bar]).Trim();
        return name.Length == 0 || inner.Contains("{{", StringComparison.Ordinal)
            ? null
            : new TemplatePart { Placeholder = name, Default = bar < 0 ? null : Sound(inner[(bar + 1)..].Trim()) };
    }

    // A default of a number field that reads as a number is one, so that a buyer's schema sees one type whether or not the value is there.
    private static FieldValue Instead(TemplatePart part) => part switch
    {
        { Default: null } => FieldValue.Missing,
        { Kind: FieldKind.Number } when decimal.TryParse(part.Default, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            FieldValue.Of(number),
        { Kind: FieldKind.Flag, Default: "true" or "false" } => FieldValue.Of(part.Default == "true"),
        _ => FieldValue.Of(part.Default),
    };
}
