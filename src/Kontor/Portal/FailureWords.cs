namespace Kontor.Portal;

/// <summary>What people are told of a failure.</summary>
internal static class FailureWords
{
    /// <summary>What happened.</summary>
    public static string Title(Viewer viewer, Failure failure) => failure.Code switch
    {
        "not_found" => viewer["There is nothing here"],
        "form_expired" => viewer["This form is too old"],
        "signed_out" => viewer["You are signed out"],
        "database_unavailable" => viewer["The database does not answer"],
        _ => viewer["Something went wrong"],
    };

    /// <summary>What became of what was asked, and what to do.</summary>
    public static string Text(Viewer viewer, Failure failure) => failure.Code switch
    {
        "not_found" => viewer["The page does not exist, or it is not for you."],
        "form_expired" => viewer["Go back, load the page again and send it once more. Nothing was changed."],
        "signed_out" => viewer["Sign in and send it once more. Nothing was changed."],
        "database_unavailable" => viewer["Nothing was changed and nothing is lost. Try again in a moment."],
        _ => viewer["Kontor could not answer. The log of the server has the id below."],
    };

    /// <summary>What still works; null where that is not in question.</summary>
    public static string? Works(Viewer viewer, Failure failure) => failure.Code switch
    {
        "database_unavailable" => viewer["Kontor itself is running. All pages work again by themselves as soon as the database answers."],
        "internal_error" => viewer["Everything else still works. Tell who runs Kontor the id."],
        _ => null,
    };
}
