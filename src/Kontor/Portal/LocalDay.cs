using System.Globalization;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Portal;

/// <summary>Days as a viewer's calendar has them.</summary>
public static class LocalDay
{
    /// <summary>The day that an instant lies in.</summary>
    public static DateOnly Of(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>When a day begins in a zone (UTC), also where its midnight is skipped or comes twice.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var noon = day.ToDateTime(new TimeOnly(12, 0));
        return BuyerCalendar.For(zone.Id).WindowStart(CapWindow.Day, new DateTimeOffset(noon - zone.GetUtcOffset(noon), TimeSpan.Zero));
    }

    /// <summary>A day as addresses and date fields have it; null where it is none.</summary>
    public static DateOnly? Read(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 9000 ? day : null;

    /// <summary>The same the other way.</summary>
    public static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
