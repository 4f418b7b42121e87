using System.Collections.Immutable;

namespace Kontor.Core.Delivery;

/// <summary>The methods of a mapped request.</summary>
public enum RequestMethod
{
    Post,
    Put,
    Get,
}

/// <summary>How the fields of a mapped request are laid out.</summary>
public enum RequestBody
{
    /// <summary>A JSON object; dots in a name nest.</summary>
    Json,

    /// <summary><c>application/x-www-form-urlencoded</c>.</summary>
    Form,

    /// <summary>An XML document; dots in a name nest.</summary>
    Xml,

    /// <summary>In the address, after what its query holds already; the body is empty.</summary>
    Query,
}

/// <summary>A field of a mapped request.</summary>
/// <param name="Name">As the buyer calls it.</param>
/// <param name="Value">What it holds.</param>
public sealed record RequestField(string Name, Template Value);

/// <summary>How a buyer's request is made of a sold lead.</summary>
public sealed record RequestRule
{
    public RequestMethod Method { get; init; }

    /// <summary>Scheme, host and port are text; placeholders stand in the path (see <see cref="Placeholders.InPath"/>) and in the query.</summary>
    public required Template Url { get; init; }

    /// <summary>Further headers, none of which belongs to the connection.</summary>
    public ImmutableArray<KeyValuePair<string, Template>> Headers { get; init; } = [];

    public RequestBody Body { get; init; }

    /// <summary>The name of the XML document's element.</summary>
    public string Root { get; init; } = "lead";

    /// <summary>In the order in which they are sent.</summary>
    public required ImmutableArray<RequestField> Fields { get; init; }
}
