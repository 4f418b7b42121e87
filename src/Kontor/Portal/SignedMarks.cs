using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Kontor.Portal;

/// <summary>Short texts that this program gave out itself, with a time in them: nobody else can make or change one. The text is not secret from who holds
/// the mark's keys, and no personal data goes into it.</summary>
internal static class SignedMarks
{
    /// <summary>A mark, fit for an address.</summary>
    /// <param name="services">Where the keys are.</param>
    /// <param name="purpose">What it is for; a mark of one purpose is none for another.</param>
    /// <param name="text">What it says.</param>
    /// <param name="at">The time in it.</param>
    public static string Write(IServiceProvider services, string purpose, string text, DateTimeOffset at) =>
        Of(services, purpose).Protect(string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks} {text}"));

    /// <summary>What a mark says; null when it is none of ours.</summary>
    public static (string Text, DateTimeOffset At)? Read(IServiceProvider services, string purpose, string? mark)
    {
        if (mark is not { Length: > 0 and < 2_000 })
        {
            return null;
        }

        try
        {
            var parts = Of(services, purpose).Unprotect(mark).Split(' ', 2);
            return (parts[1], new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static IDataProtector Of(IServiceProvider services, string purpose) => services.GetRequiredService<IDataProtectionProvider>().CreateProtector("kontor." + purpose);
}
