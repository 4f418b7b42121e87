using System.Text.Json.Nodes;

namespace Kontor.Tests.Sale;

/// <summary>Zones in which it is early or late at present, and buyers who move between them.</summary>
internal static class Zones
{
    /// <summary>A zone whose day began some three hours ago.</summary>
    public static string Early => WhereItIs(3);

    /// <summary>A zone whose day began some twenty hours ago.</summary>
    public static string Late => WhereItIs(20);

    /// <summary>One whose hours begin when those of other zones are half over, and whose day neither just began nor is about to end.</summary>
    public static string BetweenHours => new[] { "Asia/Kolkata", "Pacific/Marquesas" }
        .First(zone => TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById(zone)).Hour is >= 2 and <= 21);

    /// <summary>Writes a buyer on invoice in a zone.</summary>
    public static async Task MoveAsync(this KontorApi api, string buyer, string zone, string caps = "[]")
    {
        var body = new JsonObject
        {
            ["name"] = buyer, ["time_zone"] = zone, ["billing"] = new JsonObject { ["type"] = "invoice" }, ["caps"] = JsonNode.Parse(caps),
        };
        var answer = await api.OperateAsync(HttpMethod.Put, $"/v1/buyers/{buyer}", body);
        ((int)answer.Status).ShouldBeInRange(200, 201, answer.Text);
    }

    /// <summary>Moves the sale of a lead into the past. Its counters are wrong until their zone changes.</summary>
    public static Task BackdateAsync(this TestDatabase database, Guid lead, int hours) =>
        database.ExecuteAsync("update sales set sold_at = sold_at - make_interval(hours => $2) where lead_id = $1", lead, hours);

    /// <summary>A counter as <c>zone leads-of-the-day/money-of-the-day cap-of-the-day</c>.</summary>
    public static Task<string> DayAsync(this TestDatabase database, string owner) => database.ScalarAsync<string>(
        "select format('%s %s/%s %s', zone, day_leads, day_spend, coalesce(day_leads_cap::text, 'none')) from counters where owner = $1", owner);

    private static string WhereItIs(int hour)
    {
        var ahead = hour - DateTimeOffset.UtcNow.Hour;
        ahead += ahead < -12 ? 24 : ahead > 14 ? -24 : 0;
        // These zones are named the other way round: Etc/GMT-3 is three hours ahead.
        return ahead == 0 ? "Etc/UTC" : $"Etc/GMT{(ahead > 0 ? "-" : "+")}{Math.Abs(ahead)}";
    }
}
