using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Tests.Portal;

/// <summary>Who changed what: each kind of change leaves an entry in its own transaction, and no secret.</summary>
public sealed class AuditTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
    private const string HeaderSecret = "Bearer of-the-buyer";

    [Fact]
    public async Task change_of_the_catalog_is_recorded_with_what_differs_and_without_secrets()
    {
        await using var node = await KontorNode.SellingAsync(Network(Secret, 40));
        await node.Api.ApplyAsync(Network(Secret[..^4] + "MTI0", 50));
        await node.Api.ApplyAsync(Network(Secret[..^4] + "MTI0", 50));
        (await node.Api.OperateAsync(HttpMethod.Delete, "/v1/contracts/by-request")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);

        var entries = await ReadAsync(node.Database, "contracts");
        entries.Select(entry => $"{entry.Action} {entry.Key}").ShouldBe(["created by-request", "created nord", "updated nord", "archived by-request"], ignoreOrder: true);
        entries.ShouldAllBe(entry => entry.Actor == "API key kop_oper…" && entry.Role == "operator" && entry.Address == "127.0.0.1");
        entries.ShouldAllBe(entry => !entry.Text.Contains("whsec_") && !entry.Text.Contains("of-the-buyer") && !entry.Text.Contains("4711"));
        var updated = entries.Single(entry => entry.Action == "updated");
        updated.Before!.Select(one => one.Key).ShouldBe(["delivery", "prices"], ignoreOrder: true);
        updated.Before!["prices"]![0]!["price"]!.GetValue<decimal>().ShouldBe(40);
        updated.After!["prices"]![0]!["price"]!.GetValue<decimal>().ShouldBe(50);
        updated.Before["delivery"]!["secret"]!.ToString().ShouldBe("(hidden)");
        updated.After["delivery"]!["secret"]!.ToString().ShouldBe("(hidden, changed)");
        updated.Version.ShouldBe(entries.First(entry => entry.Action == "created").Version + 1);
        var mapped = entries.Single(entry => entry is { Action: "created", Key: "by-request" }).After!["delivery"]!;
        mapped["headers"]!["X-Key"]!.ToString().ShouldBe("(hidden)");
        mapped["url"]!.ToString().ShouldBe("https://crm.example.com/post?api_key=(hidden)&list=a");
        entries.Single(entry => entry.Action == "archived").After.ShouldBeNull();
    }

    [Fact]
    public async Task refused_or_dry_change_is_not_recorded()
    {
        await using var node = await KontorNode.SellingAsync(Network(Secret, 40));
        var before = await node.Database.ScalarAsync<long>("select count(*) from audit_entries");
        (await node.Api.SendAsync(HttpMethod.Post, "/v1/apply?dry_run=true", Network(Secret, 60), KontorApi.OperatorKey, "application/yaml")).Status
            .ShouldBe(System.Net.HttpStatusCode.OK);
        (await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/nord", new JsonObject { ["buyer"] = "nobody" })).Status
            .ShouldBe(System.Net.HttpStatusCode.BadRequest);
        (await node.Database.ScalarAsync<long>("select count(*) from audit_entries")).ShouldBe(before);
    }

    [Fact]
    public async Task credit_is_recorded_once_with_the_balance_before_and_after()
    {
        await using var node = await KontorNode.SellingAsync(Network(Secret, 40));
        await node.Api.CreditAsync("nord", 500, "bank 1");
        await node.Api.CreditAsync("nord", 500, "bank 1");
        var entry = (await ReadAsync(node.Database, "buyers")).Where(one => one.Action == "credited").ShouldHaveSingleItem();
        entry.Key.ShouldBe("nord");
        entry.Before!["balance"]!.GetValue<decimal>().ShouldBe(0);
        entry.After!["balance"]!.GetValue<decimal>().ShouldBe(500);
        entry.After["reference"]!.ToString().ShouldBe("bank 1");
    }

    [Fact]
    public async Task key_is_recorded_when_it_is_made_and_revoked_but_never_itself()
    {
        await using var node = await KontorNode.SellingAsync(Network(Secret, 40));
        var made = await node.Api.OperateAsync(HttpMethod.Post, "/v1/buyers/nord/keys");
        (await node.Api.OperateAsync(HttpMethod.Delete, $"/v1/keys/{made["key_id"]}")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await node.Api.OperateAsync(HttpMethod.Delete, $"/v1/keys/{made["key_id"]}")).Status.ShouldBe(System.Net.HttpStatusCode.NotFound);
        var entries = await ReadAsync(node.Database, "keys");
        entries.Select(entry => entry.Action).ShouldBe(["created", "revoked"]);
        entries.ShouldAllBe(entry => entry.Key == made["key_id"] && !entry.Text.Contains(made["key"]!));
        entries[0].After!["party"]!.ToString().ShouldBe("nord");
        (await node.Database.ScalarAsync<string>("select created_by from api_keys where key_id = $1", Guid.Parse(made["key_id"]!))).ShouldBe("API key kop_oper…");
    }

    [Fact]
    public async Task record_refuses_to_be_changed()
    {
        await using var node = await KontorNode.SellingAsync(Network(Secret, 40));
        foreach (var change in new[] { "update audit_entries set actor = 'nobody'", "delete from audit_entries", "truncate audit_entries" })
        {
            (await Should.ThrowAsync<PostgresException>(() => node.Database.ExecuteAsync(change))).SqlState.ShouldBe("KT002");
        }
    }

    [Fact]
    public async Task key_that_is_used_is_noted_with_the_time()
    {
        await using var database = await TestDatabase.CreateAsync();
        var keys = new ApiKeys(database.Source, TimeProvider.System);
        var made = await keys.CreateAsync(new WantedApiKey(PartyKind.Operator, "", "laptop"), Actor.Command("test"), TestContext.Current.CancellationToken);
        await keys.NoteUseAsync(TestContext.Current.CancellationToken);
        (await LastUsedAsync()).ShouldBeNull();
        keys.Find(made.Secret).ShouldNotBeNull();
        await keys.NoteUseAsync(TestContext.Current.CancellationToken);
        (await LastUsedAsync())!.Value.ShouldBeGreaterThanOrEqualTo(made.CreatedAt);

        async Task<DateTimeOffset?> LastUsedAsync() => (await ApiKeysSql.AllAsync(database.Source, TestContext.Current.CancellationToken)).Single().LastUsedAt;
    }

    /// <summary>Entries about a kind of thing, oldest first.</summary>
    internal static async Task<List<Entry>> ReadAsync(TestDatabase database, string kind)
    {
        await using var command = database.Source.CreateCommand(
            "select actor, role, address, action, subject_key, before::text, after::text, rules_version from audit_entries where subject_kind = $1 order by at, entry_id");
        command.Parameters.AddWithValue(kind);
        await using var reader = await command.ExecuteReaderAsync();
        var entries = new List<Entry>();
        while (await reader.ReadAsync())
        {
            entries.Add(new Entry(
                reader.GetString(0), reader.GetString(1), Text(2), reader.GetString(3), reader.GetString(4), Text(5), Text(6), reader.GetFieldValue<long?>(7)));
        }

        return entries;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private static string Network(string secret, int price) => Market.Of("{mode: exclusive, method: priority}", Market.Parties(
        [("nord", "billing: {type: prepaid, currency: EUR}")],
        [("nord", "nord", string.Create(CultureInfo.InvariantCulture, $"prices: [{{max_buyers: 1, price: {price}}}], delivery: {{type: webhook, url: 'https://crm.example.com/hook', secret: {secret}}}")),
         ("by-request", "nord", $"prices: [{{max_buyers: 1, price: 40}}], delivery: {{type: http, url: 'https://crm.example.com/post?api_key=4711&list=a', body: json, "
            + $"headers: {{X-Key: '{HeaderSecret}'}}, fields: {{mail: '{{lead.email}}'}}}}")]));

    internal sealed record Entry(
        string Actor, string Role, string? Address, string Action, string Key, string? BeforeText, string? AfterText, long? Version)
    {
        public JsonObject? Before => BeforeText is null ? null : JsonNode.Parse(BeforeText)!.AsObject();

        public JsonObject? After => AfterText is null ? null : JsonNode.Parse(AfterText)!.AsObject();

        public string Text => BeforeText + AfterText;
    }
}
