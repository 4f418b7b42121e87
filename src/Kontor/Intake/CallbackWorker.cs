using System.Buffers;
using System.Text.Json;
using Kontor.Core.Delivery;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Intake;

/// <summary>Posts final answers to the suppliers they are owed to: the same JSON that <c>GET /v1/leads/{id}</c> gives the source.</summary>
internal sealed class CallbackWorker(NpgsqlDataSource database, OutboundHttp http, TimeProvider clock, ILogger<CallbackWorker> log) : BackgroundService
{
    private const int MostAtOnce = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new DueWork(MostAtOnce, log).RunAsync(
        room => TakeAsync(room, stoppingToken), due => HandleAsync(due, stoppingToken), stoppingToken);

    private Task<List<DueCallback>> TakeAsync(int room, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return CallbacksSql.TakeAsync(database, now, now + Lease, room, stop);
    }

    private async Task HandleAsync(DueCallback callback, CancellationToken stop)
    {
        try
        {
            var lead = await LeadsSql.FindAsync(database, callback.Lead, stop)
                ?? throw new InvalidOperationException($"Callback of lead {callback.Lead} has no lead.");
            if (callback.Pending)
            {
                var again = Callbacks.LookAgain(lead.ReceivedAt, clock.GetUtcNow());
                await CallbacksSql.FinishAsync(database, callback, "queued", again, stop);
                return;
            }

            await PostAsync(callback, lead, stop);
        }
        catch (Exception failure)
        {
            // The lease runs out and the callback is taken again.
            log.LogWarning("The callback of lead {LeadId} broke off: {Failure}.", callback.Lead, failure.GetType().Name);
        }
    }

    private async Task PostAsync(DueCallback callback, StoredLead lead, CancellationToken stop)
    {
        var post = new OutboundPost(new Uri(callback.Url), [new("webhook-id", callback.Lead.ToString())], Body(lead));
        var exchange = await http.PostAsync(post, Timeout, stop);
        var now = clock.GetUtcNow();
        if (exchange.HttpStatus is >= 200 and < 300)
        {
            await CallbacksSql.FinishAsync(database, callback, "acknowledged", now, CancellationToken.None);
        }
        else if (exchange is { End: WireEnd.Stopped })
        {
            // This node stops. Another takes the callback over as soon as it looks.
            await CallbacksSql.FinishAsync(database, callback, "queued", now, CancellationToken.None);
        }
        else if (Callbacks.Next(callback.Made, exchange.HttpStatus, exchange.RetryAfter, now) is { } again)
        {
            await CallbacksSql.FinishAsync(database, callback, "queued", again, CancellationToken.None);
        }
        else
        {
            await CallbacksSql.FinishAsync(database, callback, "failed", now, CancellationToken.None);
            log.LogError("The callback of lead {LeadId} is given up after {Made} posts: {End} {Status}.", callback.Lead, callback.Made, exchange.End, exchange.HttpStatus);
        }
    }

    private static byte[] Body(StoredLead lead)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            new SupplierAnswer(lead.Id, lead.Standing, lead.Currency, lead.Test, lead.Warnings()).Write(writer);
        }

        return body.WrittenSpan.ToArray();
    }
}
