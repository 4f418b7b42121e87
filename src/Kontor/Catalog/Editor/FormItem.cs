using Kontor.Core.Catalog;

namespace Kontor.Catalog.Editor;

/// <summary>How one value is typed.</summary>
public enum InputKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A number; what is none is kept as text, so that validation can name it.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>One of several.</summary>
    Choice,

    /// <summary>Some of several.</summary>
    Checks,

    /// <summary>Words, separated by commas.</summary>
    Words,

    /// <summary>Words, one a line.</summary>
    Lines,

    /// <summary>Text of several lines.</summary>
    Paragraph,

    /// <summary>Anything, as YAML.</summary>
    Yaml,
}

/// <summary>Where the options of a choice come from, if not from the form itself.</summary>
public enum OptionSource
{
    None,
    Verticals,
    Suppliers,
    Sources,
    Campaigns,
    Buyers,
    Fields,
    PingFields,
    Zones,
}

/// <summary>A part of a form. <see cref="Name"/> is its member of the document; labels are text keys.</summary>
public abstract record FormItem(string Name, string Label)
{
    /// <summary>A sentence below it.</summary>
    public string? Help { get; init; }
}

/// <summary>One value.</summary>
public sealed record FormInput(string Name, string Label, InputKind Kind) : FormItem(Name, Label)
{
    public bool Required { get; init; }

    /// <summary>The values and words of a choice.</summary>
    public (string Value, string Text)[] Options { get; init; } = [];

    public OptionSource From { get; init; }

    /// <summary>Whether it holds what nobody but those who may change it should read.</summary>
    public bool Secret { get; init; }
}

/// <summary>Items under a heading, on the level of the document where they stand.</summary>
/// <param name="Label">The heading.</param>
/// <param name="Usual">Whether it stands open; others open where the document says something there.</param>
/// <param name="Items">What stands under it.</param>
public sealed record FormSection(string Label, bool Usual, params FormItem[] Items) : FormItem(string.Empty, Label);

/// <summary>The members of an object.</summary>
public sealed record FormGroup(string Name, string Label, params FormItem[] Items) : FormItem(Name, Label);

/// <summary>The objects of a list.</summary>
/// <param name="Name">The member.</param>
/// <param name="Label">Its heading.</param>
/// <param name="One">What one of them is called.</param>
/// <param name="Items">What each has.</param>
public sealed record FormRows(string Name, string Label, string One, params FormItem[] Items) : FormItem(Name, Label);

/// <summary>The tiers of a plan: a list, or one whose members stand in the plan itself.</summary>
public sealed record FormTiers(string Label, params FormItem[] Items) : FormItem(string.Empty, Label);

/// <summary>A tree of conditions.</summary>
public sealed record FormFilter(string Name, string Label) : FormItem(Name, Label);

/// <summary>Weekly hours.</summary>
public sealed record FormHours(string Name, string Label) : FormItem(Name, Label);

/// <summary>A value for each entry of a kind.</summary>
public sealed record FormMap(string Name, string Label, CatalogKind Of) : FormItem(Name, Label);
