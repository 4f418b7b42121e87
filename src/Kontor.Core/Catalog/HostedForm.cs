using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>The web form that Kontor shows for a source: people fill it in, and what they send is posted as a lead of the source.</summary>
public sealed record HostedForm
{
    /// <summary>The campaign the leads are for; its vertical's fields are the form's.</summary>
    public required string Campaign { get; init; }

    /// <summary>What stands above the form.</summary>
    public required string Title { get; init; }

    /// <summary>A paragraph below the title; null has none.</summary>
    public string? Text { get; init; }

    /// <summary>What people agree to; null asks for no consent.</summary>
    public FormConsent? Consent { get; init; }

    /// <summary>What people read once they have sent it; null uses the program's own words.</summary>
    public string? Thanks { get; init; }

    /// <summary>Words for fields (<c>roof</c>) and options (<c>roof.owner</c>); what is not named is shown by its key.</summary>
    public FrozenDictionary<string, string> Labels { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The web origins whose pages may show the form in a frame: <c>https://www.example.org</c>. Empty allows none.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];
}

/// <summary>What people agree to by sending a form; it goes into the consent record of their lead.</summary>
/// <param name="Text">As they read it.</param>
/// <param name="Version">By which the text is known later.</param>
/// <param name="Purposes">What for: <c>contact_by_phone</c>. In the operator's order.</param>
public sealed record FormConsent(string Text, string Version, ImmutableArray<string> Purposes);
