namespace Kontor.Portal.SignIn;

/// <summary>What a password must be: long, and not what anybody would try first for this person.</summary>
public static class PasswordRule
{
    /// <summary>The least number of characters.</summary>
    public const int Shortest = 12;

    /// <summary>The greatest number of characters; hashing longer ones would only cost time.</summary>
    public const int Longest = 200;

    /// <summary>What is wrong with a password, as a text of the pages; null when it will do.</summary>
    public static string? ProblemOf(string password, string email) => password switch
    {
        { Length: < Shortest } => "A password has at least 12 characters.",
        { Length: > Longest } => "A password has at most 200 characters.",
        _ when password.Distinct().Count() < 5 => "This password has too few different characters.",
        _ when password.Contains(email.Split('@')[0], StringComparison.OrdinalIgnoreCase) && email.Split('@')[0].Length > 3 => "The password must not contain the address.",
        _ => null,
    };
}
