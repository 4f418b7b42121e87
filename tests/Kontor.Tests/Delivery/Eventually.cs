using System.Diagnostics;

namespace Kontor.Tests.Delivery;

/// <summary>Waits by looking again until a deadline.</summary>
public static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<Task<string>> state)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition();)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
                Assert.Fail(await state());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
