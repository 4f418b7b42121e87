using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>The kinds of field a vertical can have.</summary>
public enum FieldType
{
    Text, FirstName, LastName, Email, Phone, PostalCode, State, Country, City, Street, Date, BirthDate, Integer, Decimal, Money, Boolean,
    Choice, Choices, Url, Ip, Timestamp, Language,
}

/// <summary>A field of a vertical.</summary>
public sealed record Field
{
    /// <summary>snake_case, unique in the vertical, none of the reserved keys of a post.</summary>
    public required string Key { get; init; }

    /// <summary>How it is read and normalised.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Whether a lead without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it identifies a person: never in logs, pings or metrics.</summary>
    public bool Personal { get; init; }

    /// <summary>Whether a ping may carry it.</summary>
    public bool Ping { get; init; }

    /// <summary>The allowed answers of a choice, in the operator's order; empty for other types.</summary>
    public ImmutableArray<string> Options { get; init; } = [];
}

/// <summary>A kind of lead with its own fields.</summary>
public sealed record Vertical
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Its fields; a lead's values stand in this order.</summary>
    public required ImmutableArray<Field> Fields { get; init; }

    /// <summary>The same fields as a ping is read by: what no ping needs to carry is not required of it. Values stand in the same places.</summary>
    public Vertical ForPings() => this with { Fields = [.. Fields.Select(field => field with { Required = field.Required && field.Ping })] };

    /// <summary>Index of a field by key, or -1.</summary>
    public int IndexOf(string field)
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            if (Fields[i].Key == field)
            {
                return i;
            }
        }

        return -1;
    }
}
