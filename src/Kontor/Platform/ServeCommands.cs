using Kontor.Catalog;
using Kontor.Insight;
using Kontor.Matching;

namespace Kontor.Platform;

/// <summary>The commands that open the database themselves: serve, verify, geo import.</summary>
internal static class ServeCommands
{
    public static async Task<int> ServeAsync(ServeCommand command, CancellationToken cancel)
    {
        await using var server = await StartOrExplainAsync(command.Options, cancel);
        if (command.Config is { } config)
        {
            await server.ApplyAsync(config, cancel);
        }

        Console.WriteLine($"Kontor listens at {server.Url}");
        if (server.NewOperatorKey is { } key)
        {
            Console.WriteLine($"Operator key, shown this once: {key}");
        }

        if (server.NewOwner is { } owner)
        {
            Console.WriteLine($"Console at {server.Url}sign-in for {owner.Email}, password, shown this once: {owner.Password}");
        }

        await server.WaitForShutdownAsync(cancel);
        return 0;
    }

    public static async Task<RunningServer> StartAsync(KontorOptions options, CancellationToken cancel)
    {
        var server = await StartOrExplainAsync(options, cancel);
        var key = server.NewOperatorKey ?? options.OperatorKey
            ?? throw new CommandException("This database has an operator already: set KONTOR_OPERATOR_KEY to its key.");
        return new RunningServer(server.Url, key, async () => await server.DisposeAsync());
    }

    public static async Task<int> VerifyAsync(KontorOptions options, CancellationToken cancel)
    {
        using var logging = LoggerFactory.Create(logs => logs.AddKontorConsole().SetMinimumLevel(LogLevel.Warning));
        await using var database = await AttachAsync(options, logging, cancel);
        using var areas = new PostalAreas(database.Source);
        using var network = new LiveNetwork(database.Source, areas, new ApiKeys(database.Source, TimeProvider.System), logging.CreateLogger<LiveNetwork>());
        await network.RefreshAsync(cancel);
        var verify = new VerifyBooks(database.Source, new TraceLead(database.Source, new LiveDesks(network, areas)));
        return VerifyBooks.Print(await verify.VerifyAsync(cancel), Console.Out);
    }

    public static async Task<int> ImportGeoAsync(GeoImportCommand command, CancellationToken cancel)
    {
        using var logging = LoggerFactory.Create(logs => logs.AddKontorConsole().SetMinimumLevel(LogLevel.Warning));
        await using var database = await AttachAsync(command.Options, logging, cancel);
        return await ImportGeography.RunAndPrintAsync(database.Source, command.File, TimeProvider.System, Console.Out, cancel);
    }

    private static async Task<Server> StartOrExplainAsync(KontorOptions options, CancellationToken cancel)
    {
        try
        {
            return await Server.StartAsync(options, cancel);
        }
        catch (DatabaseStartException problem)
        {
            throw new CommandException(problem.Message);
        }
    }

    private static async Task<Database> AttachAsync(KontorOptions options, ILoggerFactory logging, CancellationToken cancel)
    {
        try
        {
            return await Database.AttachAsync(options, logging.CreateLogger<Database>(), cancel);
        }
        catch (DatabaseStartException problem)
        {
            throw new CommandException(problem.Message);
        }
    }
}
