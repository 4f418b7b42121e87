using System.Collections.Concurrent;
using System.Collections.Frozen;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Delivery;
using Kontor.Sale;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Delivery;

/// <summary>A clock that a test can set forward; timers run in real time.</summary>
public sealed class MovedClock : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));
}

/// <summary>Keeps the lines that were logged as errors.</summary>
public sealed class ErrorLines : ILogger<DeliveryWorker>
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
            Lines.Enqueue(formatter(state, exception) + exception);
    }
}

/// <summary>A delivery to put into the outbox.</summary>
public sealed record Seed(string Contract)
{
    public bool OnResponse { get; init; }
    public string SaleStatus { get; init; } = "confirmed";
    public string Status { get; init; } = "queued";
    public int Attempts { get; init; }
    public TimeSpan DueIn { get; init; } = TimeSpan.FromSeconds(-1);
    public string? LastOutcome { get; init; }
    public bool Test { get; init; }
    public int MaxBuyers { get; init; } = 3;
}

/// <summary>An outbox on a database of its own, its workers, and what they asked the claim lane to settle.</summary>
public sealed class Outbox : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string Fields = """{"roof": "owner", "first_name": "Erika Müller", "power_bill": 120.50}""";
    private readonly List<DeliveryWorker> workers = [];
    private readonly OutboundHttp http;

    private Outbox(TestDatabase database, string allowed)
    {
        Database = database;
        http = new OutboundHttp(AddressRules.Parse(allowed), Clock);
    }

    public TestDatabase Database { get; }
    public MovedClock Clock { get; } = new();
    public ErrorLines Log { get; } = new();
    public ConcurrentQueue<SettleSale> Settled { get; } = [];
    public Network Network { get; set; } = Network.Empty;
    public Func<SettleSale, Task>? WhenSettling { get; set; }
    public TimeSpan PlainTimeout { get; set; } = TimeSpan.FromSeconds(15);

    public static async Task<Outbox> CreateAsync(string allowed = "127.0.0.0/8") => new(await TestDatabase.CreateAsync(), allowed);

    /// <summary>The network has these contracts, all on one campaign.</summary>
    public void Sell(params Contract[] contracts) => Network = Network.Empty with
    {
        Version = 1,
        Verticals = One("solar", new Vertical
        {
            Key = "solar", Name = "Solar",
            Fields = [Field("first_name"), Field("power_bill"), Field("roof")],
        }),
        Sources = One("landing", new Source { Key = "landing", Supplier = "acme", Class = "landing page" }),
        Campaigns = One("solar-de", new Campaign
        {
            Key = "solar-de", Vertical = "solar", Country = "DE", Currency = Currency.Parse("EUR"),
            Plan = new Plan { Mode = PlanMode.Shared, MaxBuyers = 3, Tiers = [new Tier { Method = Method.Priority }] },
        }),
        Contracts = contracts.ToFrozenDictionary(contract => contract.Key),
    };

    public static Contract Contract(string key, string url, bool idempotent = false, int timeoutMs = 2_000) => new()
    {
        Key = key, Buyer = "buyer-" + key, Campaign = "solar-de", Prices = [new PromisePrice(3, 4_000)],
        Timeout = TimeSpan.FromMilliseconds(timeoutMs), Delivery = new DeliveryRule(DeliveryType.Webhook, url, Secret, idempotent),
    };

    public DeliveryWiring Wiring() =>
        new(Database.Source, http, () => Network, _ => Task.FromResult(Network), SettleAsync, Clock) { PlainTimeout = PlainTimeout };

    public DeliveryWorker Work()
    {
        var worker = new DeliveryWorker(Wiring(), Log);
        workers.Add(worker);
        worker.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        return worker;
    }

    public async Task<DeliveryId> PutAsync(Seed seed)
    {
        var now = Clock.GetUtcNow();
        var (lead, sale, delivery) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        await Database.ExecuteAsync("""
            insert into leads (lead_id, received_at, campaign, source, test, status, currency, content_hash, fields, original, meta)
            values ($1, $2, 'solar-de', 'landing', $3, 'accepted', 'EUR', '\x00', $4::jsonb, '{}',
                    '{"consent": {"given_at": "2026-11-21T09:58:00Z", "text_version": "2026-03"}}')
            """, lead, now, seed.Test, Fields);
        await Database.ExecuteAsync("""
            insert into sales (sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency, round, sold_at)
            values ($1, $2, 1, $3, $4, $5, 'solar-de', 'landing', 'acme', $6, $7, 4000, 0, 'EUR', 1, $8)
            """, sale, lead, (short)seed.MaxBuyers, seed.Contract, "buyer-" + seed.Contract, seed.Test, seed.SaleStatus, now);
        await Database.ExecuteAsync("""
            insert into deliveries (delivery_id, sale_id, lead_id, contract, buyer, status, on_response, attempts, due_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, delivery, sale, lead, seed.Contract, "buyer-" + seed.Contract, seed.Status, seed.OnResponse, (short)seed.Attempts, now + seed.DueIn, now);
        if (seed.LastOutcome is not null)
        {
            await Database.ExecuteAsync(
                "insert into delivery_attempts (delivery_id, attempt, started_at, outcome) values ($1, $2, $3, $4)",
                delivery, (short)Math.Max(1, seed.Attempts), now, seed.LastOutcome);
        }

        return new DeliveryId(delivery);
    }

    public Task<string> StatusAsync(DeliveryId delivery) =>
        Database.ScalarAsync<string>("select status from deliveries where delivery_id = $1", delivery.Value);

    /// <summary>Outcomes in the log, oldest first, with their HTTP status: <c>failed 500, acknowledged 200</c>.</summary>
    public Task<string> OutcomesAsync(DeliveryId delivery) => Database.ScalarAsync<string>("""
        select coalesce(string_agg(outcome || coalesce(' ' || http_status, ''), ', ' order by attempt), '') from delivery_attempts where delivery_id = $1
        """, delivery.Value);

    public async Task<TimeSpan> DueInAsync(DeliveryId delivery)
    {
        var due = await Database.ScalarAsync<DateTime>("select due_at from deliveries where delivery_id = $1", delivery.Value);
        return due - Clock.GetUtcNow();
    }

    public async Task UntilAsync(DeliveryId delivery, string status) =>
        await Eventually.HoldsAsync(async () => await StatusAsync(delivery) == status, async () => $"{await StatusAsync(delivery)} is not {status}");

    public async Task UntilOutcomesAsync(DeliveryId delivery, string outcomes) =>
        await Eventually.HoldsAsync(async () => await OutcomesAsync(delivery) == outcomes, async () => $"'{await OutcomesAsync(delivery)}' is not '{outcomes}'");

    public async Task<SettleSale> UntilSettledAsync(DeliveryId delivery)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(Settled.Any(one => one.Delivery == delivery)), async () => $"not settled: {await OutcomesAsync(delivery)}");
        return Settled.First(one => one.Delivery == delivery);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }

        http.Dispose();
        await Database.DisposeAsync();
    }

    // What the claim lane does, without its money and slots: the sale and the delivery end in one transaction.
    private async Task SettleAsync(SettleSale settle, CancellationToken stop)
    {
        if (WhenSettling is { } first)
            await first(settle);
        Settled.Enqueue(settle);
        await Database.ExecuteAsync("""
            with sale as (update sales set status = case $2 when 'Accepted' then 'confirmed' when 'Unknown' then status else 'released' end where sale_id = $1)
            update deliveries set finished_at = now(),
                   status = case $2 when 'Accepted' then 'acknowledged' when 'Rejected' then 'rejected' when 'Unknown' then 'unknown' else 'failed' end
            where delivery_id = $3
            """, settle.Sale.Value, settle.Verdict.ToString(), settle.Delivery.Value);
    }

    private static Field Field(string key) => new() { Key = key, Type = FieldType.Text };

    private static FrozenDictionary<string, T> One<T>(string key, T value) => new Dictionary<string, T> { [key] = value }.ToFrozenDictionary();
}
