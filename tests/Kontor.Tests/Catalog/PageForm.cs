using System.Net;
using System.Text.RegularExpressions;

namespace Kontor.Tests.Catalog;

/// <summary>What a browser without script would send of a page's form.</summary>
internal static partial class PageForm
{
    /// <summary>The fields of the form with an id, as they stand.</summary>
    public static List<(string Name, string Value)> Of(Page page, string id)
    {
        var form = Regex.Match(page.Html, $"<form[^>]*id=\"{id}\"[^>]*>(.*?)</form>", RegexOptions.Singleline);
        form.Success.ShouldBeTrue($"The page has no form {id}: {page.Text}");
        var fields = new List<(string, string)>();
        foreach (Match control in Control().Matches(form.Groups[1].Value))
        {
            var tag = control.Groups["tag"].Value;
            if (Attribute(tag, "name") is not { } name || tag.StartsWith("<button", StringComparison.Ordinal))
                continue;
            if (tag.StartsWith("<select", StringComparison.Ordinal))
            {
                var options = Option().Matches(control.Groups["inner"].Value);
                var chosen = options.FirstOrDefault(option => option.Groups[1].Value.Contains("selected", StringComparison.Ordinal)) ?? options.FirstOrDefault();
                fields.Add((name, chosen is null ? "" : Attribute(chosen.Groups[1].Value, "value") ?? ""));
            }
            else if (tag.StartsWith("<textarea", StringComparison.Ordinal))
            {
                var text = WebUtility.HtmlDecode(control.Groups["text"].Value);
                fields.Add((name, text.StartsWith('\n') ? text[1..] : text));
            }
            else if (Attribute(tag, "type") is not ("checkbox" or "radio") || tag.Contains(" checked", StringComparison.Ordinal))
            {
                fields.Add((name, Attribute(tag, "value") ?? ""));
            }
        }

        fields.RemoveAll(field => field.Item1 == Kontor.Portal.Pages.FormFieldName);
        return fields;
    }

    /// <summary>The same with some fields typed anew and a button pressed.</summary>
    public static (string Name, string Value)[] Press(this List<(string Name, string Value)> fields, string button, params (string Name, string Value)[] typed) =>
        [.. fields.Where(field => typed.All(one => one.Name != field.Name)), .. typed, ("do", button)];

    /// <summary>The value of a field.</summary>
    public static string Value(this List<(string Name, string Value)> fields, string name) => fields.Last(field => field.Name == name).Value;

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : Regex.IsMatch(tag, $"\\s{name}(\\s|>|/)") ? "" : null;

    [GeneratedRegex("(?<tag><input[^>]*>)|(?<tag><button[^>]*>)|(?<tag><select[^>]*>)(?<inner>.*?)</select>|(?<tag><textarea[^>]*>)(?<text>.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex Control();

    [GeneratedRegex("(<option[^>]*>)")]
    private static partial Regex Option();
}
