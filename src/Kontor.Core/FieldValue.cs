using System.Collections.Immutable;
using System.Globalization;

namespace Kontor.Core;

/// <summary>What a normalised field holds.</summary>
public enum FieldKind : byte
{
    /// <summary>The lead does not have it.</summary>
    Missing,

    /// <summary>Text in its normal form (phones in E.164, e-mail, choices by their option key, postal codes in the country's form).</summary>
    Text,

    /// <summary>A number; money in whole units of the campaign's currency.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>A calendar day; <see cref="FieldValue.Number"/> is its <see cref="DateOnly.DayNumber"/>.</summary>
    Date,

    /// <summary>An instant; <see cref="FieldValue.Number"/> is microseconds since 1970-01-01T00:00:00Z.</summary>
    Instant,

    /// <summary>Several choices, in ordinal order and distinct.</summary>
    Set,
}

/// <summary>One normalised value of a lead, as filters and the matching index read it.</summary>
public readonly record struct FieldValue
{
    private FieldValue(FieldKind kind, string? text, decimal number, ImmutableArray<string> items)
    {
        Kind = kind;
        Text = text;
        Number = number;
        Items = items;
    }

    /// <summary>What the value holds.</summary>
    public FieldKind Kind { get; }

    /// <summary>The text of <see cref="FieldKind.Text"/>, else null.</summary>
    public string? Text { get; }

    /// <summary>The number of <see cref="FieldKind.Number"/>, <see cref="FieldKind.Flag"/> (0 or 1), <see cref="FieldKind.Date"/> and
    /// <see cref="FieldKind.Instant"/>, else 0.</summary>
    public decimal Number { get; }

    /// <summary>The members of <see cref="FieldKind.Set"/>, else default.</summary>
    public ImmutableArray<string> Items { get; }

    /// <summary>The value that is not there.</summary>
    public static FieldValue Missing => default;

    /// <summary>A text.</summary>
    public static FieldValue Of(string text) => new(FieldKind.Text, text, 0, default);

    /// <summary>A number.</summary>
    public static FieldValue Of(decimal number) => new(FieldKind.Number, null, number, default);

    /// <summary>Yes or no.</summary>
    public static FieldValue Of(bool flag) => new(FieldKind.Flag, null, flag ? 1 : 0, default);

    /// <summary>A calendar day.</summary>
    public static FieldValue Of(DateOnly day) => new(FieldKind.Date, null, day.DayNumber, default);

    /// <summary>An instant, cut to microseconds.</summary>
    public static FieldValue Of(DateTimeOffset instant) =>
        new(FieldKind.Instant, null, (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, default);

    /// <summary>Several choices; sorted and made distinct here.</summary>
    public static FieldValue Of(IEnumerable<string> items) =>
        new(FieldKind.Set, null, 0, [.. items.Distinct().Order(StringComparer.Ordinal)]);

    /// <summary>Whether the lead has the value.</summary>
    public bool IsPresent => Kind != FieldKind.Missing;

    /// <summary>The instant of <see cref="FieldKind.Instant"/> or the day's midnight UTC of <see cref="FieldKind.Date"/>; null for others.</summary>
    public DateTimeOffset? AsInstant => Kind switch
    {
        FieldKind.Instant => DateTimeOffset.UnixEpoch.AddTicks((long)Number * TimeSpan.TicksPerMicrosecond),
        FieldKind.Date => new DateTimeOffset(DateOnly.FromDayNumber((int)Number), TimeOnly.MinValue, TimeSpan.Zero),
        _ => null,
    };

    /// <summary>Two values are equal when kind and content are.</summary>
    public bool Equals(FieldValue other) => Kind == other.Kind && Text == other.Text && Number == other.Number
        && (Items.IsDefaultOrEmpty ? other.Items.IsDefaultOrEmpty : !other.Items.IsDefaultOrEmpty && Items.AsSpan().SequenceEqual(other.Items.AsSpan()));

    /// <summary>A hash for use within one process.</summary>
    public override int GetHashCode() => HashCode.Combine(Kind, Text, Number);

    /// <summary>The value as the trace shows it, culture-independent.</summary>
    public override string ToString() => Kind switch
    {
        FieldKind.Text => Text!,
        FieldKind.Number => Number.ToString(CultureInfo.InvariantCulture),
        FieldKind.Flag => Number == 1 ? "true" : "false",
        FieldKind.Date => DateOnly.FromDayNumber((int)Number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        FieldKind.Instant => AsInstant!.Value.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
        FieldKind.Set => string.Join(", ", Items),
        _ => "missing",
    };
}
