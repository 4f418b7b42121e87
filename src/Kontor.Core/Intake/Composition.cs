using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Kontor.Core.Intake;

/// <summary>Unicode normal form C. The process runs without culture data, and then <see cref="string.Normalize()"/> changes nothing, so the
/// algorithm of Unicode Standard Annex 15 stands here.</summary>
internal static class Composition
{
    private const int HangulFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailBefore = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = 11_172;

    private static readonly FrozenDictionary<(char First, char Second), char> Composed = ReadCompositions();
    private static readonly FrozenDictionary<char, string> Decomposed = ReadDecompositions();
    private static readonly FrozenDictionary<char, byte> Classes = ReadClasses();

    /// <summary>The text in normal form C; the same instance when it holds no character from U+0300 up.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0300', '\uFFFF'))
            return text;

        var chars = Decompose(text);
        Reorder(chars);
        Join(chars);
        return new string(CollectionsMarshal.AsSpan(chars));
    }

    /// <summary>A key under which spellings of one name meet: lower case, letters and digits only, accents dropped.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var part in Decompose(text))
        {
            if (char.IsLetterOrDigit(part))
                folded.Append(part == 'ß' ? "ss" : char.ToLowerInvariant(part).ToString());
        }

        return folded.ToString();
    }

    private static List<char> Decompose(ReadOnlySpan<char> text)
    {
        var chars = new List<char>(text.Length + 8);
        foreach (var character in text)
        {
            var syllable = character - HangulFirst;
            if (syllable is >= 0 and < Syllables)
            {
                chars.Add((char)(LeadFirst + syllable / (Vowels * Tails)));
                chars.Add((char)(VowelFirst + syllable % (Vowels * Tails) / Tails));
                if (syllable % Tails != 0)
                    chars.Add((char)(TailBefore + syllable % Tails));
            }
            else if (character >= '\u00C0' && Decomposed.TryGetValue(character, out var parts))
                chars.AddRange(parts.AsSpan());
            else
                chars.Add(character);
        }

        return chars;
    }

    // Marks behind one base stand in the order of their combining class; equal classes keep their order.
    private static void Reorder(List<char> chars)
    {
        for (var i = 1; i < chars.Count; i++)
        {
            var rank = Class(chars[i]);
            for (var j = i; rank != 0 && j > 0 && Class(chars[j - 1]) > rank; j--)
                (chars[j - 1], chars[j]) = (chars[j], chars[j - 1]);
        }
    }

    private static void Join(List<char> chars)
    {
        var written = 0;
        var starter = -1;
        var lastClass = 0;
        for (var i = 0; i < chars.Count; i++)
        {
            var current = chars[i];
            var rank = Class(current);
            var adjacent = starter == written - 1;
            if (starter >= 0 && (adjacent || (lastClass < rank && lastClass != 0)) && Pair(chars[starter], current) is { } joined)
            {
                chars[starter] = joined;
                continue;
            }

            if (rank == 0)
                starter = written;
            lastClass = rank;
            chars[written++] = current;
        }

        chars.RemoveRange(written, chars.Count - written);
    }

    private static char? Pair(char first, char second)
    {
        if (first - LeadFirst is >= 0 and < 19 && second - VowelFirst is >= 0 and < Vowels)
            return (char)(HangulFirst + ((first - LeadFirst) * Vowels + second - VowelFirst) * Tails);
        if (first - HangulFirst is >= 0 and < Syllables && (first - HangulFirst) % Tails == 0 && second - TailBefore is > 0 and < Tails)
            return (char)(first + second - TailBefore);
        return Composed.TryGetValue((first, second), out var joined) ? joined : null;
    }

    private static int Class(char character) => character < '\u0300' ? 0 : Classes.GetValueOrDefault(character);

    private static FrozenDictionary<(char First, char Second), char> ReadCompositions()
    {
        var pairs = new Dictionary<(char First, char Second), char>();
        foreach (var group in CompositionData.Compositions.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var i = 1; i + 1 < group.Length; i += 2)
                pairs.Add((group[i], group[0]), group[i + 1]);
        }

        return pairs.ToFrozenDictionary();
    }

    // A composite decomposes into its base, decomposed in turn, and its mark.
    private static FrozenDictionary<char, string> ReadDecompositions()
    {
        var pairs = ReadCompositions().ToDictionary(pair => pair.Value, pair => pair.Key);
        var all = CompositionData.Decompositions.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(group => group[0], group => group[1..]);
        foreach (var composite in pairs.Keys)
            all[composite] = Expand(composite);
        return all.ToFrozenDictionary();

        string Expand(char character) =>
            pairs.TryGetValue(character, out var parts) ? Expand(parts.First) + parts.Second : character.ToString();
    }

    private static FrozenDictionary<char, byte> ReadClasses()
    {
        var classes = new Dictionary<char, byte>();
        foreach (var entry in CompositionData.Classes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var ends = entry[..colon].Split('-');
            var last = int.Parse(ends[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            for (var c = int.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture); c <= last; c++)
                classes.Add((char)c, byte.Parse(entry.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        }

        return classes.ToFrozenDictionary();
    }
}
