namespace Kontor.Core.Intake;

/// <summary>A posted value read by its field's type: a normal form, or what is wrong with it.</summary>
public readonly record struct FieldReading
{
    private FieldReading(FieldValue value, string? code, string? message)
    {
        Value = value;
        Code = code;
        Message = message;
    }

    /// <summary>The normal form; <see cref="FieldValue.Missing"/> when nothing was posted or there is a problem.</summary>
    public FieldValue Value { get; }

    /// <summary>The stable code of the problem, or null.</summary>
    public string? Code { get; }

    /// <summary>One sentence that says what to send instead, or null. It never repeats the posted value.</summary>
    public string? Message { get; }

    /// <summary>Whether the value could not be read.</summary>
    public bool IsProblem => Code is not null;

    /// <summary>A value that could be read.</summary>
    public static implicit operator FieldReading(FieldValue value) => new(value, null, null);

    internal static FieldReading Problem(string code, string message) => new(default, code, message);
}

/// <summary>The problems with one value. Codes are stable, suppliers branch on them.</summary>
internal static class Problems
{
    public static readonly FieldReading Required = New("required", "Send this field; the campaign needs it.");
    public static readonly FieldReading Invalid = New("invalid", "Send one plain value, not an object, a list or another type.");
    public static readonly FieldReading Text = New("invalid_text", "Send text without control characters or broken Unicode.");
    public static readonly FieldReading Name = New("invalid_text", "Send a name with at least one letter and without control characters.");
    public static readonly FieldReading Email = New("invalid_email", "Send an e-mail address like name@example.com.");
    public static readonly FieldReading Phone =
        New("invalid_phone", "Send a phone number that exists in the campaign's country, or one with + and country code.");
    public static readonly FieldReading PostalCode =
        New("invalid_postal_code", "Send a postal code in the form of the campaign's country.");
    public static readonly FieldReading State = New("invalid_state", "Send the code or the name of a state of the campaign's country.");
    public static readonly FieldReading Country =
        New("invalid_country", "Send a country as ISO 3166 code, for example DE, or by its English name.");
    public static readonly FieldReading Date = New("invalid_date", "Send an existing day as YYYY-MM-DD.");
    public static readonly FieldReading AmbiguousDate =
        New("invalid_date", "Day and month could be either way round: send the day as YYYY-MM-DD.");
    public static readonly FieldReading BirthDate =
        New("out_of_range", "Send a day of birth in the past that makes the person 130 years old at most.");
    public static readonly FieldReading Number =
        New("invalid_number", "Send a number like 1234.5 or in the form of the campaign's country.");
    public static readonly FieldReading Integer = New("invalid_number", "Send a whole number.");
    public static readonly FieldReading Money = New("invalid_number", "Send an amount in the campaign's currency, for example 1234.50.");
    public static readonly FieldReading Digits = New("too_many_digits", "Send fewer digits after the decimal point.");
    public static readonly FieldReading Range = New("out_of_range", "Send a number of at most 15 digits before the decimal point.");
    public static readonly FieldReading Boolean = New("invalid_boolean", "Send true or false.");
    public static readonly FieldReading Url = New("invalid_url", "Send an absolute address that begins with http:// or https://.");
    public static readonly FieldReading Ip = New("invalid_ip", "Send an IPv4 or IPv6 address without port.");
    public static readonly FieldReading Timestamp =
        New("invalid_timestamp", "Send a time with zone as of RFC 3339, for example 2026-03-31T09:30:00Z.");
    public static readonly FieldReading Language =
        New("invalid_language", "Send a language as a code, for example de or en-US, or by its English name.");

    public static FieldReading TooLong(int limit) => New("too_long", $"Send at most {limit} characters.");

    /// <summary>Names the options, which the operator published, up to a length a person reads.</summary>
    public static FieldReading NotAnOption(IReadOnlyList<string> options)
    {
        const int shown = 10;
        var list = string.Join(", ", options.Take(shown));
        return New("not_an_option", options.Count > shown ? $"Send one of the field's options, for example: {list}." : $"Send one of: {list}.");
    }

    private static FieldReading New(string code, string message) => FieldReading.Problem(code, message);
}
