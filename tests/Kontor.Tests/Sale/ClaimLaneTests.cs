using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Tests.Sale;

/// <summary>What a lane makes of batches that fail: by triggers and constraints of the database, and by connections that end.</summary>
public sealed class ClaimLaneTests
{
    private const string Raise = "if new.external_id like 'poison%' then raise exception 'poison'; end if;";

    [Theory]
    [InlineData(1, 0)]
    [InlineData(40, 0)]
    [InlineData(40, 17)]
    [InlineData(40, 39)]
    [InlineData(41, 3, 4, 20)]
    public async Task poisoned_leads_fail_alone_and_the_rest_of_their_batch_is_sold(int count, params int[] poisoned)
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.TrapAsync("leads", "insert", Raise);
        var items = lane.Queue([.. Enumerable.Range(0, count).Select(i => $"{(poisoned.Contains(i) ? "poison" : "lead")}-{i:00}")]);
        await lane.StartAsync();
        await EndedAsync(items);

        for (var i = 0; i < count; i++)
        {
            if (poisoned.Contains(i))
                (await Should.ThrowAsync<PostgresException>(() => items[i].Result)).SqlState.ShouldBe(PostgresErrorCodes.RaiseException);
            else
                (await items[i].Result).Standing.Status.ShouldBe("accepted");
        }

        (await lane.StoredAsync()).ShouldBe(string.Join(", ", Enumerable.Range(0, count).Except(poisoned).Select(i => $"lead-{i:00} 1")));
        lane.Log[0].ShouldStartWith($"Warning A batch of {count} failed");
        lane.Log.Count(line => line.StartsWith("Warning A batch of 1 failed", StringComparison.Ordinal)).ShouldBe(poisoned.Length);
        await lane.GoesOnAsync("next");
    }

    [Fact]
    public async Task lead_that_a_constraint_refuses_fails_alone_and_leaves_no_key_behind()
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.Database.ExecuteAsync("alter table leads add constraint wary check (external_id <> 'poison')");
        var items = lane.Queue("a", "poison", "b");
        await lane.StartAsync();
        await EndedAsync(items);
        (await Should.ThrowAsync<PostgresException>(() => items[1].Result)).SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
        (await lane.StoredAsync()).ShouldBe("a 1, b 1");

        // The same post is new to us once the reason is gone.
        await lane.Database.ExecuteAsync("alter table leads drop constraint wary");
        await lane.GoesOnAsync("poison");
        (await lane.StoredAsync()).ShouldBe("a 1, b 1, poison 1");
    }

    // A sequence is not turned back with the transaction: it counts the tries.
    [Theory]
    [InlineData(1, "40P01", true)]
    [InlineData(3, "40P01", true)]
    [InlineData(3, "55P03", true)]
    [InlineData(3, "40001", true)]
    [InlineData(4, "40P01", false)]
    public async Task passing_fault_is_tried_again_as_a_whole_but_not_for_ever(int faults, string state, bool sold)
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.Database.ExecuteAsync("create sequence tries");
        await lane.TrapAsync("leads", "insert", $"if new.external_id = 'a' and nextval('tries') <= {faults} then raise exception 'busy' using errcode = '{state}'; end if;");
        var items = lane.Queue("a", "b");
        await lane.StartAsync();
        await EndedAsync(items);

        (await lane.StoredAsync()).ShouldBe(sold ? "a 1, b 1" : "");
        lane.Log.Length.ShouldBe(faults);
        lane.Log.ShouldAllBe(line => line.StartsWith("Warning A batch of 2 failed", StringComparison.Ordinal));
        foreach (var item in items)
        {
            if (sold)
                (await item.Result).Standing.Status.ShouldBe("accepted");
            else
                FailureAnswers.IsDatabaseUnavailable(await Should.ThrowAsync<PostgresException>(() => item.Result)).ShouldBeTrue();
        }

        await lane.GoesOnAsync("next");
    }

    // A locked row that does not change as it was read is a broken guard: nothing of the batch is trusted, and nothing of it is tried in parts.
    [Fact]
    public async Task broken_guard_fails_the_whole_batch_once()
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.TrapAsync("counters", "update", "return null;");
        var items = lane.Queue("a", "b", "c");
        await lane.StartAsync();
        await EndedAsync(items);
        foreach (var item in items)
            (await Should.ThrowAsync<PostgresException>(() => item.Result)).SqlState.ShouldBe(ClaimLanes.ClaimGuardBroken);
        lane.Log.ShouldHaveSingleItem().ShouldStartWith("Critical A batch of 3 failed");
        (await lane.StoredAsync()).ShouldBe("");
        await lane.DisarmAsync("counters");
        await lane.GoesOnAsync("a");
    }

    [Fact]
    public async Task connection_that_ends_before_the_commit_refuses_its_batch_and_leaves_nothing_behind()
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.TrapAsync("leads", "insert", "if new.external_id = 'b' then perform pg_sleep(600); end if;");
        var items = lane.Queue("a", "b", "c");
        await lane.StartAsync();
        await lane.WaitsForAsync("PgSleep");
        await lane.TerminateAsync();
        await EndedAsync(items);
        foreach (var item in items)
            FailureAnswers.IsDatabaseUnavailable(await Should.ThrowAsync<NpgsqlException>(() => item.Result)).ShouldBeTrue();
        lane.Log.Length.ShouldBe(1);
        (await lane.StoredAsync()).ShouldBe("");

        await lane.DisarmAsync("leads");
        await EndedAsync(lane.Queue("a", "b", "c"));
        (await lane.StoredAsync()).ShouldBe("a 1, b 1, c 1");
    }

    [Fact]
    public async Task batch_is_not_sold_again_when_its_connection_ends_after_the_commit()
    {
        await using var lane = await OneLane.OpenAsync();
        await lane.StartAsync();
        await lane.GoesOnAsync("before");
        await lane.TerminateAsync();

        // The lane learns of it with the next batch, which is sold or clearly refused; the one after it is sold.
        var next = lane.Queue("next")[0];
        await EndedAsync(next);
        if (next.Result.IsFaulted)
            FailureAnswers.IsDatabaseUnavailable(next.Result.Exception!.InnerException!).ShouldBeTrue();
        await lane.GoesOnAsync("later");
        (await lane.StoredAsync()).ShouldBe(next.Result.IsFaulted ? "before 1, later 1" : "before 1, later 1, next 1");
    }

    [Fact]
    public async Task nothing_that_happens_after_the_commit_leads_to_another_try()
    {
        await using var lane = await OneLane.OpenAsync();
        var batches = 0;
        lane.OnCommitted(() =>
        {
            if (batches++ == 0)
                throw new InvalidOperationException("Whoever listens is broken.");
        });
        var items = lane.Queue("a", "b", "c");
        await lane.StartAsync();
        await EndedAsync(items);
        items.ShouldAllBe(item => item.Result.IsFaulted);
        lane.Log.ShouldHaveSingleItem().ShouldStartWith("Critical A lane could not recover");
        await lane.GoesOnAsync("next");
        batches.ShouldBe(2);
        (await lane.StoredAsync()).ShouldBe("a 1, b 1, c 1, next 1");

        // Who was told nothing asks again and hears of the lead that was stored.
        var again = lane.Queue("b")[0];
        (await again.Result).Kind.ShouldBe(ClaimResultKind.Replay);
    }

    [Fact]
    public async Task stopping_lane_decides_everything_it_took()
    {
        await using var lane = await OneLane.OpenAsync();
        var items = lane.Queue([.. Enumerable.Range(0, 50).Select(i => $"{i}")]);
        await lane.StartAsync();
        await lane.StopAsync();
        items.ShouldAllBe(item => item.Result.IsCompletedSuccessfully);
        (await lane.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(50);
    }

    private static async Task EndedAsync(params SellItem[] items)
    {
        Task all = Task.WhenAll(items.Select(item => item.Result));
        await all.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        items.ShouldAllBe(item => item.Result.IsCompleted);
    }
}
