using System.Globalization;

namespace Kontor.Bench;

/// <summary>Prints what the pings benchmark measured.</summary>
internal static class PingsReport
{
    public const string Head =
        "load                    leads/s  pings/s  sockets/s  ratio  client/s  ratio   lead ms: p50    p99    max   added ms: p50   p99   closed early  saved ms   processors: server  database  buyers  load  others  idle";

    public static string Row(PingsResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Load.Name,-22} {result.LeadsPerSecond,8:N0} {result.PingsPerSecond,8:N0}  {Mean(result.Limit.Before.Sockets, result.Limit.After.Sockets),9:N0}  {result.SocketsRatio,5:N2}  {Mean(result.Limit.Before.Client, result.Limit.After.Client),8:N0}  {result.ClientRatio,5:N2}   {result.Milliseconds.Median,12:N1}  {result.Milliseconds.P99,5:N1}  {result.Milliseconds.Longest,5:N0}   {At(result, 0.5, Added),13:N1}  {At(result, 0.99, Added),4:N1}   {EarlyShare(result),12:P0}  {Saved(result),8:N1}   {Share(result, result.Times.Server),18:P0}  {Share(result, result.Times.Database),8:P0}  {Share(result, result.Times.Buyers),6:P0}  {Share(result, result.Times.Load),4:P0}  {Share(result, result.Times.Others),6:P0}  {Share(result, result.Times.Idle),4:P0}");

    public static void Details(IReadOnlyList<PingsResult> results)
    {
        Console.WriteLine("sockets: a thread that sends the same bytes to the same buyers and reads their answers; client: Kontor's own client for them and nothing else of Kontor");
        Console.WriteLine("added: from the post to the supplier's answer, less what the buyer took whose answer closed the auction; saved: how much later the last one answered, mean of the auctions closed early");
        foreach (var result in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Load.Name}: {result.PingsPerSecond / result.LeadsPerSecond:N1} pings a lead; until the deciding ping is there {At(result, 0.5, auction => auction.Before):N1} ms (p99 {At(result, 0.99, auction => auction.Before):N1}), from its answer to the supplier's {At(result, 0.5, auction => auction.After):N1} ms (p99 {At(result, 0.99, auction => auction.After):N1})"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  processor microseconds per ping: server {Micros(result, result.Times.Server):N0}, database {Micros(result, result.Times.Database):N0}, buyers {Micros(result, result.Times.Buyers):N0}, load {Micros(result, result.Times.Load):N0}; sockets {Micros(result.Limit.After.Sockets):N0}, client {Micros(result.Limit.After.Client):N0}, both with the buyers' part"));
            if (result.Errors > 0)
            {
                Console.WriteLine($"  ERRORS: {result.Errors}; the first: {result.FirstError}");
            }
        }
    }

    private static TimeSpan Added(PingAuction auction) => auction.Added;

    private static double At(PingsResult result, double share, Func<PingAuction, TimeSpan> what)
    {
        var sorted = result.Auctions.Select(what).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))].TotalMilliseconds;
    }

    private static double EarlyShare(PingsResult result) => result.Auctions.Count(auction => auction.Saved is not null) / (double)Math.Max(1, result.Auctions.Count);

    private static double Saved(PingsResult result) =>
        result.Auctions.Where(auction => auction.Saved is not null).Select(auction => auction.Saved!.Value.TotalMilliseconds).DefaultIfEmpty(double.NaN).Average();

    private static double Mean(PingRate before, PingRate after) => (before.PerSecond + after.PerSecond) / 2;

    private static double Share(PingsResult result, double seconds) => seconds / result.Times.All;

    private static double Micros(PingsResult result, double seconds) => seconds * 1e6 / Math.Max(1, result.PingsPerSecond * result.Times.All / Environment.ProcessorCount);

    private static double Micros(PingRate rate) => rate.ProcessorSeconds * 1e6;
}
