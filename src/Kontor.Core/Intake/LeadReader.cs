using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Intake;

/// <summary>What a campaign and the moment add to reading a value.</summary>
/// <param name="Country">ISO 3166-1 alpha-2: decides how postal codes, dates, numbers and national phone numbers are read.</param>
/// <param name="Currency">Of amounts.</param>
/// <param name="Plans">The numbering plans of all countries.</param>
/// <param name="Now">The request's time; a day of birth lies before it.</param>
public sealed record ReadingContext(string Country, Currency Currency, PhonePlans Plans, DateTimeOffset Now);

/// <summary>A post read by its vertical: all values, or all problems.</summary>
/// <param name="Values">In the order of the vertical's fields; default when there are problems.</param>
/// <param name="Problems">Every problem, in the order of the vertical's fields; empty when the lead can be taken.</param>
public readonly record struct LeadReading(ImmutableArray<FieldValue> Values, ImmutableArray<FieldProblem> Problems)
{
    /// <summary>Whether there is no problem.</summary>
    public bool IsValid => Problems.IsEmpty;

    /// <summary>What was wrong with values that were dropped; the lead has none for these fields.</summary>
    public ImmutableArray<FieldProblem> Dropped { get; init; } = [];
}

/// <summary>Reads posted values by the fields of a vertical and brings them into their normal form.</summary>
/// <remarks>Normal forms are fixed points: reading one again gives the same value. Nothing posted makes it throw.</remarks>
public static class LeadReader
{
    /// <summary>Reads every field of a vertical in one pass. A field that is absent and required is a problem, too.</summary>
    /// <param name="vertical">Names the fields.</param>
    /// <param name="posted">The value posted under a field's key; nothing when there is none.</param>
    /// <param name="context">The campaign's country and currency, and the moment.</param>
    /// <param name="dropMalformed">Whether a malformed value of an optional field is dropped instead of being a problem.</param>
    public static LeadReading Read(Vertical vertical, Func<string, PostedValue> posted, ReadingContext context, bool dropMalformed = false)
    {
        var values = ImmutableArray.CreateBuilder<FieldValue>(vertical.Fields.Length);
        ImmutableArray<FieldProblem>.Builder? problems = null;
        ImmutableArray<FieldProblem>.Builder? dropped = null;
        foreach (var field in vertical.Fields)
        {
            var reading = Normalise(field, posted(field.Key), context);
            if (!reading.IsProblem && field.Required && !reading.Value.IsPresent)
                reading = Problems.Required;
            if (reading.IsProblem)
                Listed(dropMalformed && !field.Required).Add(new FieldProblem(field.Key, reading.Code!, reading.Message!));
            values.Add(reading.IsProblem ? FieldValue.Missing : reading.Value);
        }

        var reasons = dropped?.ToImmutable() ?? [];
        return problems is null
            ? new LeadReading(values.MoveToImmutable(), []) { Dropped = reasons }
            : new LeadReading(default, problems.ToImmutable()) { Dropped = reasons };

        ImmutableArray<FieldProblem>.Builder Listed(bool drop) =>
            drop ? dropped ??= ImmutableArray.CreateBuilder<FieldProblem>() : problems ??= ImmutableArray.CreateBuilder<FieldProblem>();
    }

    /// <summary>Reads one value as its field does; also for the operands of filters, so that both sides of a comparison look alike. Whether
    /// the field is required plays no part here: nothing posted is a missing value.</summary>
    public static FieldReading Normalise(Field field, PostedValue value, ReadingContext context)
    {
        if (value.Kind == PostedKind.List && field.Type != FieldType.Choices)
        {
            if (value.Items.Length > 1)
                return Problems.Invalid;
            value = value.Items.IsEmpty ? default : PostedValue.OfText(value.Items[0]);
        }

        return value.Kind switch
        {
            PostedKind.Nothing => FieldValue.Missing,
            PostedKind.Other => Problems.Invalid,
            PostedKind.Flag when field.Type is not (FieldType.Boolean or FieldType.Choice or FieldType.Choices or FieldType.Text) => Problems.Invalid,
            _ => Scalar(field, value, context),
        };
    }

    private static FieldReading Scalar(Field field, PostedValue value, ReadingContext context) => field.Type switch
    {
        FieldType.Text => TextReading.Text(value.Text!),
        FieldType.FirstName or FieldType.LastName or FieldType.City => TextReading.Name(value.Text!),
        FieldType.Street => TextReading.Line(value.Text!, TextReading.StreetLimit),
        FieldType.Email => EmailReading.Read(value.Text!),
        FieldType.Phone => context.Plans.TryParse(value.Text, context.Country) is { } phone ? FieldValue.Of(phone) : Problems.Phone,
        FieldType.PostalCode => PostalCodes.PostalCode(value, context.Country),
        FieldType.State => States.State(value.Text!, context.Country),
        FieldType.Country => Countries.Country(value.Text!),
        FieldType.Date => DateReading.Date(value.Text!, context.Country),
        FieldType.BirthDate => DateReading.BirthDate(value.Text!, context.Country, context.Now),
        FieldType.Integer => NumberReading.Integer(value, context.Country),
        FieldType.Decimal => NumberReading.Decimal(value, context.Country),
        FieldType.Money => NumberReading.Money(value, context.Country, context.Currency),
        FieldType.Boolean => NumberReading.Flag(value),
        FieldType.Choice => ChoiceReading.Choice(value.Text!, field.Options),
        FieldType.Choices => ChoiceReading.Choices(value, field.Options),
        FieldType.Url => AddressReading.Url(value.Text!),
        FieldType.Ip => AddressReading.Ip(value.Text!),
        FieldType.Timestamp => DateReading.Timestamp(value.Text!),
        FieldType.Language => Languages.Language(value.Text!),
        _ => throw new InvalidOperationException($"The field type {field.Type} has no reader."),
    };
}
