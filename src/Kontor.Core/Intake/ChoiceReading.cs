using System.Collections.Immutable;

namespace Kontor.Core.Intake;

/// <summary>Reads answers against the options the operator configured: blanks around them and case do not matter.</summary>
internal static class ChoiceReading
{
    private const int MostItems = 100;

    /// <summary>One option, as configured.</summary>
    public static FieldReading Choice(string posted, ImmutableArray<string> options) =>
        Find(posted, options) is { } option ? FieldValue.Of(option) : Problems.NotAnOption(options);

    /// <summary>Several options from a list, or from a text separated by commas or semicolons.</summary>
    public static FieldReading Choices(PostedValue posted, ImmutableArray<string> options)
    {
        if (posted.Kind != PostedKind.List && Find(posted.Text, options) is { } single)
            return FieldValue.Of([single]);
        var chosen = new List<string>();
        var given = posted.Kind == PostedKind.List ? (IReadOnlyList<string>)posted.Items : posted.Text!.Split((char[])[',', ';'], MostItems + 1);
        if (given.Count > MostItems)
            return Problems.NotAnOption(options);
        foreach (var item in given)
        {
            if (string.IsNullOrWhiteSpace(item))
                continue;
            if (Find(item, options) is not { } option)
                return Problems.NotAnOption(options);
            chosen.Add(option);
        }

        return chosen.Count == 0 ? FieldValue.Missing : FieldValue.Of(chosen);
    }

    private static string? Find(ReadOnlySpan<char> posted, ImmutableArray<string> options)
    {
        var text = posted.Trim();
        foreach (var option in options)
        {
            if (text.Equals(option, StringComparison.OrdinalIgnoreCase))
                return option;
        }

        return null;
    }
}
