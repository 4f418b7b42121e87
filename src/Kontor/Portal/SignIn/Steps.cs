using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Kontor.Portal.SignIn;

/// <summary>Where somebody stands between two requests of a sign-in or of a passkey's ceremony.</summary>
/// <param name="User">Who gave the right password; null while nobody is known.</param>
/// <param name="Stamp">His stamp then.</param>
/// <param name="Return">Where he wanted to go.</param>
/// <param name="Passkey">What a passkey was asked, for its answer.</param>
internal sealed record Step(Guid? User, string? Stamp, string? Return, string? Passkey)
{
    /// <summary>Puts it into the cookie of ten minutes, which only the server can read.</summary>
    public Task KeepAsync(HttpContext context)
    {
        var identity = new ClaimsIdentity(SignInSetup.StepScheme);
        if (User is { } user)
        {
            identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.ToString()));
        }

        var kept = new Dictionary<string, string?> { [nameof(Stamp)] = Stamp, [nameof(Return)] = Return, [nameof(Passkey)] = Passkey };
        return context.SignInAsync(SignInSetup.StepScheme, new ClaimsPrincipal(identity), new AuthenticationProperties(kept));
    }

    /// <summary>What the cookie says; null when it is missing or too old.</summary>
    public static async Task<Step?> FindAsync(HttpContext context)
    {
        var found = await context.AuthenticateAsync(SignInSetup.StepScheme);
        if (found is not { Principal: { } principal, Properties.Items: { } kept })
        {
            return null;
        }

        var user = Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : default(Guid?);
        return new Step(user, kept[nameof(Stamp)], kept[nameof(Return)], kept[nameof(Passkey)]);
    }

    /// <summary>Forgets it.</summary>
    public static Task EndAsync(HttpContext context) => context.SignOutAsync(SignInSetup.StepScheme);
}

/// <summary>Addresses inside Kontor that somebody may be led back to.</summary>
internal static class Returns
{
    private const int Longest = 500;

    /// <summary>The address when it is a path of this server and nothing else; null for all that a browser might take for another server.</summary>
    public static string? Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] and { Length: <= Longest } && !address.Any(letter => char.IsControl(letter) || letter is '\\') ? address : null;
}
