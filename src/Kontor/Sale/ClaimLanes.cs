using System.Threading.Channels;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Sale;

/// <summary>The lanes of this node. A lane takes everything that queued while its previous transaction was in flight and decides it in one
/// transaction of two round trips: no timer, batches of one at low load, large ones under load.</summary>
/// <remarks>A lane is a thread of its own that waits for PostgreSQL by itself: while it holds locks, its next step must not queue behind the
/// requests of a busy thread pool.</remarks>
public sealed class ClaimLanes : BackgroundService
{
    /// <summary>How many items a batch has at most.</summary>
    public const int LargestBatch = 512;

    private const int MostQueued = 4096;
    private const int MostAttempts = 4;
    private readonly Channel<ClaimItem> queue = Channel.CreateBounded<ClaimItem>(new BoundedChannelOptions(MostQueued) { FullMode = BoundedChannelFullMode.Wait, AllowSynchronousContinuations = true });
    private readonly NpgsqlDataSource database;
    private readonly LiveCounters live;
    private readonly TimeProvider clock;
    private readonly ILogger<ClaimLanes> log;
    private readonly int lanes;
    private Action<ClaimBatch> committed = _ => { };

    /// <summary>Makes the lanes; they run once started.</summary>
    public ClaimLanes(NpgsqlDataSource database, LiveCounters live, TimeProvider clock, ILogger<ClaimLanes> log, int lanes = 2)
    {
        this.clock = clock;
        this.database = database;
        this.live = live;
        this.log = log;
        this.lanes = lanes;
    }

    /// <summary>What is told of every committed batch, before its items are answered.</summary>
    internal void OnCommitted(Action<ClaimBatch> listener) => committed = listener;

    /// <summary>How long the oldest waiting item has been waiting.</summary>
    public TimeSpan OldestWait => queue.Reader.TryPeek(out var oldest) ? clock.GetElapsedTime(oldest.QueuedAt) : TimeSpan.Zero;

    /// <summary>Queues an item. False when the queue is full: the caller refuses clearly instead of waiting.</summary>
    public bool TryEnqueue(ClaimItem item) => queue.Writer.TryWrite(item);

    /// <summary>Queues an item whose work is already durable, waiting for room.</summary>
    public ValueTask EnqueueAsync(ClaimItem item, CancellationToken cancel) => queue.Writer.WriteAsync(item, cancel);

    /// <summary>Takes no more, and ends when everything that was taken is decided.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Run()
    {
        NpgsqlConnection? connection = null;
        var batch = new List<ClaimItem>(LargestBatch);
        var withheld = new List<ClaimItem>();
        while (withheld.Count > 0 || WaitForItems())
        {
            batch.Clear();
            batch.AddRange(withheld);
            withheld.Clear();
            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            Metrics.BatchClaimed(batch.Count);
            connection = DecideOrFail(connection, batch, withheld);
        }

        connection?.Dispose();
    }

    // False when there will never be another. Whoever queues an item wakes the lane without a detour over the thread pool.
    private bool WaitForItems() => queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    // A lane never dies: whatever a batch comes to, its items are answered and the next batch is taken.
    private NpgsqlConnection? DecideOrFail(NpgsqlConnection? connection, List<ClaimItem> items, List<ClaimItem> withheld)
    {
        try
        {
            return Decide(connection, items, withheld, attempt: 1);
        }
        catch (Exception error)
        {
            log.LogCritical(error, "A lane could not recover from a failed batch of {Items}", items.Count);
            withheld.Clear();
            items.ForEach(item => item.Fail(error));
            return null;
        }
    }

    // Answers the connection to go on with: null after a failure, so that the next batch opens a fresh one.
    private NpgsqlConnection? Decide(NpgsqlConnection? connection, IReadOnlyList<ClaimItem> items, List<ClaimItem> withheld, int attempt)
    {
        if (items.Count == 0)
        {
            return connection;
        }

        var batch = new ClaimBatch(items, live);
        try
        {
            connection ??= Open();
            batch.Decide(ClaimLockSql.Lock(connection, batch.Plan()));
            ClaimWriteSql.Write(connection, batch.Writes);
        }
        catch (Exception error)
        {
            connection?.Dispose();
            return Recover(error, items, withheld, attempt);
        }

        // The batch is committed: nothing from here on may lead to another try.
        withheld.AddRange(batch.Withheld);
        committed(batch);
        batch.Complete();
        return connection;
    }

    // A passing fault is tried again as a whole, and fails every item when it does not pass: their senders are told to come again. So does
    // a database that cannot serve. Anything else, such as what a guard refuses, is split until the one item that causes it stands alone
    // and fails by itself.
    private NpgsqlConnection? Recover(Exception error, IReadOnlyList<ClaimItem> items, List<ClaimItem> withheld, int attempt)
    {
        var state = (error as PostgresException)?.SqlState;
        log.Log(state is ClaimGuardBroken ? LogLevel.Critical : LogLevel.Warning,
            "A batch of {Items} failed with {Error} {SqlState}, attempt {Attempt}", items.Count, error.GetType().Name, state, attempt);
        var passes = state is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure;
        if (passes && attempt < MostAttempts)
        {
            return Decide(null, items, withheld, attempt + 1);
        }

        if (state is ClaimGuardBroken || FailureAnswers.IsDatabaseUnavailable(error) || items.Count == 1)
        {
            foreach (var item in items)
            {
                item.Fail(error);
            }

            return null;
        }

        var half = items.Count / 2;
        var connection = Decide(null, [.. items.Take(half)], withheld, 1);
        return Decide(connection, [.. items.Skip(half)], withheld, 1);
    }

    private NpgsqlConnection Open()
    {
        var connection = database.OpenConnection();
        ClaimSessionSql.Prepare(connection);
        return connection;
    }

    /// <summary>SQLSTATE of expect_rows: a row changed although it was locked.</summary>
    public const string ClaimGuardBroken = "KT001";
}
