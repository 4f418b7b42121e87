using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Intake;
using Kontor.Intake.Dialects;

namespace Kontor.Tests.Intake.Dialects;

/// <summary>Whatever comes in, the answer is one that the other system's clients can read, and it never fails.</summary>
public sealed class DialectHardshipTests
{
    private static readonly Dictionary<string, (string Path, string Key, string Campaign)> Addresses = new()
    {
        ["lead-prosper"] = ("/compat/lead-prosper/direct_post", "lp_key={0}", "lp_campaign_id=13424"),
        ["boberdoo"] = ("/compat/boberdoo/leads", "Key={0}", "TYPE=85"),
        ["leadspedia"] = ("/compat/leadspedia/post.do", "lp_campaign_key={0}&lp_response=XML", "lp_campaign_id=63eabc1693191"),
    };

    [Theory]
    [InlineData("lead-prosper")]
    [InlineData("boberdoo")]
    [InlineData("leadspedia")]
    public async Task hostile_posts_are_answered_in_the_form_of_the_system(string file)
    {
        await using var market = await DialectMarket.OpenAsync(DialectMarket.File(file)["dialect"]!);
        var (path, key, campaign) = Addresses[file];
        var own = $"{string.Format(null, key, market.Key)}&{campaign}&Email=a%40example.org&Mail=a%40example.org&email_address=a%40example.org";
        var wrong = new List<string>();
        foreach (var (name, type, body) in Hostile(own, market.Key))
        {
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var answer = await market.Node.Api.SendAsync(HttpMethod.Post, path, content, null);
            if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.RequestEntityTooLarge) || !IsWellFormed(answer.Text)
                || answer.Text.Contains(market.Key, StringComparison.Ordinal))
                wrong.Add($"{name}: {(int)answer.Status} {answer.Text}");
        }

        wrong.ShouldBeEmpty();
        (await market.Node.Database.ScalarAsync<long>("select count(*) from leads where original::text like '%ksr\\_%'")).ShouldBe(0);
    }

    [Theory]
    [InlineData("lead-prosper", false, "\"code\":1901")]
    [InlineData("lead-prosper", true, "\"code\":1901")]
    [InlineData("boberdoo", false, "<status>Error</status>")]
    [InlineData("leadspedia", true, "\"result\":\"failed\"")]
    public async Task body_beyond_the_limit_is_refused_with_413(string file, bool chunked, string told)
    {
        await using var market = await DialectMarket.OpenAsync(DialectMarket.File(file)["dialect"]!);
        using var body = new ByteArrayContent(new byte[200 * 1024]);
        if (chunked)
            body.Headers.ContentLength = null;
        var answer = await market.Node.Api.SendAsync(
            HttpMethod.Post, Addresses[file].Path, body, null, ("Transfer-Encoding", chunked ? "chunked" : null));
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answer.Text.ShouldContain(told);
        answer.Text.ShouldContain("Send at most 131072 bytes.");
    }

    [Theory]
    [InlineData("lead-prosper", "{\"status\":\"ERROR\",\"code\":1908,", "{\"status\":\"ACCEPTED\"")]
    [InlineData("boberdoo", "<status>Error</status>", "<status>Matched</status>")]
    [InlineData("leadspedia", "<result>failed</result>", "<result>success</result>")]
    public async Task database_that_is_away_asks_to_come_again_and_the_same_post_is_taken_later(string file, string busy, string taken)
    {
        await using var market = await DialectMarket.OpenAsync(DialectMarket.File(file)["dialect"]!);
        var (path, key, campaign) = Addresses[file];
        var post = $"{string.Format(null, key, market.Key)}&{campaign}&Email=a%40example.org&Mail=a%40example.org&email_address=a%40example.org&roof=owner";
        await market.Node.Database.ExecuteAsync("create function away() returns trigger language plpgsql as $$ begin raise exception 'away' using errcode = '57P03'; end $$");
        await market.Node.Database.ExecuteAsync("create trigger away before insert on leads for each row execute function away()");
        var answer = await SendAsync();
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, answer.Text);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Text.ShouldContain(busy);
        await market.Node.Database.ExecuteAsync("drop trigger away on leads");
        (await SendAsync()).Text.ShouldContain(taken);

        Task<ApiAnswer> SendAsync() => market.Node.Api.SendAsync(HttpMethod.Post, path, post, null, "application/x-www-form-urlencoded");
    }

    [Fact]
    public void answer_holds_nothing_that_xml_has_no_place_for()
    {
        var refused = new PostOutcome.Refused(PostRefusal.InvalidFields, "x", [new FieldProblem("a\uFFFF<&>\"']]>\u0001\uD800", "invalid", "Say \u0000 less.")]);
        foreach (var dialect in Dialect.All)
        {
            var post = ForeignPost.Read("lp_response=XML", default, null)!;
            IsWellFormed(dialect.Write(post, refused).Body).ShouldBeTrue(dialect.Type.ToString());
        }
    }

    [Fact]
    public void every_refusal_has_an_answer_in_every_dialect_and_none_looks_like_success()
    {
        foreach (var dialect in Dialect.All)
        {
            foreach (var refusal in Enum.GetValues<PostRefusal>())
            {
                var body = dialect.Write(ForeignPost.Unread, new PostOutcome.Refused(refusal, "No.")).Body;
                body.ShouldContain("No.");
                body.ShouldContain(dialect.Type switch { DialectType.LeadProsper => "\"ERROR\"", DialectType.Boberdoo => ">Error<", _ => "\"failed\"" });
                body.ShouldNotContain("lead_id");
            }
        }
    }

    private static IEnumerable<(string Name, string? Type, byte[] Body)> Hostile(string own, string key)
    {
        const string form = "application/x-www-form-urlencoded";
        (string, string?, string)[] texts =
        [
            ("escaped bytes that are no UTF-8", form, own + "&first_name=%FF%FE&First_Name=%C3"),
            ("NUL", form, own + "&first_name=a%00b"), ("NUL in a name", form, own + "&a%00b=1"),
            ("control characters", form, own + "&first_name=%01%02%1B&%1B%5B=x"), ("letters that XML has no place for", form, own + "&%EF%BF%BF=%EF%BF%BE&roof=%EF%BF%BF"),
            ("XML", form, own + "&roof=%3C/error%3E%3C!%5BCDATA%5B&%3Ca%26b%22%3E=%5D%5D%3E"), ("percent signs", form, own + "&first_name=100%&x=%zz&y=%"),
            ("huge value", form, own + "&first_name=" + new string('x', 100_000)), ("huge name", form, own + $"&{new string('x', 100_000)}=1"),
            ("many fields", form, own + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"&f{i}={i}"))), ("ampersands", form, own + new string('&', 50_000)),
            ("same field many times", form, own + string.Concat(Enumerable.Repeat("&roof=owner", 3_000))), ("campaign twice", form, own + "&TYPE=1&lp_campaign_id=1"),
            ("campaign as list", form, own.Replace("TYPE=", "TYPE[]=", StringComparison.Ordinal).Replace("lp_campaign_id=", "lp_campaign_id[]=", StringComparison.Ordinal)),
            ("huge campaign", form, own.Replace("TYPE=", "TYPE=" + new string('9', 50_000), StringComparison.Ordinal)), ("our reserved names", form, own + "&consent=yes&test=maybe&callback_url=x&campaign=solar&external_id=" + new string('1', 900)),
            ("our names for theirs", form, own + "&their_test=1&test=2&their_test=3"), ("key in another place", form, own + $"&api_key={key}&note=my+key+is+{key}"),
            ("empty", null, ""), ("only a bracket", null, "{"), ("list", "application/json", "[1,2]"), ("text", "application/json", "\"x\""), ("deep", "application/json", new string('[', 50_000)),
            ("broken escapes", "application/json", Json(own, "\"first_name\":\"\\ud800\",\"a\\u0000\":1")), ("objects", "application/json", Json(own, "\"roof\":{\"a\":[1,{}]},\"first_name\":[[1]]")),
            ("numbers", "application/json", Json(own, "\"first_name\":1e99999,\"roof\":-0.0,\"x\":1E+2")), ("cut short", "application/json", Json(own, "\"a\":1")[..^3]),
            ("ids of pings", form, own + $"&lp_ping_id=%7B0%7D&Lead_ID={new string('1', 900)}&bid_ids[]=1&bid_ids[]=2&Match_With_Bid_ID=,,,"),
            ("ping", form, own + "&Mode=ping&lp_action=ping&Lead_ID=%00&roof=%EF%BF%BF"), ("two modes", form, own + "&Mode=ping&Mode=full"),
            ("fields within", "application/json", $"{{\"Request\":{Json(own, "\"Mode\":\"ping\"")}}}"), ("no fields within", "application/json", "{\"Request\":[{}]}"),
            ("fields within, cut short", "application/json", "{\"Request\":" + Json(own, "\"a\":1")), ("fields within and more", "application/json", "{\"Request\":{},\"a\":1}x"),
            ("null", "application/json", Json(own, "\"roof\":null,\"first_name\":true")), ("JSON said to be a form", form, Json(own, "\"roof\":\"owner\"")),
        ];
        return texts.Select(text => (text.Item1, text.Item2, Encoding.UTF8.GetBytes(text.Item3)))
            .Append(("bytes that are no UTF-8", form, [.. Encoding.ASCII.GetBytes(own + "&first_name="), 0xFF, 0xE4, 0x80]))
            .Append(("JSON that is no UTF-8", "application/json", [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]));
    }

    private static string Json(string form, string more) =>
        $"{{{string.Join(',', form.Split('&').Select(pair => pair.Split('=')).Select(pair => $"\"{pair[0]}\":\"{Uri.UnescapeDataString(pair[1])}\""))},{more}}}";

    private static bool IsWellFormed(string text)
    {
        try
        {
            return text.StartsWith('{') ? JsonNode.Parse(text) is not null : XDocument.Parse(text).Root!.Name == "response";
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or System.Xml.XmlException)
        {
            return false;
        }
    }
}
