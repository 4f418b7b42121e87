using System.Text;
using Kontor.Intake;
using Kontor.Tests.Delivery;
using Kontor.Tests.Platform;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Intake;

public sealed class CallbackTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task final_answer_of_a_pending_lead_is_posted_once_its_buyer_has_answered()
    {
        var decided = new TaskCompletionSource();
        await using var buyer = await DecidingAsync(decided.Task);
        await using var supplier = await TestBuyer.AnsweringAsync(204);
        await using var node = await ApiNode.StartAsync();
        var (key, lead) = await PendingAsync(node, buyer, supplier.Url);
        (await node.GetAsync($"/v1/leads/{lead}", key)).Json["status"]!.ToString().ShouldBe("pending");
        supplier.Posts.ShouldBeEmpty();

        decided.SetResult();
        await StatusAsync(node, "acknowledged");
        var post = supplier.Posts.ShouldHaveSingleItem();
        post.Id.ShouldBe(lead);
        post.ContentType.ShouldBe("application/json");
        var final = await node.GetAsync($"/v1/leads/{lead}", key);
        final.Json["status"]!.ToString().ShouldBe("accepted");
        Encoding.UTF8.GetString(post.Body).ShouldBe(final.Text);
    }

    [Fact]
    public async Task supplier_who_is_down_is_tried_again()
    {
        var decided = new TaskCompletionSource();
        await using var buyer = await DecidingAsync(decided.Task);
        await using var supplier = await TestBuyer.AnsweringAsync(async (number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 500 : 200;
            await context.Response.WriteAsync("");
        });
        await using var node = await ApiNode.StartAsync();
        await PendingAsync(node, buyer, supplier.Url);
        decided.SetResult();
        await StatusAsync(node, "acknowledged");
        supplier.Posts.Count.ShouldBe(2);
        supplier.Posts.Select(post => Encoding.UTF8.GetString(post.Body)).Distinct().ShouldHaveSingleItem();
        (await node.Database.ScalarAsync<short>("select attempts from callbacks")).ShouldBe((short)2);
    }

    [Fact]
    public async Task address_that_is_gone_is_given_up_at_once()
    {
        var decided = new TaskCompletionSource();
        await using var buyer = await DecidingAsync(decided.Task);
        await using var supplier = await TestBuyer.AnsweringAsync(410);
        await using var node = await ApiNode.StartAsync();
        await PendingAsync(node, buyer, supplier.Url);
        decided.SetResult();
        await StatusAsync(node, "failed");
        supplier.Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task lead_that_is_answered_at_once_owes_nothing()
    {
        await using var supplier = await TestBuyer.AnsweringAsync(200);
        await using var node = await ApiNode.StartAsync();
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Portal)));
        var lead = ApiNetwork.Lead();
        lead["callback_url"] = supplier.Url;
        (await node.PostLeadAsync(await node.KeyAsync("sources/landing"), lead)).Json["status"]!.ToString().ShouldBe("accepted");
        (await node.Database.ScalarAsync<long>("select count(*) from callbacks")).ShouldBe(0);
    }

    [Fact]
    public void posts_are_repeated_six_times_and_then_given_up()
    {
        Enumerable.Range(1, 7).Select(made => Callbacks.Next(made, 500, null, Now) - Now).ShouldBe(
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
            TimeSpan.FromHours(6), null,
        ]);
        Callbacks.Next(1, 410, null, Now).ShouldBeNull();
        Callbacks.Next(1, 503, TimeSpan.FromMinutes(2), Now).ShouldBe(Now.AddMinutes(2));
        Callbacks.Next(2, 503, TimeSpan.FromSeconds(1), Now).ShouldBe(Now.AddMinutes(1));
    }

    [Fact]
    public void lead_that_stays_pending_is_looked_at_less_and_less_often()
    {
        Callbacks.LookAgain(Now.AddSeconds(-1), Now).ShouldBe(Now.AddSeconds(1));
        Callbacks.LookAgain(Now.AddSeconds(-80), Now).ShouldBe(Now.AddSeconds(10));
        Callbacks.LookAgain(Now.AddDays(-1), Now).ShouldBe(Now.AddMinutes(1));
    }

    // A buyer who takes the lead, but not before he is told to.
    private static Task<TestBuyer> DecidingAsync(Task decided) => TestBuyer.AnsweringAsync(async (_, context) =>
    {
        await decided.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync("""{"status": "accepted"}""");
    });

    private static async Task<(string Key, string Lead)> PendingAsync(ApiNode node, TestBuyer buyer, string callback)
    {
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Webhook(buyer.Url, decides: true))));
        var key = await node.KeyAsync("sources/landing");
        var lead = ApiNetwork.Lead();
        lead["callback_url"] = callback;
        var answer = await node.PostLeadAsync(key, lead);
        answer.Json["status"]!.ToString().ShouldBe("pending", answer.Text);
        return (key, answer.Json["lead_id"]!.ToString());
    }

    private static Task StatusAsync(ApiNode node, string wanted) => Eventually.HoldsAsync(
        async () => await node.Database.ScalarAsync<string>("select status from callbacks") == wanted,
        () => node.Database.ScalarAsync<string>("select status || ' after ' || attempts from callbacks"));
}
