using Kontor.Core.Sale;

namespace Kontor.Tests.Delivery;

/// <summary>What a node does with the rows that a dead one left behind.</summary>
public sealed class RecoveryTests
{
    private static readonly Seed Deciding = new("nord") { OnResponse = true, SaleStatus = "reserved" };

    [Fact]
    public async Task interrupted_plain_delivery_is_sent_again_under_its_id()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(new Seed("nord") { Status = "sending", Attempts = 1, LastOutcome = "sending" });
        outbox.Work();
        await outbox.UntilAsync(delivery, "acknowledged");
        (await outbox.OutcomesAsync(delivery)).ShouldBe("interrupted, acknowledged 200");
        buyer.Posts.ShouldHaveSingleItem().Id.ShouldBe(delivery.ToString());
    }

    [Fact]
    public async Task living_lease_is_left_alone()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var leased = await outbox.PutAsync(new Seed("nord") { Status = "sending", Attempts = 1, LastOutcome = "sending", DueIn = TimeSpan.FromMinutes(1) });
        var other = await outbox.PutAsync(new Seed("nord"));
        outbox.Work().Offer([leased, other]);
        await outbox.UntilAsync(other, "acknowledged");
        (await outbox.StatusAsync(leased)).ShouldBe("sending");
        buyer.Posts.ShouldHaveSingleItem().Id.ShouldBe(other.ToString());
    }

    [Fact]
    public async Task interrupted_question_is_put_again_to_an_idempotent_buyer()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"status":"accepted"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url, idempotent: true));
        var delivery = await outbox.PutAsync(Deciding with { Status = "sending", Attempts = 1, LastOutcome = "sending" });
        outbox.Work();
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Accepted);
        buyer.Posts.ShouldHaveSingleItem().Id.ShouldBe(delivery.ToString());
    }

    [Fact]
    public async Task interrupted_question_to_any_other_buyer_stays_unknown_and_is_never_sent_again()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"status":"accepted"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(Deciding with { Status = "sending", Attempts = 1, LastOutcome = "sending" });
        outbox.Work();
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Unknown);
        await outbox.UntilAsync(delivery, "unknown");
        (await outbox.OutcomesAsync(delivery)).ShouldBe("interrupted");
        outbox.Clock.Advance(TimeSpan.FromHours(1));
        var witness = await outbox.PutAsync(new Seed("nord"));
        await outbox.UntilAsync(witness, "acknowledged");
        (await outbox.StatusAsync(delivery)).ShouldBe("unknown");
        buyer.Posts.ShouldHaveSingleItem().Id.ShouldBe(witness.ToString());
    }

    [Fact]
    public async Task answer_that_was_written_down_is_settled_without_a_post()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"status":"accepted"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(Deciding with { Status = "sending", Attempts = 1, LastOutcome = "rejected" });
        outbox.Work();
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Rejected);
        buyer.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task question_that_was_never_sent_is_sent_however_late()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"status":"accepted"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(Deciding with { DueIn = TimeSpan.FromHours(-2) });
        outbox.Work();
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Accepted);
    }

    [Fact]
    public async Task released_sale_is_not_delivered()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(Deciding with { SaleStatus = "released" });
        outbox.Work();
        await outbox.UntilAsync(delivery, "failed");
        (await outbox.OutcomesAsync(delivery)).ShouldBe("sale_ended");
        buyer.Posts.ShouldBeEmpty();
        outbox.Settled.ShouldBeEmpty();
    }

    [Fact]
    public async Task stopping_gives_back_what_waits_and_keeps_the_lease_of_what_was_sent()
    {
        await using var buyer = await TestBuyer.HangingAsync();
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        outbox.PlainTimeout = TimeSpan.FromMinutes(1);
        var delivery = await outbox.PutAsync(new Seed("nord"));
        var worker = outbox.Work();
        worker.Offer([delivery]);
        await Eventually.HoldsAsync(() => Task.FromResult(!buyer.Posts.IsEmpty), () => outbox.StatusAsync(delivery));
        await worker.StopAsync(TestContext.Current.CancellationToken);
        (await outbox.StatusAsync(delivery)).ShouldBe("sending");
        (await outbox.DueInAsync(delivery)).ShouldBeGreaterThan(TimeSpan.Zero);
        var later = await outbox.PutAsync(new Seed("nord"));
        worker.Offer([later]);
        (await outbox.StatusAsync(later)).ShouldBe("queued");
    }
}
