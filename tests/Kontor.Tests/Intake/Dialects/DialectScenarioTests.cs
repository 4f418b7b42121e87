using System.Text.Json.Nodes;

namespace Kontor.Tests.Intake.Dialects;

/// <summary>Runs the requests written in this folder's files, in their order, against a node, and compares the answers letter by letter.</summary>
public sealed class DialectScenarioTests
{
    [Theory]
    [InlineData("lead-prosper")]
    [InlineData("boberdoo")]
    [InlineData("leadspedia")]
    [InlineData("lead-prosper-pings")]
    [InlineData("boberdoo-pings")]
    [InlineData("leadspedia-pings")]
    public async Task requests_are_answered_as_the_other_system_would(string file)
    {
        var scenarios = DialectMarket.File(file);
        await using var market = await DialectMarket.OpenAsync(scenarios["dialect"]!);
        var differences = new List<string>();
        foreach (var scenario in scenarios["scenarios"]!.AsArray())
        {
            if (scenario!["expired"] is not null)
                await market.ExpireAsync();
            var answer = await market.SendAsync(scenario["request"]!.AsArray().Select(line => line!.ToString()), keep: scenario["keep"] is not null);
            var told = $"{answer.Status} {answer.Type} {answer.Text}";
            var expected = $"{scenario["status"] ?? 200} {scenario["type"] ?? scenarios["type"]} {Text(scenario["answer"]!)}";
            if (told != expected)
                differences.Add($"{scenario["name"]}\n  expected {expected}\n  answered {told}");
        }

        differences.ShouldBeEmpty();
        var stored = await market.Node.Database.ScalarAsync<long>("select count(*) from leads");
        stored.ShouldBe(scenarios["leads"]!.GetValue<long>());
        (await market.Node.Database.ScalarAsync<long>("select count(*) from leads where leads::text like '%ksr\\_%'")).ShouldBe(0);
        (await market.Node.Database.ScalarAsync<long>("select count(*) from pings where pings::text ~ 'ksr_|example.org|Erika'")).ShouldBe(0);
        (await market.Node.Database.ScalarAsync<long>("select count(*) from refused_posts where refused_posts::text like '%ksr\\_%'")).ShouldBe(0);
    }

    [Fact]
    public async Task lead_is_stored_in_our_words_with_its_test_mark_sub_id_consent_and_supplier_id()
    {
        await using var market = await DialectMarket.OpenAsync(DialectMarket.File("lead-prosper")["dialect"]!);
        await market.SendAsync([
            "POST /compat/lead-prosper/direct_post", "Content-Type: application/json", "",
            """{"lp_campaign_id": 13424, "lp_supplier_id": 5, "lp_key": "{key}", "lp_action": "test", "lp_subid1": "fb-7", "Their_Id": 4711, "First_Name": "Erika", "Mail": "erika@example.org", "owner_rent": "OWN", "consent": "Yes", "cert": "https://example.org/cert", "Gclid": "g-1"}""",
        ]);
        (await market.Node.Database.ScalarAsync<string>("select concat_ws(' ', campaign, test, external_id) from leads")).ShouldBe("solar t 4711");
        var fields = JsonNode.Parse(await market.Node.Database.ScalarAsync<string>("select fields::text from leads"))!;
        fields.ToJsonString().ShouldBe("""{"roof":"owner","email":"erika@example.org","first_name":"Erika"}""");
        var meta = JsonNode.Parse(await market.Node.Database.ScalarAsync<string>("select meta::text from leads"))!;
        meta["sub_id"]!.ToString().ShouldBe("fb-7");
        meta["consent"]!.ToJsonString().ShouldBe("""{"url":"https://example.org/cert"}""");
        meta["warnings"]!.AsArray().Select(warning => warning!.ToString()).ShouldBe(["unknown_field: their_consent", "unknown_field: Gclid"]);
    }

    private static string Text(JsonNode answer) =>
        answer is JsonArray lines ? string.Concat(lines.Select(line => line!.ToString())) : answer.ToString();
}
