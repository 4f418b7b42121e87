namespace Kontor.Portal.SignIn;

/// <summary>How somebody reads: each part null where he leaves it to his browser.</summary>
/// <param name="Language"><c>en</c> or <c>de</c>.</param>
/// <param name="Zone">IANA name of a time zone.</param>
/// <param name="Theme"><c>light</c> or <c>dark</c>.</param>
internal sealed record Looks(string? Language, string? Zone, string? Theme)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>Puts them into the cookies that pages read, so that the door looks the same to him the next time.</summary>
    public static void Remember(HttpContext context, Looks looks)
    {
        Put(Viewer.LanguageCookie, looks.Language);
        Put(Viewer.ZoneCookie, looks.Zone);
        Put(Viewer.ThemeCookie, looks.Theme);

        void Put(string cookie, string? value)
        {
            var options = new CookieOptions { SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/" };
            if (value is null)
            {
                context.Response.Cookies.Delete(cookie, options);
            }
            else
            {
                options.MaxAge = Kept;
                context.Response.Cookies.Append(cookie, value, options);
            }
        }
    }
}
