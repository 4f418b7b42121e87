using System.Text;
using System.Text.Json;
using Kontor.Core.Delivery;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Delivery;

public sealed class PlainDeliveryTests
{
    [Fact]
    public async Task hinted_delivery_arrives_signed_and_is_acknowledged()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, "thanks");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord") { Test = true });
        outbox.Work().Offer([delivery]);
        await outbox.UntilAsync(delivery, "acknowledged");
        var post = buyer.Posts.ShouldHaveSingleItem();
        post.Id.ShouldBe(delivery.ToString());
        post.ContentType.ShouldBe("application/json");
        post.Signature.ShouldBe(WebhookSignature.Sign(WebhookSecret.TryParse(Outbox.Secret)!, post.Id, long.Parse(post.Timestamp), post.Body));
        using var body = JsonDocument.Parse(post.Body);
        body.RootElement.GetProperty("type").GetString().ShouldBe("lead.sold");
        body.RootElement.GetProperty("timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        var data = body.RootElement.GetProperty("data");
        data.GetProperty("contract").GetString().ShouldBe("nord");
        data.GetProperty("price").GetRawText().ShouldBe("40.00");
        data.GetProperty("promise").GetRawText().ShouldBe("""{"mode":"shared","max_buyers":3,"position":1}""");
        data.GetProperty("source_class").GetString().ShouldBe("landing page");
        data.GetProperty("consent").GetRawText().ShouldBe("""{"given_at":"2026-11-21T09:58:00Z","text_version":"2026-03"}""");
        data.GetProperty("lead").GetRawText().ShouldBe("""{"first_name":"Erika Müller","power_bill":120.50,"roof":"owner"}""");
        data.GetProperty("test").GetBoolean().ShouldBeTrue();
        (await outbox.OutcomesAsync(delivery)).ShouldBe("acknowledged 200");
        var answer = await outbox.Database.ScalarAsync<byte[]>("select answer from delivery_attempts where delivery_id = $1", delivery.Value);
        Encoding.UTF8.GetString(answer).ShouldBe("thanks");
    }

    [Fact]
    public async Task delivery_that_nobody_hinted_at_is_found_and_a_real_one_has_no_test_mark()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(204);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord") { MaxBuyers = 1 });
        outbox.Work();
        await outbox.UntilAsync(delivery, "acknowledged");
        var body = Encoding.UTF8.GetString(buyer.Posts.ShouldHaveSingleItem().Body);
        body.ShouldNotContain("\"test\"");
        body.ShouldContain("\"mode\":\"exclusive\"");
    }

    [Fact]
    public async Task retry_carries_the_same_id_and_the_same_bytes()
    {
        await using var buyer = await TestBuyer.AnsweringAsync((number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 500 : 200;
            return Task.CompletedTask;
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        await outbox.UntilOutcomesAsync(delivery, "failed 500");
        await outbox.UntilAsync(delivery, "queued");
        (await outbox.DueInAsync(delivery)).ShouldBeInRange(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(5.5));
        outbox.Clock.Advance(TimeSpan.FromSeconds(6));
        await outbox.UntilAsync(delivery, "acknowledged");
        var posts = buyer.Posts.ToArray();
        posts.Length.ShouldBe(2);
        posts[1].Id.ShouldBe(posts[0].Id);
        posts[1].Body.ShouldBe(posts[0].Body);
        posts[1].Signature.ShouldNotBe(posts[0].Signature);
        (await outbox.OutcomesAsync(delivery)).ShouldBe("failed 500, acknowledged 200");
    }

    [Fact]
    public async Task delivery_is_given_up_with_an_alert_after_the_whole_schedule()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(500);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work();
        for (var attempt = 1; attempt <= RetrySchedule.Attempts; attempt++)
        {
            var made = attempt;
            await Eventually.HoldsAsync(() => Task.FromResult(buyer.Posts.Count >= made), async () => $"{buyer.Posts.Count} posts, {await outbox.StatusAsync(delivery)}");
            await Eventually.HoldsAsync(async () => await outbox.StatusAsync(delivery) is "queued" or "failed", () => outbox.StatusAsync(delivery));
            outbox.Clock.Advance(TimeSpan.FromHours(27));
        }

        await outbox.UntilAsync(delivery, "failed");
        buyer.Posts.Count.ShouldBe(10);
        outbox.Log.Lines.ShouldContain(line => line.Contains(delivery.ToString()) && line.Contains("given up after 10 attempts"));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task retry_after_is_honoured(int status)
    {
        await using var buyer = await TestBuyer.AnsweringAsync((_, context) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        await outbox.UntilOutcomesAsync(delivery, $"throttled {status}");
        (await outbox.DueInAsync(delivery)).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task gone_endpoint_is_switched_off_with_all_that_waits_for_it()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(410);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var waiting = await outbox.PutAsync(new Seed("nord") { DueIn = TimeSpan.FromHours(1) });
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        await outbox.UntilAsync(delivery, "failed");
        await outbox.UntilAsync(waiting, "failed");
        (await outbox.OutcomesAsync(delivery)).ShouldBe("endpoint_gone 410");
        (await outbox.OutcomesAsync(waiting)).ShouldBe("endpoint_gone");
        var later = await outbox.PutAsync(new Seed("nord"));
        await outbox.UntilAsync(later, "failed");
        buyer.Posts.Count.ShouldBe(1);
        outbox.Log.Lines.ShouldContain(line => line.Contains("410 Gone"));

        // A new URL is a new endpoint.
        outbox.Sell(Outbox.Contract("nord", buyer.Url + "/v2"));
        var moved = await outbox.PutAsync(new Seed("nord"));
        await outbox.UntilAsync(moved, "failed");
        buyer.Posts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task redirect_is_refused_and_not_followed()
    {
        await using var target = await TestBuyer.AnsweringAsync(200);
        await using var buyer = await TestBuyer.AnsweringAsync((_, context) =>
        {
            context.Response.Redirect(target.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([delivery]);
        await outbox.UntilOutcomesAsync(delivery, "redirect_refused 307");
        await outbox.UntilAsync(delivery, "queued");
        target.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task private_address_is_refused_unless_it_is_allowed()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync(allowed: "10.0.0.0/8");
        outbox.Sell(Outbox.Contract("ip", buyer.Url), Outbox.Contract("name", buyer.Url.Replace("127.0.0.1", "localhost")));
        var byAddress = await outbox.PutAsync(new Seed("ip"));
        var byName = await outbox.PutAsync(new Seed("name"));
        outbox.Work();
        await outbox.UntilOutcomesAsync(byAddress, "refused_address");
        await outbox.UntilOutcomesAsync(byName, "refused_address");
        buyer.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task buyer_that_hangs_holds_nobody_else_up()
    {
        await using var slow = await TestBuyer.HangingAsync();
        await using var quick = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("slow", slow.Url), Outbox.Contract("quick", quick.Url));
        outbox.PlainTimeout = TimeSpan.FromSeconds(20);
        for (var i = 0; i < 150; i++)
            await outbox.PutAsync(new Seed("slow") { DueIn = TimeSpan.FromMinutes(-1) });
        var delivery = await outbox.PutAsync(new Seed("quick"));
        outbox.Work();
        await outbox.UntilAsync(delivery, "acknowledged");
        (await outbox.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'sending'")).ShouldBeLessThanOrEqualTo(8);
        slow.Posts.Count.ShouldBeLessThanOrEqualTo(8);
    }
}
