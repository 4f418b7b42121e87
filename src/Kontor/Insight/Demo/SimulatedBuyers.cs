using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kontor.Insight.Demo;

/// <summary>Buyers' systems for the demo, on this machine only. The first part of the path says how a buyer behaves, the second who it is:
/// <c>/accepts</c>, <c>/slow</c> (2 to 4 s, then accepts), <c>/decides</c> (refuses one lead in four), <c>/thinks</c> (2 to 4 s, then decides),
/// <c>/broken</c> (always fails), <c>/bids</c> (answers pings, four in five with a bid of 30 to 60).</summary>
internal sealed class SimulatedBuyers : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Socket dead;

    private SimulatedBuyers(WebApplication app, int port, Socket dead)
    {
        this.app = app;
        this.dead = dead;
        Port = port;
    }

    /// <summary>Where they listen on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>A port that is ours and refuses every connection: a buyer whose system is down.</summary>
    public int DeadPort => ((IPEndPoint)dead.LocalEndPoint!).Port;

    /// <summary>Starts them at a port, or at any free one where that is taken.</summary>
    public static async Task<SimulatedBuyers> StartAsync(int preferred, CancellationToken cancel)
    {
        var port = FreePort(preferred);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.MapPost("/{behaviour}/{buyer}", AnswerAsync);
        await app.StartAsync(cancel);
        // Bound and never listening: nobody else can take the port while the demo runs, so no lead can reach a stranger's program.
        var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new SimulatedBuyers(app, port, dead);
    }

    /// <summary>A port of 127.0.0.1 that nobody uses: <paramref name="preferred"/> if possible.</summary>
    public static int FreePort(int preferred)
    {
        foreach (var candidate in (ReadOnlySpan<int>)[preferred, 0])
        {
            using var probe = new TcpListener(IPAddress.Loopback, candidate);
            try
            {
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException exception) when (candidate != 0 && exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has it: the system gives us another.
            }
        }

        throw new InvalidOperationException("The system gave no free port.");
    }

    /// <summary>Whether a buyer that decides takes a lead: three in four, always the same answer for the same lead and buyer.</summary>
    public static bool Takes(string buyer, string leadId) => Draw(buyer, leadId) % 4 != 0;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        dead.Dispose();
    }

    private static async Task<IResult> AnswerAsync(string behaviour, string buyer, JsonElement message, CancellationToken cancel)
    {
        if (behaviour == "bids")
        {
            return Bid(buyer, message.GetProperty("data").GetProperty("ping_id").GetString() ?? "");
        }

        var leadId = message.GetProperty("data").GetProperty("lead_id").GetString() ?? "";
        if (behaviour is "slow" or "thinks")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2_000 + (Draw(buyer, leadId) % 2_000)), cancel);
        }

        return behaviour switch
        {
            "accepts" or "slow" => Results.Json(new { status = "accepted" }),
            "decides" or "thinks" when Takes(buyer, leadId) => Results.Json(new { status = "accepted" }),
            "decides" or "thinks" => Results.Json(new { status = "rejected", reason = "We know this household already." }),
            _ => Results.StatusCode(StatusCodes.Status500InternalServerError),
        };
    }

    private static IResult Bid(string buyer, string pingId)
    {
        var draw = Draw(buyer, pingId);
        return draw % 5 == 0
            ? Results.Json(new { accepted = false })
            : Results.Json(new { accepted = true, bid = 30 + (draw % 3_001 / 100m), currency = "USD", token = $"{buyer}-{draw}", expires_in = 60 });
    }

    private static uint Draw(string buyer, string leadId) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(buyer + leadId)));
}
