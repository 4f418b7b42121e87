using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core;
using Kontor.Portal;

namespace Kontor.Insight;

/// <summary>Which leads a list shows. It is written in the address of the page, which therefore holds keys, ids and times and nothing personal.</summary>
public sealed record LeadFilter
{
    /// <summary>At most so many ids may be named in an address.</summary>
    public const int MostIds = 50;

    /// <summary>Stands for leads of which nobody knows the state.</summary>
    public const string NoState = "unknown";

    private const int LongestValue = 200;
    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The statuses a lead can have.</summary>
    public static ImmutableArray<string> Statuses { get; } = ["accepted", "rejected", "duplicate", "pending"];

    /// <summary>The reasons a lead can have, as opposed to those of one contract.</summary>
    public static ImmutableArray<ReasonCode> Reasons { get; } =
        [.. ReasonCodes.All.Select(entry => entry.Code).Where(code => code is < ReasonCode.ContractPaused or ReasonCode.Unsold && code != ReasonCode.InvalidFields)];

    public string? Status { get; init; }
    public string? Campaign { get; init; }
    public string? Source { get; init; }

    /// <summary>A buyer who has the lead.</summary>
    public string? Buyer { get; init; }

    /// <summary>A contract that has the lead.</summary>
    public string? Contract { get; init; }

    /// <summary>Where the lead is, as reports count it; <see cref="NoState"/> where nobody knows.</summary>
    public string? State { get; init; }
    public string? Reason { get; init; }

    /// <summary>Tests only, or none of them; null shows both.</summary>
    public bool? Test { get; init; }

    /// <summary>As written: a day or a minute in the viewer's zone, or an instant with its own zone.</summary>
    public string? FromText { get; init; }

    /// <summary>As written; a day counts to its end.</summary>
    public string? UntilText { get; init; }

    /// <summary>A lead's id, or what its source calls it.</summary>
    public string? Named { get; init; }

    /// <summary>These leads alone; empty for all.</summary>
    public ImmutableArray<Guid> Ids { get; init; } = [];

    /// <summary>The earliest arrival shown.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first arrival that is not shown any more.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether everything is shown.</summary>
    public bool IsEmpty => this == new LeadFilter();

    /// <summary>Reads the query of an address. What cannot be read is listed by field and left out of the filter.</summary>
    public static LeadFilter Read(IQueryCollection query, Viewer viewer, List<(string Field, string Message)> problems)
    {
        var filter = new LeadFilter
        {
            Status = OneOf("status", Statuses),
            Campaign = Text("campaign"),
            Source = Text("source"),
            Buyer = Text("buyer"),
            Contract = Text("contract"),
            State = Text("state"),
            Reason = OneOf("reason", Reasons.Select(code => code.Text())),
            Test = OneOf("test", ["yes", "no"]) switch { "yes" => true, "no" => false, _ => null },
            FromText = Text("from"),
            UntilText = Text("until"),
            Named = Text("named"),
            Ids = ReadIds(query["ids"], viewer, problems),
        };
        filter = filter with { From = Time("from", filter.FromText, endOfDay: false), Until = Time("until", filter.UntilText, endOfDay: true) };
        if (filter.From >= filter.Until)
        {
            problems.Add(("until", viewer["The end lies before the beginning."]));
        }

        return filter;

        string? Text(string name)
        {
            var value = query[name].ToString().Trim();
            if (value.Length > LongestValue || value.Contains('\0', StringComparison.Ordinal))
            {
                problems.Add((name, viewer["This value is too long or has characters that no key has."]));
                return null;
            }

            return value.Length == 0 ? null : value;
        }

        string? OneOf(string name, IEnumerable<string> known)
        {
            var value = Text(name);
            if (value is null || known.Contains(value))
            {
                return value;
            }

            problems.Add((name, viewer["Choose one of the list."]));
            return null;
        }

        DateTimeOffset? Time(string name, string? text, bool endOfDay)
        {
            if (text is null || ReadTime(text, viewer.Zone, endOfDay) is { } at)
            {
                return text is null ? null : ReadTime(text, viewer.Zone, endOfDay);
            }

            problems.Add((name, viewer["Write a day as 2026-03-31, or a time as 2026-03-31T09:30."]));
            return null;
        }
    }

    /// <summary>An address with this filter: <paramref name="path"/> and the query, with further parameters behind.</summary>
    public string Address(string path, params (string Name, string? Value)[] more)
    {
        var parts = Parts().Concat(more).Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}");
        var query = string.Join('&', parts);
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    /// <summary>Equal when both show the same leads; lists of ids are compared by content.</summary>
    public bool Equals(LeadFilter? other) => other is not null && Parts().SequenceEqual(other.Parts());

    /// <inheritdoc/>
    public override int GetHashCode() => Parts().Aggregate(0, (hash, part) => HashCode.Combine(hash, part));

    private IEnumerable<(string Name, string? Value)> Parts() =>
    [
        ("status", Status), ("campaign", Campaign), ("source", Source), ("buyer", Buyer), ("contract", Contract), ("state", State), ("reason", Reason),
        ("test", Test switch { true => "yes", false => "no", _ => null }), ("from", FromText), ("until", UntilText), ("named", Named), ("ids", string.Join(',', Ids)),
    ];

    private static ImmutableArray<Guid> ReadIds(string? text, Viewer viewer, List<(string Field, string Message)> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var parts = text.Split(',');
        Guid[] ids = [.. parts.Take(MostIds + 1).Select(part => Guid.TryParse(part, out var id) ? id : Guid.Empty)];
        if (ids.Length > MostIds || ids.Contains(Guid.Empty))
        {
            problems.Add(("ids", viewer["These are no ids of leads."]));
            return [];
        }

        return [.. ids.Distinct()];
    }

    /// <summary>Reads a day or time; one without a zone is meant in the given zone. Null when it is none.</summary>
    internal static DateTimeOffset? ReadTime(string text, TimeZoneInfo zone, bool endOfDay)
    {
        if (DateTime.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is > 1970 and < 9000)
        {
            local = endOfDay && text.Length == TimeFormats[0].Length ? local.AddDays(1) : local;
            // A time that the clock skips is taken as the moment to which it jumps.
            var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-1)) : zone.GetUtcOffset(local);
            return new DateTimeOffset(local, offset).ToUniversalTime();
        }

        var zoned = text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            && at.Year is > 1970 and < 9000;
        return zoned ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal) : null;
    }
}
