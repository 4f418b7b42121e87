using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Tests.Catalog;

public sealed class EntryTests : IAsyncLifetime
{
    private const string Supplier = "/v1/suppliers/acme";
    private TestDatabase database = null!;
    private CatalogServer server = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        server = await CatalogServer.StartAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task put_creates_then_replaces_and_get_answers_the_same_shape()
    {
        var created = await server.PutAsync(Supplier, """{"name": "Acme"}""");
        created.Status.ShouldBe(201);
        created.ETag.ShouldBe("\"1\"");
        created.Json["version"]!.GetValue<long>().ShouldBe(1);
        var replaced = await server.PutAsync(Supplier, """{"key": "acme", "name": "Acme Ltd"}""");
        replaced.Status.ShouldBe(200);
        var read = await server.GetAsync(Supplier);
        read.Text.ShouldBe(replaced.Text);
        read.ETag.ShouldBe("\"2\"");
        read.Json["name"]!.ToString().ShouldBe("Acme Ltd");
        DateTimeOffset.Parse(read.Json["updated_at"]!.ToString(), null).ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
    }

    [Fact]
    public async Task what_get_answered_can_be_put_back_and_makes_no_new_version()
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        var read = await server.GetAsync(Supplier);
        var again = await server.PutAsync(Supplier, read.Text);
        again.Status.ShouldBe(200);
        again.Text.ShouldBe(read.Text);
        (await database.ScalarAsync<long>("select max(version) from catalog_versions")).ShouldBe(1);
    }

    [Fact]
    public async Task change_is_in_force_on_its_node_when_it_is_answered()
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        server.Live.Current.Version.ShouldBe(1);
        server.Live.Current.Suppliers["acme"].Name.ShouldBe("Acme");
    }

    [Fact]
    public async Task change_reaches_another_node()
    {
        await using var other = await CatalogServer.StartAsync(database);
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        await Eventually.Async(() => other.Live.Current.Suppliers.ContainsKey("acme"));
    }

    [Fact]
    public async Task past_version_is_read_as_it_was()
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        await server.PutAsync(Supplier, """{"name": "Acme Ltd"}""");
        await server.DeleteAsync(Supplier);
        await using var other = await CatalogServer.StartAsync(database);
        (await other.Live.LoadAsync(0, TestContext.Current.CancellationToken)).Suppliers.ShouldBeEmpty();
        (await other.Live.LoadAsync(1, TestContext.Current.CancellationToken)).Suppliers["acme"].Name.ShouldBe("Acme");
        (await other.Live.LoadAsync(2, TestContext.Current.CancellationToken)).Suppliers["acme"].Name.ShouldBe("Acme Ltd");
        (await other.Live.LoadAsync(3, TestContext.Current.CancellationToken)).Suppliers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("1", 200)]
    [InlineData("*", 200)]
    [InlineData("\"7\", \"1\"", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("\"0\"", 412)]
    [InlineData("abc", 412)]
    public async Task if_match_guards_an_edit(string ifMatch, int status)
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        var answer = await server.PutAsync(Supplier, """{"name": "Acme Ltd"}""", ifMatch);
        answer.Status.ShouldBe(status);
        if (status == 412)
        {
            answer.Code.ShouldBe("version_mismatch");
            (await server.GetAsync(Supplier)).Json["name"]!.ToString().ShouldBe("Acme");
        }
    }

    [Fact]
    public async Task if_match_on_what_does_not_exist_creates_nothing()
    {
        (await server.PutAsync(Supplier, """{"name": "Acme"}""", "*")).Status.ShouldBe(412);
        (await server.GetAsync(Supplier)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task twenty_edits_of_one_version_at_once_have_one_winner()
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            server.PutAsync(Supplier, new JsonObject { ["name"] = $"Acme {i}" }.ToJsonString(), "\"1\"")));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 412).ShouldBe(19);
        (await server.GetAsync(Supplier)).Text.ShouldBe(answers.Single(answer => answer.Status == 200).Text);
        (await database.ScalarAsync<long>("select max(version) from catalog_versions")).ShouldBe(2);
    }

    [Fact]
    public async Task edits_of_different_entries_at_once_all_land()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            server.PutAsync($"/v1/suppliers/s{i}", new JsonObject { ["name"] = $"S {i}" }.ToJsonString())));
        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.Json["version"]!.GetValue<long>()).Order().ShouldBe(Enumerable.Range(1, 30).Select(i => (long)i));
        server.Live.Current.Suppliers.Count.ShouldBe(30);
    }

    [Fact]
    public async Task list_comes_in_pages()
    {
        foreach (var key in new[] { "c", "a", "b" })
        {
            await server.PutAsync($"/v1/suppliers/{key}", "{}");
        }

        var first = (await server.GetAsync("/v1/suppliers?limit=2")).Json;
        first["items"]!.AsArray().Select(item => item!["key"]!.ToString()).ShouldBe(["a", "b"]);
        var second = (await server.GetAsync($"/v1/suppliers?limit=2&after={first["next"]}")).Json;
        second["items"]!.AsArray().Select(item => item!["key"]!.ToString()).ShouldBe(["c"]);
        second["next"].ShouldBeNull();
        (await server.GetAsync("/v1/suppliers?limit=0")).Code.ShouldBe("invalid_limit");
    }

    [Fact]
    public async Task archived_entry_is_gone_but_stays_in_the_record()
    {
        await server.PutAsync(Supplier, """{"name": "Acme"}""");
        (await server.DeleteAsync(Supplier)).Status.ShouldBe(204);
        (await server.GetAsync(Supplier)).Status.ShouldBe(404);
        (await server.DeleteAsync(Supplier)).Status.ShouldBe(404);
        (await database.ScalarAsync<long>("select count(*) from catalog_entries where key = 'acme' and until = 2")).ShouldBe(1);
        (await server.PutAsync(Supplier, """{"name": "Acme again"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task what_is_referred_to_cannot_be_archived()
    {
        (await server.PostAsync("/v1/apply", SampleNetwork.Yaml)).Status.ShouldBe(200);
        var answer = await server.DeleteAsync("/v1/sources/shady-source");
        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("still_referenced");
        answer.Errors.ShouldBe([("contracts/sonnenhaus-nord.sources.block[0]", "unknown_reference")]);
        (await server.DeleteAsync("/v1/buyers/sonnenhaus")).Errors.ShouldBe([("contracts/sonnenhaus-nord.buyer", "unknown_reference")]);
        server.Live.Current.Sources.ShouldContainKey("shady-source");
    }

    [Fact]
    public async Task problem_of_a_single_entry_stands_at_its_own_path()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var contract = (await server.GetAsync("/v1/contracts/sonnenhaus-nord")).Json;
        contract["prices"]![0]!["price"] = 0;
        contract["filter"]!["all"]![0]!["field"] = "rof";
        var answer = await server.PutAsync("/v1/contracts/sonnenhaus-nord", contract.ToJsonString());
        answer.Status.ShouldBe(400);
        answer.Errors.ShouldBe([("filter.all[0].field", "unknown_field"), ("prices[0].price", "not_positive")], ignoreOrder: true);
        answer.Json["request_id"]!.ToString().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task webhook_secret_is_made_once_and_kept()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var contract = (await server.GetAsync("/v1/contracts/sonnenhaus-nord")).Json;
        var secret = contract["delivery"]!["secret"]!.ToString();
        secret.ShouldStartWith("whsec_");
        Convert.FromBase64String(secret["whsec_".Length..]).Length.ShouldBe(32);
        contract["delivery"]!.AsObject().Remove("secret");
        contract["priority"] = 2;
        (await server.PutAsync("/v1/contracts/sonnenhaus-nord", contract.ToJsonString())).Json["delivery"]!["secret"]!.ToString().ShouldBe(secret);
        server.Live.Current.Contracts["sonnenhaus-nord"].Delivery.Secret.ShouldBe(secret);
    }

    [Fact]
    public async Task rows_that_claims_lock_are_made_with_the_change()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        (await database.ScalarAsync<string>("select string_agg(owner, ' ' order by owner) from counters"))
            .ShouldBe("buyer:sonnenhaus contract:sonnenhaus-nord");
        (await database.ScalarAsync<long>("select credit_limit from accounts where buyer = 'sonnenhaus' and currency = 'EUR'")).ShouldBe(0);
    }

    [Fact]
    public async Task lowered_credit_limit_never_undercuts_what_is_used()
    {
        await server.PutAsync("/v1/buyers/b", Invoiced(5_000));
        await database.ExecuteAsync("update accounts set balance = -300000, held = 10000 where buyer = 'b'");
        await server.PutAsync("/v1/buyers/b", Invoiced(1_000));
        (await database.ScalarAsync<long>("select credit_limit from accounts where buyer = 'b'")).ShouldBe(310_000);
        await server.PutAsync("/v1/buyers/b", Invoiced(4_000));
        (await database.ScalarAsync<long>("select credit_limit from accounts where buyer = 'b'")).ShouldBe(400_000);
        server.Live.Current.Buyers["b"].Billing.ShouldBe(new Core.Catalog.Billing(BillingType.Invoice, Core.Currency.Parse("EUR"), 4_000));
    }

    private static string Invoiced(int limit) => new JsonObject
    {
        ["time_zone"] = "Europe/Berlin",
        ["billing"] = new JsonObject { ["type"] = "invoice", ["currency"] = "EUR", ["credit_limit"] = limit },
    }.ToJsonString();
}
