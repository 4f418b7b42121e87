using System.Collections.Immutable;
using System.Globalization;

namespace Kontor.Core;

/// <summary>A text for people that can be said in other languages: an English format and the values in it, which are phrases themselves. In English it
/// reads as the API answers it; who shows it in another language looks the formats up and puts the same values in. Made for explanations only, never
/// on the way of a sale.</summary>
public sealed class Phrase : IEquatable<Phrase>
{
    private readonly ImmutableArray<Phrase> parts;
    private readonly Money? amount;
    private readonly bool hasWords;

    private Phrase(string format, ImmutableArray<Phrase> parts, bool hasWords, Money? amount = null) =>
        (Format, this.parts, this.hasWords, this.amount) = (format, parts, hasWords, amount);

    /// <summary>The English format, or the value itself.</summary>
    public string Format { get; }

    /// <summary>Words with values in them: <c>Phrase.Of("at least {0}", price)</c>. The format is a literal, so that a test finds every one and asks for
    /// its translations.</summary>
    public static Phrase Of(string format, params ReadOnlySpan<Phrase> values) => new(format, [.. values], hasWords: true);

    /// <summary>What a reason code means.</summary>
    public static Phrase Of(ReasonCode reason) => new(ReasonCodes.All.First(entry => entry.Code == reason).Meaning, [], hasWords: true);

    /// <summary>A value that is the same in every language: a key, a code, a posted text.</summary>
    public static Phrase Value(string value) => new(value, [], hasWords: false);

    /// <summary>Values side by side with signs between them and no words: <c>Phrase.Signs("{0} = {1}", field, value)</c>.</summary>
    public static Phrase Signs(string format, params ReadOnlySpan<Phrase> values) => new(format, [.. values], hasWords: false);

    /// <summary>Several with words between each two: <c>Phrase.Joined("{0} or {1}", names)</c>. Nothing for none.</summary>
    public static Phrase Joined(string format, IEnumerable<Phrase> several) => Fold(format, several, hasWords: true);

    /// <summary>Several with commas between them.</summary>
    public static Phrase Listed(IEnumerable<Phrase> several) => Fold("{0}, {1}", several, hasWords: false);

    /// <summary>An amount, which each language writes in its own way.</summary>
    public static implicit operator Phrase(Money amount) => new(string.Empty, [], hasWords: false, amount);

    /// <summary>A whole number.</summary>
    public static implicit operator Phrase(long number) => Value(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The phrase in another language.</summary>
    /// <param name="words">The format in that language, with the same values in it.</param>
    /// <param name="amounts">An amount as that language writes it.</param>
    public string Say(Func<string, string> words, Func<Money, string> amounts)
    {
        if (amount is { } money)
        {
            return amounts(money);
        }

        var format = hasWords ? words(Format) : Format;
        return parts.IsEmpty ? format : string.Format(CultureInfo.InvariantCulture, format, [.. parts.Select(part => part.Say(words, amounts))]);
    }

    /// <summary>The phrase in English, as the API answers it.</summary>
    public override string ToString() => Say(format => format, money => money.ToString());

    /// <summary>Equal when both say the same.</summary>
    public bool Equals(Phrase? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Phrase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    private static Phrase Fold(string format, IEnumerable<Phrase> several, bool hasWords)
    {
        Phrase? all = null;
        foreach (var one in several)
        {
            all = all is null ? one : new Phrase(format, [all, one], hasWords);
        }

        return all ?? Value(string.Empty);
    }
}
