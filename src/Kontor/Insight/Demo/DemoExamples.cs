using System.Globalization;

namespace Kontor.Insight.Demo;

/// <summary>The sample network and leads of <c>examples/</c>, as this program carries them.</summary>
internal static class DemoExamples
{
    // Where the sample network says that buyers listen, and where nobody does.
    private const int WrittenBuyersPort = 8091;
    private const int WrittenDeadPort = 8092;

    /// <summary>Who is not paid in for again.</summary>
    public const string BuyerWithoutMoney = "rockies-renewables";

    /// <summary>What is paid in for prepaid buyers, in dollars. One of them runs out of money before the leads do.</summary>
    public static IReadOnlyList<(string Buyer, int Dollars)> Credits { get; } =
        [("sunrise-roofing", 4_000), ("lonestar-energy", 5_000), ("desert-sun", 3_000), (BuyerWithoutMoney, 500)];

    /// <summary>The sample network with the simulated buyers at the ports they really have.</summary>
    public static async Task<byte[]> NetworkAsync(int buyersPort, int deadPort, CancellationToken cancel)
    {
        using var reader = new StreamReader(Open("examples/solar-us.yaml"));
        var written = await reader.ReadToEndAsync(cancel);
        var network = written
            .Replace(Address(WrittenBuyersPort), Address(buyersPort), StringComparison.Ordinal)
            .Replace(Address(WrittenDeadPort), Address(deadPort), StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetBytes(network);
    }

    /// <summary>The sample leads, a CSV file.</summary>
    public static Stream Leads() => Open("examples/leads.csv");

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");

    private static Stream Open(string name) =>
        typeof(DemoExamples).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
}
