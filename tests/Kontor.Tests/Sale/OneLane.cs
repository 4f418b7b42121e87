using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Sale;

/// <summary>A single lane of its own on a node's database. What is queued before it starts is its first batch, as a whole.</summary>
internal sealed class OneLane : IAsyncDisposable
{
    private const string Name = "lane";
    private readonly KontorNode node;
    private readonly NpgsqlDataSource source;
    private readonly ClaimLanes lanes;
    private readonly CampaignDesk desk;
    private readonly Lines log = new();

    private OneLane(KontorNode node, NpgsqlDataSource source, CampaignDesk desk)
    {
        this.node = node;
        this.source = source;
        this.desk = desk;
        lanes = new ClaimLanes(source, new LiveCounters(TimeProvider.System), TimeProvider.System, log, lanes: 1);
    }

    public TestDatabase Database => node.Database;

    /// <summary>Every line the lane logged, as <c>level text</c>: a line for each try that failed.</summary>
    public string[] Log => [.. log.Written];

    /// <summary>Is called after a commit, before the items are answered.</summary>
    public void OnCommitted(Action listener) => lanes.OnCommitted(_ => listener());

    public static async Task<OneLane> OpenAsync()
    {
        var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], caps: [{window: day, leads: 60}]"))));
        var source = Kontor.Platform.Database.Pool($"{node.Database.ConnectionString};Application Name={Name};Maximum Pool Size=2");
        using var areas = new PostalAreas(source);
        using var network = new LiveNetwork(source, areas, new ApiKeys(source, TimeProvider.System), NullLogger<LiveNetwork>.Instance);
        await network.RefreshAsync(TestContext.Current.CancellationToken);
        return new OneLane(node, source, CampaignDesk.Open(network.Current, Market.Campaign, PostalGeography.Empty));
    }

    public Task StartAsync() => lanes.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Takes no more and waits for what was taken.</summary>
    public Task StopAsync() => lanes.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Queues leads by their external ids.</summary>
    public SellItem[] Queue(params string[] externalIds) => [.. externalIds.Select(id =>
    {
        var item = Item(id);
        lanes.TryEnqueue(item).ShouldBeTrue();
        return item;
    })];

    /// <summary>Queues one more lead and expects it sold: the lane goes on.</summary>
    public async Task GoesOnAsync(string externalId)
    {
        var result = await Queue(externalId)[0].Result.WaitAsync(TestContext.Current.CancellationToken);
        result.Standing.Status.ShouldBe("accepted");
    }

    /// <summary>Ends the server's side of the lane's connection.</summary>
    public Task TerminateAsync() => Database.ExecuteAsync(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = $1", Name);

    /// <summary>Waits until the lane's connection waits for something.</summary>
    public Task WaitsForAsync(string waitEvent) => Delivery.Eventually.HoldsAsync(
        () => Database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and application_name = $1 and wait_event = $2)", Name, waitEvent),
        () => Task.FromResult($"The lane does not wait for {waitEvent}: {string.Join("; ", Log)}"));

    /// <summary>External ids of the leads that were stored, each with its number of live sales.</summary>
    public async Task<string> StoredAsync() => await Database.ScalarAsync<string>("""
        select coalesce(string_agg(external_id || ' ' || (select count(*) from sales where sales.lead_id = leads.lead_id and status <> 'released'), ', '
            order by external_id), '') from leads
        """);

    /// <summary>Runs a piece of PL/pgSQL before rows come into a table or change there; <c>new</c> is the row.</summary>
    public Task TrapAsync(string table, string operation, string body) => Database.ExecuteAsync($"""
        create or replace function trap() returns trigger language plpgsql as $$ begin {body} return new; end $$;
        create trigger trap before {operation} on {table} for each row execute function trap();
        """);

    public Task DisarmAsync(string table) => Database.ExecuteAsync($"drop trigger trap on {table}");

    public async ValueTask DisposeAsync()
    {
        await lanes.StopAsync(CancellationToken.None);
        lanes.Dispose();
        await source.DisposeAsync();
        await node.DisposeAsync();
    }

    private SellItem Item(string externalId)
    {
        var now = DateTimeOffset.UtcNow;
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var lead = new Lead
        {
            Id = new LeadId(Guid.CreateVersion7(now)), ReceivedAt = now, Campaign = Market.Campaign, Source = Market.Source,
            Values = [.. desk.Terms.Rules.Vertical.Fields.Select(_ => FieldValue.Missing)],
        };
        var from = desk.FindSource(Market.Source)!;
        return new SellItem
        {
            Desk = desk, Lead = lead, Now = now, Candidates = desk.FindCandidates(lead, now), Supplier = from.Supplier, Payout = from.Payout,
            Record = new LeadRecord(externalId, SHA256.HashData(Encoding.UTF8.GetBytes(externalId)), "{}", "{}", null),
            PersonKeys = [], ExternalKeys = [new ExternalKey(Market.Source, 'x', externalId)],
        };
    }

    private sealed class Lines : ILogger<ClaimLanes>
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
