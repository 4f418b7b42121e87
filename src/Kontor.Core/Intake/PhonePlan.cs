using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kontor.Core.Intake;

/// <summary>The numbering plan of one country, as libphonenumber describes it.</summary>
public sealed class PhonePlan
{
    private readonly Lazy<Regex> general;
    private readonly Lazy<Regex?> assigned;
    private readonly Lazy<Regex?> exit;
    private readonly Lazy<Regex?> national;
    private readonly Lazy<Regex?> leading;
    private readonly uint lengths;

    /// <summary>Takes the parts of a plan; patterns are compiled when first needed.</summary>
    public PhonePlan(PhonePlanParts parts)
    {
        Country = parts.Country;
        CallingCode = parts.CallingCode;
        Transform = parts.Transform;
        HasNationalPrefix = parts.NationalPrefix is not null;
        foreach (var length in parts.Lengths)
            lengths |= 1u << length;
        general = new(() => Compile($"^(?:{parts.Pattern})\\z"));
        assigned = new(() => parts.Kinds.IsEmpty ? null : Plain($"^(?:{string.Join('|', parts.Kinds)})\\z"));
        exit = new(() => Optional(parts.ExitPrefix));
        national = new(() => Optional(parts.NationalPrefix));
        leading = new(() => Optional(parts.LeadingDigits));
    }

    /// <summary>ISO 3166-1 alpha-2, or <c>001</c> for codes of no country.</summary>
    public string Country { get; }

    /// <summary>The digits after the plus.</summary>
    public string CallingCode { get; }

    internal bool HasNationalPrefix { get; }

    internal string? Transform { get; }

    /// <summary>Whether a national number has a length and a form that the country uses.</summary>
    internal bool Takes(ReadOnlySpan<char> number) =>
        number.Length < 32 && (lengths & 1u << number.Length) != 0 && general.Value.IsMatch(number) && (leading.Value?.IsMatch(number) ?? true);

    /// <summary>Whether the number lies in a block that is handed out.</summary>
    internal bool HasAssigned(ReadOnlySpan<char> number) => assigned.Value?.IsMatch(number) ?? true;

    /// <summary>How many digits at the front dial out of the country; 0 for none.</summary>
    internal int ExitDigits(ReadOnlySpan<char> digits) => Prefix(exit.Value, digits);

    /// <summary>The number without the prefix that is dialled only within the country. The number itself when it has none or would be broken
    /// without it.</summary>
    internal string WithoutNationalPrefix(string number)
    {
        if (national.Value is not { } prefix || number.Length == 0)
            return number;
        var match = prefix.Match(number);
        if (!match.Success || (match.Length == 0 && Transform is null))
            return number;
        var last = match.Groups[^1];
        var stripped = Transform is not null && match.Groups.Count > 1 && last.Length > 0
            ? match.Result(Transform) + number[match.Length..]
            : number[match.Length..];
        return general.Value.IsMatch(number) && !general.Value.IsMatch(stripped) ? number : stripped;
    }

    private static int Prefix(Regex? pattern, ReadOnlySpan<char> digits)
    {
        foreach (var match in pattern is null ? default : pattern.EnumerateMatches(digits))
            return match.Length;
        return 0;
    }

    private static Regex? Optional(string? pattern) => string.IsNullOrEmpty(pattern) ? null : Compile($"^(?:{pattern})");

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled);

    private static Regex Plain(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}

/// <summary>What a plan is made of: regular expressions over digits, unanchored.</summary>
public sealed record PhonePlanParts
{
    /// <inheritdoc cref="PhonePlan.Country"/>
    public required string Country { get; init; }

    /// <inheritdoc cref="PhonePlan.CallingCode"/>
    public required string CallingCode { get; init; }

    /// <summary>National numbers.</summary>
    public required string Pattern { get; init; }

    /// <summary>How many digits national numbers can have.</summary>
    public required ImmutableArray<int> Lengths { get; init; }

    /// <summary>What is dialled to leave the country, or null.</summary>
    public string? ExitPrefix { get; init; }

    /// <summary>What is dialled before a number within the country, perhaps with groups, or null.</summary>
    public string? NationalPrefix { get; init; }

    /// <summary>What replaces a national prefix whose last group took part, or null.</summary>
    public string? Transform { get; init; }

    /// <summary>How a number begins that belongs to this country and not to another with the same calling code, or null.</summary>
    public string? LeadingDigits { get; init; }

    /// <summary>The blocks handed out, one pattern for each kind of line.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];
}
