using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;

namespace Kontor.Bench;

/// <summary>A real server of its own for the benchmark: the released program as a child process, with its private PostgreSQL in a folder
/// under the system's temporary one.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    public const string OperatorEmail = "operator@localhost";
    public const string OperatorPassword = "benchmark of this machine only";
    private const string OperatorKey = "kop_benchmark_of_this_machine_only_0123456789";
    private readonly Process process;
    private readonly string data;
    private readonly HttpClient http;

    private BenchServer(Process process, string data, Uri url)
    {
        this.process = process;
        this.data = data;
        Url = url;
        http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
    }

    public Uri Url { get; }

    public int ProcessId => process.Id;

    /// <summary>Process id of its PostgreSQL.</summary>
    public int PostmasterId => int.Parse(File.ReadLines(Path.Combine(data, "postgres", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where its PostgreSQL is reached.</summary>
    public NpgsqlConnectionStringBuilder Connection => new(File.ReadAllText(Path.Combine(data, "postgres.connection")));

    public static async Task<BenchServer> StartAsync(string data)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var process = Process.Start(Command(data, url, "serve"))!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new BenchServer(process, data, url);
        var since = Stopwatch.GetTimestamp();
        while (!await server.IsReadyAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(2))
            {
                await server.DisposeAsync();
                throw new InvalidOperationException("The server did not start.");
            }

            await Task.Delay(50);
        }

        return server;
    }

    /// <summary>Applies a network.</summary>
    public Task ApplyAsync(object network) => PostAsync("/v1/apply", network);

    /// <summary>Makes a key of a source.</summary>
    public async Task<string> SourceKeyAsync(string source) =>
        (await PostAsync($"/v1/sources/{source}/keys", new { })).GetProperty("key").GetString()!;

    /// <summary>How many contracts passed every gate that stands before the choice among them, for one lead.</summary>
    public async Task<int> MatchesAsync(Guid lead)
    {
        var trace = await http.GetFromJsonAsync<JsonElement>($"/v1/leads/{lead}/trace");
        return trace.GetProperty("contracts").EnumerateArray().Count(contract =>
            contract.GetProperty("outcome").GetString() == "sold" || contract.GetProperty("reason_code").GetString() is "outranked" or "slots_full");
    }

    /// <summary>Runs <c>kontor verify</c> on the data; zero when nothing differs.</summary>
    public async Task<int> VerifyAsync()
    {
        using var verify = Process.Start(Command(data, Url, "verify"))!;
        var error = verify.StandardError.ReadToEndAsync();
        Console.Write(await verify.StandardOutput.ReadToEndAsync());
        await verify.WaitForExitAsync();
        Console.Error.Write(await error);
        return verify.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private static ProcessStartInfo Command(string data, Uri url, string command)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "kontor.dll"), command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KONTOR_DATABASE");
        start.Environment["KONTOR_DATA"] = data;
        start.Environment["KONTOR_URL"] = url.ToString();
        start.Environment["KONTOR_OPERATOR_KEY"] = OperatorKey;
        start.Environment["KONTOR_OPERATOR_EMAIL"] = OperatorEmail;
        start.Environment["KONTOR_OPERATOR_PASSWORD"] = OperatorPassword;
        start.Environment["KONTOR_ALLOW_PRIVATE_TARGETS"] = "127.0.0.0/8";
        return start;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {text[..Math.Min(text.Length, 2_000)]}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
