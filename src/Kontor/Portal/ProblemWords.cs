using Kontor.Core.Intake;

namespace Kontor.Portal;

/// <summary>What is wrong with a field, in the viewer's language, by the problem's code.</summary>
internal static class ProblemWords
{
    /// <summary>One sentence. A code without words of its own says what the program says, which is English.</summary>
    public static string Of(Viewer viewer, FieldProblem problem) => problem.Code switch
    {
        "required" => viewer["This is needed."],
        "invalid" or "invalid_text" or "wrong_type" => viewer["This cannot be read."],
        "invalid_email" => viewer["This is no e-mail address. One looks like name@example.com."],
        "invalid_phone" => viewer["This is no phone number that exists. Write it with its area code, or with + and country code."],
        "invalid_postal_code" => viewer["This is no postal code of the country."],
        "invalid_state" => viewer["There is no such state."],
        "invalid_country" => viewer["There is no such country. Write its code, for example DE."],
        "invalid_date" => viewer["This is no date. Write it like 2026-12-31."],
        "invalid_number" => viewer["This is no number."],
        "invalid_boolean" => viewer["Choose yes or no."],
        "invalid_url" => viewer["This is no web address. One begins with https://."],
        "invalid_hours" => viewer["These are no hours. Write them like 08:00-18:00."],
        "overlapping_spans" => viewer["These hours overlap."],
        "not_an_option" => viewer["Choose one of the answers."],
        "out_of_range" => viewer["This is too large or too small."],
        "too_many_digits" => viewer["This has more decimals than the currency."],
        "too_long" => viewer["This is too long."],
        "not_positive" => viewer["This must be more than zero."],
        "unexpected" => viewer["This does not belong here."],
        "not_allowed" => viewer["The operator has not opened this to you."],
        "out_of_bounds" => viewer["This is outside of what the operator allows."],
        _ => problem.Message,
    };
}
