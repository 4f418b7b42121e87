namespace Kontor.Tests.Catalog;

/// <summary>Waits for what happens by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until it holds; fails when it does not within 30 seconds.</summary>
    public static async Task Async(Func<bool> holds)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!holds())
        {
            (TimeProvider.System.GetUtcNow() < deadline).ShouldBeTrue("It did not happen in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
