using System.Text;
using System.Text.Json;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Intake;

namespace Kontor.Tests.Intake;

public sealed class PostedLeadTests
{
    private static PostedLead? Json(string json, out IReadOnlyList<FieldProblem> problems) =>
        PostedLead.TryReadJson(Encoding.UTF8.GetBytes(json), out problems);

    private static PostedLead Json(string json)
    {
        var lead = Json(json, out var problems);
        problems.ShouldBeEmpty();
        return lead.ShouldNotBeNull();
    }

    private static (string Field, string Code)[] Problems(string json)
    {
        Json(json, out var problems);
        return [.. problems.Select(problem => (problem.Field, problem.Code))];
    }

    private static PostedLead Form(string form)
    {
        var lead = PostedLead.TryReadForm(Encoding.ASCII.GetBytes(form), out var problems);
        problems.ShouldBeEmpty();
        return lead.ShouldNotBeNull();
    }

    [Fact]
    public void reserved_keys_are_typed_and_the_rest_are_fields()
    {
        var lead = Json("""
            {"campaign": "solar-de", "external_id": "lp-1001", "ping_id": "p1", "test": true, "sub_id": "s", "callback_url": "https://example.org/cb",
             "consent": {"given_at": "2026-11-21T09:58:00Z",  "purposes": ["phone"]},
             "first_name": "Erika", "power_bill": 120.50, "roof": null, "owner": false, "wants": ["a", 2, null], "deep": {"a": 1}}
            """);
        (lead.Campaign, lead.ExternalId, lead.PingId, lead.Test, lead.SubId, lead.CallbackUrl)
            .ShouldBe(("solar-de", "lp-1001", "p1", true, "s", "https://example.org/cb"));
        lead.Consent.ShouldBe("""{"given_at": "2026-11-21T09:58:00Z",  "purposes": ["phone"]}""");
        lead.Find("first_name").ShouldBe(PostedValue.OfText("Erika"));
        lead.Find("power_bill").ShouldBe(new PostedValue(PostedKind.Number, "120.50", default));
        lead.Find("roof").Kind.ShouldBe(PostedKind.Nothing);
        lead.Find("owner").ShouldBe(new PostedValue(PostedKind.Flag, "false", default));
        lead.Find("wants").Items.ShouldBe(["a", "2"]);
        lead.Find("deep").Kind.ShouldBe(PostedKind.Other);
        lead.Find("absent").Kind.ShouldBe(PostedKind.Nothing);
        lead.Fields.Select(field => field.Key).ShouldBe(["first_name", "power_bill", "roof", "owner", "wants", "deep"]);
    }

    [Fact]
    public void last_value_of_a_key_wins()
    {
        Json("""{"a": 1, "b": 2, "a": 3}""").Find("a").Text.ShouldBe("3");
        Json("""{"campaign": 7.5e1, "campaign": "x", "test": "maybe", "test": true}""").Campaign.ShouldBe("x");
        Json("""{"a": "\u0000", "a": 3}""").Find("a").Text.ShouldBe("3");
    }

    [Fact]
    public void every_wrong_reserved_key_is_reported_and_the_lead_still_comes_back()
    {
        var lead = Json("""
            {"campaign": ["x"], "external_id": {}, "test": "maybe", "consent": "yes", "callback_url": "ftp://example.org", "sub_id": true, "city": "Kiel"}
            """, out var problems);
        lead.ShouldNotBeNull().Find("city").Text.ShouldBe("Kiel");
        problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([
            ("campaign", "invalid"), ("external_id", "invalid"), ("test", "invalid_boolean"), ("consent", "invalid"), ("callback_url", "invalid_url"),
            ("sub_id", "invalid"),
        ]);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(199, false)]
    [InlineData(200, false)]
    [InlineData(201, true)]
    public void external_id_has_1_to_200_characters(int length, bool refused) =>
        (Problems($$"""{"external_id": "{{new string('x', length)}}"}""") is [("external_id", "too_long")]).ShouldBe(refused);

    [Fact]
    public void external_id_has_no_control_characters()
    {
        Problems("""{"external_id": "a\u0007b"}""").ShouldBe([("external_id", "invalid_text")]);
        Problems("""{"external_id": "a\nb"}""").ShouldBe([("external_id", "invalid_text")]);
        Json("""{"external_id": 1001}""").ExternalId.ShouldBe("1001");
        Json("""{"external_id": " "}""").ExternalId.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"city": "\u0000"}""", "city")]
    [InlineData("""{"city": "\ud800"}""", "city")]
    [InlineData("""{"city": "\ud800x"}""", "city")]
    [InlineData("""{"city": "\udc00\ud800"}""", "city")]
    [InlineData("""{"city": ["a", "\u0000"]}""", "city")]
    [InlineData("""{"city": {"a": "\u0000"}}""", "city")]
    [InlineData("""{"city": {"\u0000": 1}}""", "city")]
    [InlineData("""{"campaign": "\u0000"}""", "campaign")]
    [InlineData("""{"consent": {"url": "\u0000"}}""", "consent")]
    [InlineData("""{"\u0000": 1}""", "")]
    public void text_that_no_database_stores_is_a_problem_of_its_field_and_the_original_is_mended(string json, string field)
    {
        var lead = Json(json, out var problems);
        problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([(field, "invalid_text")]);
        var original = lead.ShouldNotBeNull().Original;
        original.ShouldNotContain("u0000");
        Should.NotThrow(() => JsonDocument.Parse(original).RootElement.ToString());
        lead.Consent.ShouldBeNull();
    }

    [Fact]
    public void whole_surrogate_pairs_and_escaped_backslashes_are_text()
    {
        Json("""{"a": "\ud83d\ude00 \\u0000"}""").Find("a").Text.ShouldBe("\ud83d\ude00 \\u0000");
        Json("""{"a": "\ud83d\ude00 \\u0000"}""").Original.ShouldBe("""{"a":"\ud83d\ude00 \\u0000"}""");
    }

    [Theory]
    [InlineData("1e999", true)]
    [InlineData("-1e999", true)]
    [InlineData("1e-1000", true)]
    [InlineData("1e-300", false)]
    [InlineData("123456789012345678901234567890", false)]
    public void numbers_beyond_every_range_are_a_problem_of_their_field(string number, bool refused)
    {
        (Problems($$"""{"a": {{number}}}""") is [("a", "out_of_range")]).ShouldBe(refused);
        (Problems($$$"""{"consent": {"x": [{{{number}}}]}}""") is [("consent", "out_of_range")]).ShouldBe(refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("{\"a\": 1,}")]
    [InlineData("{'a': 1}")]
    [InlineData("{\"a\": NaN}")]
    [InlineData("{\"a\": 1} // comment")]
    public void what_is_no_json_object_is_refused_as_a_whole(string json)
    {
        Json(json, out var problems).ShouldBeNull();
        problems.ShouldHaveSingleItem().Code.ShouldBe("invalid_json");
    }

    [Fact]
    public void bytes_that_are_no_utf8_are_refused_as_a_whole()
    {
        byte[] body = [.. "{\"a\": \""u8, 0xFF, .. "\"}"u8];
        PostedLead.TryReadJson(body, out var problems).ShouldBeNull();
        problems.ShouldHaveSingleItem().Code.ShouldBe("invalid_encoding");
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void values_nest_31_deep_within_the_post(int depth, bool taken) =>
        (Json($$"""{"a": {{new string('[', depth)}}{{new string(']', depth)}}}""", out _) is not null).ShouldBe(taken);

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void a_post_has_at_most_1000_keys(int keys, bool taken)
    {
        var lead = Json("{" + string.Join(',', Enumerable.Range(0, keys).Select(i => $"\"k{i}\": {i}")) + "}", out _);
        (lead is not null).ShouldBe(taken);
        if (taken)
            lead!.Find($"k{keys - 1}").Text.ShouldBe($"{keys - 1}");
        var form = PostedLead.TryReadForm(Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, keys).Select(i => $"k{i}={i}"))), out _);
        (form is not null).ShouldBe(taken);
    }

    [Fact]
    public void original_is_compact_and_otherwise_as_posted() =>
        Json("\uFEFF { \"a\" : \"x \\\" y\" ,\r\n\t\"b\" : [ 1 , 2.50 ] , \"ü\" : { } } ").Original.ShouldBe("{\"a\":\"x \\\" y\",\"b\":[1,2.50],\"ü\":{}}");

    [Theory]
    [InlineData("""{"a": 1, "b": "x"}""", """{ "b":"x","a":1 }""", true)]
    [InlineData("""{"a": "\u00e4"}""", """{"a": "ä"}""", true)]
    [InlineData("""{"consent": {"x": 1, "y": {"p": [1], "q": 2}}}""", """{"consent": {"y": {"q": 2, "p": [1]}, "x": 1}}""", true)]
    [InlineData("""{"a": 1, "a": 2}""", """{"a": 2}""", true)]
    [InlineData("""{"a": {"x": 1, "x": {"q": 1, "p": 2}}}""", """{"a": {"x": {"p": 2, "q": 1}}}""", true)]
    [InlineData("""{"a": [{"x": 1, "y": 2}, {}]}""", """{"a": [{"y": 2, "x": 1}, {}]}""", true)]
    [InlineData("""{"a": {"x": {"y": 1}}}""", """{"a": {"x": {}, "y": 1}}""", false)]
    [InlineData("""{"a": 1}""", """{"a": "1"}""", false)]
    [InlineData("""{"a": 1}""", """{"a": 2}""", false)]
    [InlineData("""{"a": 1}""", """{"b": 1}""", false)]
    [InlineData("""{"a": "b", "c": "d"}""", """{"a": "bc", "": "d"}""", false)]
    [InlineData("""{"a": [1, 2]}""", """{"a": [2, 1]}""", false)]
    [InlineData("""{"a": [[1], 2]}""", """{"a": [1, [2]]}""", false)]
    [InlineData("""{"a": {"x": 1}}""", """{"a": {"x": 2}}""", false)]
    [InlineData("""{"a": null}""", """{"a": false}""", false)]
    [InlineData("""{"test": true}""", """{"test": false}""", false)]
    public void content_hash_knows_the_same_content_whatever_the_order_of_keys(string left, string right, bool same)
    {
        var (first, second) = (Json(left).ContentHash, Json(right).ContentHash);
        first.Length.ShouldBe(16);
        first.SequenceEqual(second).ShouldBe(same);
    }

    [Fact]
    public void unknown_keys_are_warned_about_in_a_form_that_can_be_printed()
    {
        var vertical = new Vertical { Key = "v", Name = "v", Fields = [new Field { Key = "city", Type = FieldType.City }] };
        var lead = Json($$"""{"city": "Kiel", "campaign": "c", "citty": 1, "a\nb": 2, "{{new string('x', 70)}}": 3}""");
        lead.Warnings(vertical, []).ShouldBe(["unknown_field: citty", "unknown_field: a?b", $"unknown_field: {new string('x', 60)}"]);
    }

    [Fact]
    public void form_reads_like_json()
    {
        var lead = Form("campaign=solar-de&external_id=lp%2D1&test=1&first_name=J%C3%BCrgen+M&wants=a&wants=b&only[]=x&empty=&consent.given_at=2026&consent%5Burl%5D=https%3A%2F%2Fe.org&");
        (lead.Campaign, lead.ExternalId, lead.Test).ShouldBe(("solar-de", "lp-1", true));
        lead.Find("first_name").Text.ShouldBe("Jürgen M");
        lead.Find("wants").Items.ShouldBe(["a", "b"]);
        lead.Find("only").Items.ShouldBe(["x"]);
        lead.Find("empty").Kind.ShouldBe(PostedKind.Nothing);
        lead.Consent.ShouldBe("""{"given_at":"2026","url":"https://e.org"}""");
        lead.Fields.Select(field => field.Key).ShouldBe(["first_name", "wants", "only", "empty"]);
        JsonDocument.Parse(lead.Original).RootElement.GetProperty("wants").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void form_may_carry_the_consent_as_json()
    {
        Form("consent=%7B%22url%22%3A%22x%22%7D").Consent.ShouldBe("""{"url":"x"}""");
        PostedLead.TryReadForm("consent=yes"u8.ToArray(), out var problems);
        problems.ShouldHaveSingleItem().Field.ShouldBe("consent");
    }

    [Theory]
    [InlineData("a=%FF", "a")]
    [InlineData("a=%00", "a")]
    [InlineData("%FF=a", "")]
    public void form_text_that_no_database_stores_is_a_problem_of_its_field(string form, string field)
    {
        PostedLead.TryReadForm(Encoding.ASCII.GetBytes(form), out var problems).ShouldNotBeNull();
        problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([(field, "invalid_text")]);
    }

    [Fact]
    public void form_keeps_a_percent_sign_that_escapes_nothing() => Form("a=100%&b=%zz&c").Find("a").Text.ShouldBe("100%");

    [Fact]
    public void form_hash_does_not_depend_on_the_order_of_keys()
    {
        Form("a=1&b=2").ContentHash.ShouldBe(Form("b=2&a=1").ContentHash);
        Form("a=1&a=2").ContentHash.ShouldNotBe(Form("a=2&a=1").ContentHash);
    }

    // Bodies that went wrong on their way: bytes of a real one changed, cut out and doubled.
    [Fact]
    public void no_body_throws_and_what_is_taken_can_be_stored()
    {
        const int seed = 11;
        var random = new Random(seed);
        var json = """
            {"campaign": "c", "test": true, "consent": {"url": "x\u00e4\\", "purposes": ["a"]}, "a": "\ud83d\ude00\"", "b": [1.5e3, null], "c": {"d": {}}}
            """;
        byte[] marks = [.. "{}[]\",:\\u0d8%&=+ \n"u8, 0, 0xC3, 0xFF];
        var taken = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var body = Encoding.UTF8.GetBytes(json).ToList();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(body.Count);
                if (random.Next(3) == 0)
                    body.RemoveAt(at);
                else
                    body.Insert(at, marks[random.Next(marks.Length)]);
            }

            PostedLead.TryReadForm(body.ToArray(), out _);
            if (PostedLead.TryReadJson(body.ToArray(), out _) is not { } lead)
                continue;
            taken++;
            using var stored = JsonDocument.Parse(lead.Original);
            Should.NotThrow(() => stored.RootElement.EnumerateObject().Select(member => member.Name + member.Value).ToList(), $"seed {seed}");
        }

        taken.ShouldBeGreaterThan(1000);
    }
}
