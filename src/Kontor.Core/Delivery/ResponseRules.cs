using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kontor.Core.Delivery;

/// <summary>What a path leads through.</summary>
public enum AnswerSyntax
{
    Json,
    Xml,
}

/// <summary>A step of a path.</summary>
/// <param name="Name">A member, element or attribute; null for a step by number.</param>
/// <param name="Index">A place in a list, from 0; of an XML element the place among those of its name. Null for none.</param>
/// <param name="Attribute">Whether it is an XML attribute.</param>
public sealed record AnswerStep(string? Name, int? Index = null, bool Attribute = false);

/// <summary>Where a value stands in a buyer's answer: <c>$.result.items[0].status</c> in JSON, <c>/answer/result/@status</c> in XML.</summary>
/// <param name="Syntax">What the answer has to be.</param>
/// <param name="Steps">At least one.</param>
public sealed partial record AnswerPath(AnswerSyntax Syntax, ImmutableArray<AnswerStep> Steps)
{
    /// <summary>The most steps of a path.</summary>
    public const int MostSteps = 16;

    /// <summary>Reads a path: members and numbers of JSONPath (RFC 9535) without wildcards, or absolute element steps of XPath with a number and
    /// an attribute at the end. Namespaces of an answer do not count. Null when it is neither.</summary>
    public static AnswerPath? TryParse(string text)
    {
        var syntax = text.StartsWith('$') ? AnswerSyntax.Json : AnswerSyntax.Xml;
        var whole = (syntax == AnswerSyntax.Json ? JsonPath() : XmlPath()).Match(text);
        if (!whole.Success)
        {
            return null;
        }

        var steps = whole.Groups["step"].Captures.Select(step => syntax == AnswerSyntax.Json ? JsonStep(step.Value) : XmlStep(step.Value)).ToImmutableArray();
        return steps.Length <= MostSteps ? new AnswerPath(syntax, steps) : null;
    }

    private static AnswerStep JsonStep(string step) => step switch
    {
        ['.', ..] => new AnswerStep(step[1..]),
        ['[', '\'' or '"', ..] => new AnswerStep(step[2..^2]),
        _ => new AnswerStep(null, Number(step[1..^1])),
    };

    private static AnswerStep XmlStep(string step)
    {
        if (step.StartsWith("/@", StringComparison.Ordinal))
        {
            return new AnswerStep(step[2..], null, true);
        }

        // XPath counts from 1.
        var bracket = step.IndexOf('[');
        return bracket < 0 ? new AnswerStep(step[1..]) : new AnswerStep(step[1..bracket], Number(step[(bracket + 1)..^1]) - 1);
    }

    private static int Number(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("""^\$(?<step>\.[\p{L}_][\p{L}\p{Nd}_-]{0,99}|\['[^'\\\p{Cc}]{1,100}'\]|\["[^"\\\p{Cc}]{1,100}"\]|\[(0|[1-9][0-9]{0,3})\])+\z""", RegexOptions.CultureInvariant)]
    private static partial Regex JsonPath();

    [GeneratedRegex("""^(?<step>/[\p{L}_][\p{L}\p{Nd}_.-]{0,99}(\[[1-9][0-9]{0,3}\])?)+(?<step>/@[\p{L}_][\p{L}\p{Nd}_.-]{0,99})?\z""", RegexOptions.CultureInvariant)]
    private static partial Regex XmlPath();
}

/// <summary>Where to look: at a path, or for a pattern in the answer's text. Exactly one of the two is set.</summary>
/// <param name="Path">The path, or null.</param>
/// <param name="Pattern">Without backtracking, so that its time is bounded by the answer's length; its first group, or the whole match. Or null.</param>
public sealed record AnswerPlace(AnswerPath? Path, Regex? Pattern);

/// <summary>When an answer takes the lead.</summary>
/// <param name="Place">Where it says so.</param>
public sealed record AcceptedRule(AnswerPlace Place)
{
    /// <summary>It is one of these, whatever the case; empty does not ask.</summary>
    public ImmutableArray<string> EqualTo { get; init; } = [];

    /// <summary>It is none of these, whatever the case.</summary>
    public ImmutableArray<string> NotEqualTo { get; init; } = [];

    /// <summary>It is a number above this one, or null.</summary>
    public decimal? GreaterThan { get; init; }

    /// <summary>Whether it compares; otherwise a value at a path has to be a yes, and a pattern has to be found.</summary>
    public bool Compares => !EqualTo.IsEmpty || !NotEqualTo.IsEmpty || GreaterThan is not null;
}

/// <summary>How a buyer's answer is read. At least one of <see cref="Accepted"/> and <see cref="Price"/> is set.</summary>
public sealed record ResponseRules
{
    public AcceptedRule? Accepted { get; init; }

    /// <summary>What the buyer pays, in whole units: zero or less is a refusal, whatever else the answer says.</summary>
    public AnswerPlace? Price { get; init; }

    /// <summary>The code of the currency he bids in; only answers to pings are asked for it. Null takes the campaign's for granted.</summary>
    public AnswerPlace? Currency { get; init; }

    /// <summary>What the buyer wants to be told again.</summary>
    public AnswerPlace? Token { get; init; }

    /// <summary>How long his answer holds, in seconds.</summary>
    public AnswerPlace? ExpiresIn { get; init; }

    /// <summary>Why he refuses.</summary>
    public AnswerPlace? Reason { get; init; }

    /// <summary>The number or SIP address the caller is put through to; an answer that accepts has to hold it.</summary>
    public AnswerPlace? Transfer { get; init; }

    /// <summary>How long that may be called where the answer does not say it.</summary>
    public TimeSpan TransferLasts { get; init; } = TransferRule.UsualExpiry;
}
