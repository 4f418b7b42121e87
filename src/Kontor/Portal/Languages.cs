using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Kontor.Portal;

/// <summary>The languages of the pages: their words, and how each writes numbers and dates. The English sentence is the key of a text.</summary>
public static class Languages
{
    /// <summary>English, the language of the keys.</summary>
    public const string English = "en";

    /// <summary>German.</summary>
    public const string German = "de";

    private const string Prefix = "german/";

    /// <summary>All German texts by their English sentence. A sentence that two files have says the same in both; a test sees to it.</summary>
    public static readonly FrozenDictionary<string, string> GermanTexts = Load();

    /// <summary>How English writes numbers and dates: day before month, as in an international business.</summary>
    public static readonly CultureInfo EnglishCulture = Culture(
        ",", ".", "d MMM yyyy", "HH:mm", ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]);

    /// <summary>How German writes them.</summary>
    public static readonly CultureInfo GermanCulture = Culture(
        ".", ",", "d. MMM yyyy", "HH:mm", ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."], ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"]);

    /// <summary>The language for a request: the chosen one, else the first that the browser asks for and that there is, else English.</summary>
    public static string Choose(string? chosen, string? accepted)
    {
        if (chosen is English or German)
        {
            return chosen;
        }

        foreach (var wish in (accepted ?? string.Empty).Split(',', StringSplitOptions.TrimEntries))
        {
            if (wish.StartsWith(German, StringComparison.OrdinalIgnoreCase))
            {
                return German;
            }

            if (wish.StartsWith(English, StringComparison.OrdinalIgnoreCase))
            {
                return English;
            }
        }

        return English;
    }

    private static FrozenDictionary<string, string> Load()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in typeof(Languages).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            foreach (var (english, german) in JsonSerializer.Deserialize<Dictionary<string, string>>(WebFiles.Text(resource)!)!)
            {
                texts[english] = german;
            }
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // The program runs without the system's culture data, so that it formats the same on every machine.
    private static CultureInfo Culture(string group, string point, string date, string time, string[] months, string[] days)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberGroupSeparator = group;
        culture.NumberFormat.NumberDecimalSeparator = point;
        culture.NumberFormat.PercentGroupSeparator = group;
        culture.NumberFormat.PercentDecimalSeparator = point;
        culture.NumberFormat.PercentPositivePattern = 0;
        culture.NumberFormat.PercentNegativePattern = 0;
        culture.DateTimeFormat.ShortDatePattern = date;
        culture.DateTimeFormat.ShortTimePattern = time;
        culture.DateTimeFormat.AbbreviatedMonthNames = [.. months, string.Empty];
        culture.DateTimeFormat.AbbreviatedMonthGenitiveNames = [.. months, string.Empty];
        culture.DateTimeFormat.AbbreviatedDayNames = days;
        return CultureInfo.ReadOnly(culture);
    }
}
