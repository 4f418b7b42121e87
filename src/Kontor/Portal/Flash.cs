using System.Text;

namespace Kontor.Portal;

/// <summary>A sentence for the next page, shown once. It travels in a cookie that only the server reads.</summary>
public static class Flash
{
    private const string Cookie = "kontor-flash";

    /// <summary>Leaves a sentence.</summary>
    public static void Set(HttpContext context, string sentence) => context.Response.Cookies.Append(
        Cookie, Convert.ToBase64String(Encoding.UTF8.GetBytes(sentence)),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(2) });

    /// <summary>Takes the sentence that was left; null when there is none.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and < 2_000 } text)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookie);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
