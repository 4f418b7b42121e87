using Kontor.Core.Catalog;

namespace Kontor.Intake.Dialects;

/// <summary>Where a format has what every post has. All names in whatever case.</summary>
internal sealed record DialectNames
{
    /// <summary>Carries the source's API key.</summary>
    public required string Key { get; init; }

    /// <summary>Carries their id of the campaign.</summary>
    public required string Campaign { get; init; }

    /// <summary>Carries the mark of a test.</summary>
    public required string Test { get; init; }

    /// <summary>Carries the id of an earlier ping. A post without it is a direct post.</summary>
    public required string PingId { get; init; }

    /// <summary>What else has a customary meaning, unless the source's dialect says otherwise: their name and ours, the first with a value
    /// counts.</summary>
    public required IReadOnlyList<(string Theirs, string Ours)> Customary { get; init; }
}

/// <summary>An address of a format.</summary>
/// <param name="Path">Below the node's address.</param>
/// <param name="Methods">How it may be called.</param>
/// <param name="ForPings">Whether every post to it is a ping.</param>
internal sealed record DialectAddress(string Path, IReadOnlyList<string> Methods, bool ForPings = false);

/// <summary>An answer in another system's form.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its text.</param>
internal sealed record DialectAnswer(string ContentType, string Body);

/// <summary>The posting format of another system. One adapter knows its names and writes its answers; reading and selling are the same for all.</summary>
internal abstract class Dialect
{
    /// <summary>The formats that are understood.</summary>
    public static IReadOnlyList<Dialect> All { get; } = [new LeadProsper(), new Boberdoo(), new LeadsPedia()];

    /// <summary>The format's name in the catalog.</summary>
    public abstract DialectType Type { get; }

    /// <summary>Where the format has what every post has.</summary>
    public abstract DialectNames Names { get; }

    /// <summary>Where it is spoken.</summary>
    public abstract IReadOnlyList<DialectAddress> Addresses { get; }

    /// <summary>Whether a post asks for bids only.</summary>
    public virtual bool IsPing(ForeignPost post) => false;

    /// <summary>Whether a post may answer an earlier ping.</summary>
    public virtual bool AnswersPings(ForeignPost post) => true;

    /// <summary>Whether a value marks a test.</summary>
    public virtual bool IsTest(string value) => value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes what became of a post.</summary>
    /// <param name="post">The post as far as it could be read, for what it says about the answer's form.</param>
    /// <param name="outcome">What became of it, fields at fault by their own names.</param>
    public abstract DialectAnswer Write(ForeignPost post, PostOutcome outcome);
}
