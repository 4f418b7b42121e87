using System.Collections.Immutable;

namespace Kontor.Core.Intake;

/// <summary>What kind of value a supplier posted for a field.</summary>
public enum PostedKind : byte
{
    /// <summary>Absent, null or an empty text.</summary>
    Nothing,

    /// <summary>A JSON string, a form value or a CSV cell.</summary>
    Text,

    /// <summary>A JSON number, as written.</summary>
    Number,

    /// <summary>A JSON true or false.</summary>
    Flag,

    /// <summary>A JSON array of scalars, or a form key that came several times.</summary>
    List,

    /// <summary>Anything else (an object, a nested array): no field type takes it.</summary>
    Other,
}

/// <summary>A value as posted, before it is read by its field's type.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written, for text and numbers; "true" or "false" for flags; else null.</param>
/// <param name="Items">The members of a list as written, else default.</param>
public readonly record struct PostedValue(PostedKind Kind, string? Text, ImmutableArray<string> Items)
{
    /// <summary>A text; an empty or blank one counts as nothing.</summary>
    public static PostedValue OfText(string? text) => string.IsNullOrWhiteSpace(text) ? default : new(PostedKind.Text, text, default);
}

/// <summary>A problem with one field, as the supplier sees it.</summary>
/// <param name="Field">The field's key as posted.</param>
/// <param name="Code">A stable code: <c>required</c>, <c>invalid</c>, <c>invalid_phone</c>, <c>not_an_option</c>, <c>out_of_range</c>, ...</param>
/// <param name="Message">One sentence that says what to send instead. It never repeats the posted value.</param>
public sealed record FieldProblem(string Field, string Code, string Message);
