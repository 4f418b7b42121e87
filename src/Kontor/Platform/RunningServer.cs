namespace Kontor.Platform;

/// <summary>A server that runs inside this process.</summary>
/// <param name="Url">Where it listens: an address a client can use.</param>
/// <param name="OperatorKey">A key of the operator.</param>
/// <param name="Stop">Finishes what it accepted, then stops it and its embedded database.</param>
public sealed record RunningServer(Uri Url, string OperatorKey, Func<Task> Stop) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Stop();
}
