using System.Collections.Frozen;
using System.Globalization;
using Kontor.Core;
using Microsoft.AspNetCore.Antiforgery;

namespace Kontor.Portal;

/// <summary>Who looks at a page and how he reads: language, formats, time zone, theme. Components get it as a cascading parameter.</summary>
public sealed class Viewer
{
    private static readonly FrozenDictionary<ReasonCode, string> ReasonMeanings = ReasonCodes.All.ToFrozenDictionary(entry => entry.Code, entry => entry.Meaning);
    private readonly HttpContext context;

    private Viewer(HttpContext context, string language)
    {
        this.context = context;
        Language = language;
        Culture = language == Languages.German ? Languages.GermanCulture : Languages.EnglishCulture;
        User = context.PageUserIfAny();
        Now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        Theme = context.Request.Cookies[ThemeCookie] is ("light" or "dark") and { } theme ? theme : "auto";
        Zone = context.Request.Cookies[ZoneCookie] is { Length: < 64 } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;
    }

    /// <summary>The cookie of the chosen language.</summary>
    public const string LanguageCookie = "kontor-language";

    /// <summary>The cookie of the chosen theme: <c>light</c>, <c>dark</c>, or none for the system's.</summary>
    public const string ThemeCookie = "kontor-theme";

    /// <summary>The cookie of the time zone, an IANA name.</summary>
    public const string ZoneCookie = "kontor-zone";

    /// <summary><c>en</c> or <c>de</c>.</summary>
    public string Language { get; }

    /// <summary>How numbers and dates are written.</summary>
    public CultureInfo Culture { get; }

    /// <summary><c>light</c>, <c>dark</c> or <c>auto</c>.</summary>
    public string Theme { get; }

    /// <summary>The zone in which times are shown.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The time of this request, UTC.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Who looks; null when nobody is signed in.</summary>
    public PageUser? User { get; }

    /// <summary>The path of the page, without its query.</summary>
    public string Path => context.Request.Path;

    /// <summary>The token that every form carries.</summary>
    public string FormToken => context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    /// <summary>A text in the viewer's language; an English sentence that has no German is shown in English.</summary>
    public string this[string english] => Language == Languages.German ? Languages.GermanTexts.GetValueOrDefault(english, english) : english;

    /// <summary>A text with values: numbers and dates among them are written as the viewer reads them.</summary>
    public string this[string english, params ReadOnlySpan<object?> values] => string.Format(Culture, this[english], values);

    /// <summary>The viewer of a request.</summary>
    public static Viewer Of(HttpContext context) =>
        new(context, Languages.Choose(context.Request.Cookies[LanguageCookie], context.Request.Headers.AcceptLanguage));

    /// <summary>The sentence that the page before left; null when there is none.</summary>
    public string? TakeFlash() => Flash.Take(context);

    /// <summary>A reason code in words.</summary>
    public string Reason(ReasonCode code) => code == ReasonCode.None ? string.Empty : this[ReasonMeanings[code]];

    /// <summary>What Core says, in the viewer's language: English reads as the API answers it.</summary>
    public string Say(Phrase phrase) =>
        Language == Languages.English ? phrase.ToString() : phrase.Say(format => this[format], money => Amount(money.Minor, money.Currency));

    /// <summary>A whole number with its thousands.</summary>
    public string Count(long value) => value.ToString("N0", Culture);

    /// <summary>An amount with its currency: <c>1,234.50 EUR</c>.</summary>
    public string Amount(long minor, Currency currency) => $"{Bare(minor, currency)} {currency.Code}";

    /// <summary>An amount without currency, for columns whose header names it.</summary>
    public string Bare(long minor, Currency currency)
    {
        decimal unit = 1;
        for (var digit = 0; digit < currency.Digits; digit++)
        {
            unit *= 10;
        }

        return (minor / unit).ToString("N" + currency.Digits.ToString(CultureInfo.InvariantCulture), Culture);
    }

    /// <summary>A part of a whole in percent with one digit; a dash when there is no whole.</summary>
    public string Percent(long part, long whole) => whole == 0 ? "–" : ((decimal)part / whole).ToString("P1", Culture);

    /// <summary>A time in the viewer's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>A time in full: date, time to the second, zone.</summary>
    public string Exact(DateTimeOffset at)
    {
        var local = Local(at);
        return local.ToString(Culture.DateTimeFormat.ShortDatePattern + " HH:mm:ss", Culture) + (local.Offset == TimeSpan.Zero ? " UTC" : local.ToString(" zzz", Culture));
    }

    /// <summary>How long ago or until when, as people say it; a date where it is more than a week.</summary>
    public string Relative(DateTimeOffset at)
    {
        var away = Now - at;
        var past = away >= TimeSpan.Zero;
        var span = past ? away : -away;
        return span switch
        {
            { TotalSeconds: < 10 } => this["now"],
            { TotalMinutes: < 1 } => past ? this["{0} s ago", (int)span.TotalSeconds] : this["in {0} s", (int)span.TotalSeconds],
            { TotalHours: < 1 } => past ? this["{0} min ago", (int)span.TotalMinutes] : this["in {0} min", (int)span.TotalMinutes],
            { TotalDays: < 1 } => past ? this["{0} h ago", (int)span.TotalHours] : this["in {0} h", (int)span.TotalHours],
            { TotalDays: < 7 } => past ? this["{0} d ago", (int)span.TotalDays] : this["in {0} d", (int)span.TotalDays],
            _ => Local(at).ToString(Culture.DateTimeFormat.ShortDatePattern, Culture),
        };
    }
}
