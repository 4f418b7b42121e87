namespace Kontor.Tests.Catalog;

public sealed class ApiKeyTests : OnSampleNetwork
{
    [Theory]
    [InlineData("/v1/sources/acme-landing/keys", "ksr_")]
    [InlineData("/v1/buyers/sonnenhaus/keys", "kby_")]
    public async Task key_is_shown_once_and_listed_by_its_beginning(string path, string prefix)
    {
        var made = await Server.PostAsync(path, "{}");
        made.Status.ShouldBe(201);
        var secret = made.Json["key"]!.ToString();
        secret.ShouldStartWith(prefix);
        secret.Length.ShouldBe(prefix.Length + 43);
        var listed = await Server.GetAsync(path);
        listed.Text.ShouldNotContain(secret);
        var item = listed.Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        item["key_id"]!.ToString().ShouldBe(made.Json["key_id"]!.ToString());
        secret.ShouldStartWith(item["prefix"]!.ToString());
        (await Database.ScalarAsync<long>("select count(*) from api_keys where key_hash = sha256(convert_to($1, 'UTF8'))", secret)).ShouldBe(1);
    }

    [Fact]
    public async Task key_works_at_once_on_its_node_and_soon_on_others_until_it_is_revoked()
    {
        await using var other = await CatalogServer.StartAsync(Database);
        var made = (await Server.PostAsync("/v1/sources/acme-landing/keys", "{}")).Json;
        var secret = made["key"]!.ToString();
        Server.Keys.Find(secret)!.Key.ShouldBe("acme-landing");
        await Eventually.Async(() => other.Keys.Find(secret) is not null);
        (await Server.DeleteAsync($"/v1/keys/{made["key_id"]}")).Status.ShouldBe(204);
        Server.Keys.Find(secret).ShouldBeNull();
        await Eventually.Async(() => other.Keys.Find(secret) is null);
        (await Server.DeleteAsync($"/v1/keys/{made["key_id"]}")).Status.ShouldBe(404);
        (await Server.DeleteAsync("/v1/keys/nonsense")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task who_is_nobody_is_asked_for_a_key_before_anything_is_read()
    {
        var answer = await Server.SendAsync(HttpMethod.Put, "/v1/suppliers/x", "{ not json", key: "");
        answer.Status.ShouldBe(401);
        answer.Challenge.ShouldBe("Bearer");
        answer.Code.ShouldBe("unauthorized");
        (await Server.GetAsync("/v1/suppliers", key: "kop_guessed")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task key_of_another_kind_is_forbidden()
    {
        var secret = (await Server.PostAsync("/v1/sources/acme-landing/keys", "{}")).Json["key"]!.ToString();
        var answer = await Server.GetAsync("/v1/suppliers", key: secret);
        answer.Status.ShouldBe(403);
        answer.Code.ShouldBe("forbidden");
        (await Server.GetAsync("/v1/ledger", key: secret)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task nobody_gets_a_key_for_a_party_that_does_not_exist()
    {
        (await Server.PostAsync("/v1/sources/nobody/keys", "{}")).Status.ShouldBe(404);
        (await Server.PostAsync("/v1/buyers/nobody/keys", "{}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task first_operator_key_is_made_once_however_many_nodes_start()
    {
        await Database.ExecuteAsync("delete from api_keys");
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Server.Keys.EnsureOperatorKeyAsync(null, TestContext.Current.CancellationToken)));
        var key = made.Where(one => one is not null).ShouldHaveSingleItem()!;
        key.ShouldStartWith("kop_");
        (await Server.GetAsync("/v1/suppliers", key)).Status.ShouldBe(200);
        (await Server.Keys.EnsureOperatorKeyAsync(null, TestContext.Current.CancellationToken)).ShouldBeNull();
    }
}
