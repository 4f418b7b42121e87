using System.Globalization;

namespace Kontor.Bench;

/// <summary>Prints what the claims benchmark measured.</summary>
internal static class ClaimsReport
{
    public const string Head =
        "load                 conns   leads/s  limit/s  ratio  by work  p50 ms  p99 ms  max ms  leads/tx  rows/lead  WAL B/lead   processors: server  database  load  others  idle";

    public static string Row(ClaimsResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Load.Name,-20} {result.Load.Connections,5}  {result.LeadsPerSecond,8:N0}  {result.LimitPerSecond,7:N0}  {result.Ratio,5:N2}  {result.WorkRatio,7:N2}  {result.Milliseconds.Median,6:N1}  {result.Milliseconds.P99,6:N1}  {result.Milliseconds.Longest,6:N0}  {result.Batch,8:N1}  {result.Rows.Sum(row => row.PerLead),9:N2}  {result.WalPerLead,10:N0}   {Share(result, result.Times.Server),18:P0}  {Share(result, result.Times.Database),8:P0}  {Share(result, result.Times.Load),4:P0}  {Share(result, result.Times.Others),6:P0}  {Share(result, result.Times.Idle),4:P0}");

    public static void Details(IReadOnlyList<ClaimsResult> results, double matches)
    {
        Console.WriteLine("ratio: leads/s to limit/s; by work: processor time of one bare insert to that of one lead, load included");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a lead fits {matches:N1} contracts on average"));
        foreach (var result in results)
        {
            var name = $"{result.Load.Name}, {result.Load.Connections} connections";
            Console.WriteLine($"{name}: limit before {Text(result.Limit.Before)}, after {Text(result.Limit.After)}");
            Console.WriteLine($"  rows per lead: {string.Join(", ", result.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Table} {row.PerLead:N2}")))}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  processor microseconds per lead: server {Micros(result, result.Times.Server):N0}, database {Micros(result, result.Times.Database):N0}, load {Micros(result, result.Times.Load):N0}"));
            Console.WriteLine(result.Load.Campaign.WebhookUrl is null
                ? $"  {InTheWay(result)}"
                : $"  {InTheWay(result)} {Number(result.Delivered)} webhooks of {Number(result.Measured)} leads arrived meanwhile; the endpoint's own work counts as load.");
            if (result.Errors > 0)
            {
                Console.WriteLine($"  ERRORS: {result.Errors}; the first: {result.FirstError}");
            }
        }
    }

    private static string InTheWay(ClaimsResult result)
    {
        var (idle, others) = (Share(result, result.Times.Idle), Share(result, result.Times.Others));
        if (others > 0.2)
        {
            return string.Create(CultureInfo.InvariantCulture, $"In the way of more: other programs on this machine, which took {others:P0} of it.");
        }

        if (idle > 0.15)
        {
            return string.Create(CultureInfo.InvariantCulture, $"In the way of more: waiting, for the log to reach the disk and for locks; the processors idle {idle:P0} of the time.");
        }

        var (server, database) = (Share(result, result.Times.Server), Share(result, result.Times.Database));
        return database >= server
            ? string.Create(CultureInfo.InvariantCulture, $"In the way of more: processor time, most of it ({database:P0} of the machine) in PostgreSQL for the rows above.")
            : string.Create(CultureInfo.InvariantCulture, $"In the way of more: processor time, most of it ({server:P0} of the machine) in the server: HTTP, reading the lead, the claim.");
    }

    private static double Share(ClaimsResult result, double seconds) => seconds / result.Times.All;

    private static double Micros(ClaimsResult result, double seconds) => seconds * 1e6 / result.Measured;

    private static string Text(LimitRate limit) => string.Create(
        CultureInfo.InvariantCulture, $"{limit.PerSecond:N0}/s at {limit.ProcessorSeconds * 1e6:N0} processor microseconds each");

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
