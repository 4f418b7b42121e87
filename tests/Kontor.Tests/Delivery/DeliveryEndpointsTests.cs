using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core.Sale;
using Kontor.Delivery;
using Kontor.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Delivery;

public sealed class DeliveryEndpointsTests
{
    [Fact]
    public async Task log_shows_every_attempt()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, "thanks");
        await using var api = await Api.StartAsync();
        api.Outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await api.Outbox.PutAsync(new Seed("nord"));
        var other = await api.Outbox.PutAsync(new Seed("nord") { DueIn = TimeSpan.FromHours(1) });
        api.Worker.Offer([delivery]);
        await api.Outbox.UntilAsync(delivery, "acknowledged");
        var sale = await api.Outbox.Database.ScalarAsync<Guid>("select sale_id from deliveries where delivery_id = $1", delivery.Value);
        var lead = await api.Outbox.Database.ScalarAsync<Guid>("select lead_id from deliveries where delivery_id = $1", delivery.Value);
        foreach (var filter in new[] { $"sale_id={sale}", $"lead_id={lead}", "status=acknowledged", $"sale_id={sale}&status=acknowledged" })
        {
            var page = await api.GetAsync($"/v1/deliveries?{filter}");
            page["next"].ShouldBeNull();
            var item = page["items"]!.AsArray().ShouldHaveSingleItem()!;
            item["delivery_id"]!.GetValue<string>().ShouldBe(delivery.ToString());
            item["status"]!.GetValue<string>().ShouldBe("acknowledged");
            var attempt = item["attempts"]!.AsArray().ShouldHaveSingleItem()!;
            attempt["http_status"]!.GetValue<int>().ShouldBe(200);
            attempt["outcome"]!.GetValue<string>().ShouldBe("acknowledged");
            attempt["answer"]!.GetValue<string>().ShouldBe("thanks");
        }

        var first = await api.GetAsync("/v1/deliveries?limit=1");
        var second = await api.GetAsync($"/v1/deliveries?limit=1&after={first["next"]}");
        second["next"].ShouldBeNull();
        new[] { first, second }.Select(page => page["items"]![0]!["delivery_id"]!.GetValue<string>())
            .ShouldBe([delivery.ToString(), other.ToString()], ignoreOrder: true);
        (await api.GetAsync($"/v1/deliveries?sale_id={Guid.Empty}"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sale_id=1")]
    [InlineData("lead_id=x")]
    [InlineData("status=gone")]
    [InlineData("limit=0")]
    [InlineData("after=x")]
    public async Task question_that_cannot_be_read_is_refused(string query)
    {
        await using var api = await Api.StartAsync();
        (await api.Client.GetAsync($"/v1/deliveries?{query}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task only_operators_may_look()
    {
        await using var api = await Api.StartAsync();
        api.Client.DefaultRequestHeaders.Authorization = null;
        (await api.Client.GetAsync("/v1/deliveries", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.PostAsync($"/v1/deliveries/{Guid.Empty}/redeliver")).Status.ShouldBe(401);
        (await api.PostAsync($"/v1/deliveries/{Guid.Empty}/resolve")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task redelivery_repeats_the_id_and_switches_the_endpoint_on()
    {
        await using var buyer = await TestBuyer.AnsweringAsync((number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 410 : 200;
            return Task.CompletedTask;
        });
        await using var api = await Api.StartAsync();
        api.Outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await api.Outbox.PutAsync(new Seed("nord"));
        api.Worker.Offer([delivery]);
        await Eventually.HoldsAsync(
            async () => await api.Outbox.Database.ScalarAsync<long>("select count(*) from disabled_endpoints") == 1, () => api.Outbox.StatusAsync(delivery));
        (await api.PostAsync($"/v1/deliveries/{delivery}/redeliver")).Status.ShouldBe(200);
        (await Portal.AuditTests.ReadAsync(api.Outbox.Database, "deliveries")).Select(entry => $"{entry.Action} {entry.Key} {entry.Before!["status"]}")
            .ShouldBe([$"redelivered {delivery} failed"]);
        await api.Outbox.UntilAsync(delivery, "acknowledged");
        (await api.Outbox.OutcomesAsync(delivery)).ShouldBe("endpoint_gone 410, acknowledged 200");
        buyer.Posts.Select(post => post.Id).Distinct().ShouldBe([delivery.ToString()]);
        (await api.Outbox.Database.ScalarAsync<long>("select count(*) from disabled_endpoints")).ShouldBe(0);
    }

    [Theory]
    [InlineData("queued", "confirmed", "delivery_not_finished")]
    [InlineData("unknown", "reserved", "sale_not_confirmed")]
    [InlineData("failed", "released", "sale_not_confirmed")]
    public async Task redelivery_of_what_is_open_or_not_sold_is_a_conflict(string status, string sale, string code)
    {
        await using var api = await Api.StartAsync();
        var delivery = await api.Outbox.PutAsync(new Seed("nord") { Status = status, SaleStatus = sale, DueIn = TimeSpan.FromHours(1) });
        var answer = await api.PostAsync($"/v1/deliveries/{delivery}/redeliver");
        answer.Status.ShouldBe(409);
        answer.Body["code"]!.GetValue<string>().ShouldBe(code);
        (await api.Outbox.StatusAsync(delivery)).ShouldBe(status);
        (await api.PostAsync($"/v1/deliveries/{Guid.Empty}/redeliver")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("accepted", Verdict.Accepted, "acknowledged")]
    [InlineData("rejected", Verdict.Rejected, "rejected")]
    public async Task unknown_delivery_is_resolved_by_a_person_once(string outcome, Verdict verdict, string status)
    {
        await using var api = await Api.StartAsync();
        var delivery = await api.Outbox.PutAsync(new Seed("nord") { Status = "unknown", SaleStatus = "reserved", OnResponse = true });
        (await api.PostAsync($"/v1/deliveries/{delivery}/resolve", """{"outcome": "perhaps"}""")).Status.ShouldBe(400);
        var answer = await api.PostAsync($"/v1/deliveries/{delivery}/resolve", $$"""{"outcome": "{{outcome}}"}""");
        answer.Status.ShouldBe(200);
        answer.Body["status"]!.GetValue<string>().ShouldBe(status);
        api.Outbox.Settled.ShouldHaveSingleItem().Verdict.ShouldBe(verdict);
        (await api.PostAsync($"/v1/deliveries/{delivery}/resolve", """{"outcome": "accepted"}""")).Status.ShouldBe(409);
        (await api.PostAsync($"/v1/deliveries/{Guid.Empty}/resolve", """{"outcome": "accepted"}""")).Status.ShouldBe(404);
    }

    private sealed class Api(Outbox outbox, DeliveryWorker worker, WebApplication app, HttpClient client) : IAsyncDisposable
    {
        public Outbox Outbox => outbox;
        public DeliveryWorker Worker => worker;
        public HttpClient Client => client;

        public static async Task<Api> StartAsync()
        {
            var outbox = await Outbox.CreateAsync();
            var worker = outbox.Work();
            var keys = new ApiKeys(outbox.Database.Source, TimeProvider.System);
            var operatorKey = await keys.CreateAsync(new WantedApiKey(PartyKind.Operator, ""), Actor.Command("test"));
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton(outbox.Database.Source).AddSingleton(outbox.Wiring()).AddSingleton(worker).AddSingleton(keys);
            var app = builder.Build();
            DeliveryEndpoints.Map(app);
            await app.StartAsync();
            var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey.Secret);
            return new Api(outbox, worker, app, client);
        }

        public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await client.GetStringAsync(path))!;

        public async Task<(int Status, JsonNode Body)> PostAsync(string path, string body = "{}")
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(path, content);
            return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
            await outbox.DisposeAsync();
        }
    }
}
