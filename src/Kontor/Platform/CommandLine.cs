using System.CommandLine;
using Kontor.Catalog;
using Kontor.Insight.Demo;
using Kontor.Intake;

namespace Kontor.Platform;

/// <summary>The command line: <c>apply</c>, <c>import</c> and <c>demo</c> are clients of a server's HTTP API, the others are handed in.</summary>
public static class CommandLine
{
    // Ctrl-C asks every command to finish what it accepted; only one that hangs is ended by force.
    private static readonly TimeSpan EndByForceAfter = TimeSpan.FromMinutes(2);

    /// <summary>Runs a command. 0: done. 1: it could not be done, and standard error says why. 130: interrupted.</summary>
    public static async Task<int> Run(string[] args, CommandHandlers handlers)
    {
        var parsed = Root(handlers).Parse(args);
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndByForceAfter,
            Output = handlers.Output,
            Error = handlers.Error,
        };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (CommandException exception)
        {
            await handlers.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    /// <summary>All commands with their arguments.</summary>
    public static RootCommand Root(CommandHandlers handlers)
    {
        var root = new RootCommand("Kontor sells leads exactly as promised: to one buyer, or to at most as many as agreed.")
        {
            Demo(handlers),
            Serve(handlers),
            Apply(handlers),
            ImportLeadsOptions.Command(() => Server(handlers)),
            Geo(handlers),
            Verify(handlers),
            InClone("bench", "Measure leads per second and matching on this machine (in a clone of the repository)."),
            InClone("test", "Run the tests (in a clone of the repository)."),
        };
        root.Add(Help(root));
        root.SetAction(parsed => root.Parse(["--help"]).Invoke(parsed.InvocationConfiguration));
        return root;
    }

    private static Command Serve(CommandHandlers handlers)
    {
        var config = new Option<FileInfo>("--config") { Description = "A network (YAML or JSON) to apply at start.", HelpName = "FILE" };
        config.AcceptExistingOnly();
        var url = new Option<string?>("--url") { Description = "Where to listen (KONTOR_URL, http://127.0.0.1:8080).", HelpName = "URL" };
        var command = new Command("serve", "Run the server.") { config, url };
        command.SetAction((parsed, cancel) =>
        {
            var options = KontorOptions.FromEnvironment(handlers.Variable);
            options = parsed.GetValue(url) is { } given ? options with { Url = given } : options;
            return handlers.Serve(new ServeCommand(options, parsed.GetValue(config)), cancel);
        });
        return command;
    }

    private static Command Apply(CommandHandlers handlers)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The network: verticals, sources, buyers, campaigns, contracts (YAML or JSON)." };
        file.AcceptExistingOnly();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change." };
        var command = new Command("apply", "Bring a server's network in line with a file, in one step or not at all.") { file, dryRun };
        command.SetAction(async (parsed, cancel) =>
        {
            var (server, key) = Server(handlers);
            using var client = new KontorClient(server, key ?? throw NoOperatorKey());
            return await ApplyNetworkFile.RunAsync(client, parsed.GetRequiredValue(file), parsed.GetValue(dryRun), handlers.Output, cancel);
        });
        return command;
    }

    private static Command Geo(CommandHandlers handlers)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "Postal codes of any country as GeoNames publishes them (tab-separated text)." };
        file.AcceptExistingOnly();
        var import = new Command("import", "Load postal codes as a new rules version; running servers take them within a second.") { file };
        import.SetAction((parsed, cancel) => handlers.ImportGeo(
            new GeoImportCommand(KontorOptions.FromEnvironment(handlers.Variable), parsed.GetRequiredValue(file)), cancel));
        return new Command("geo", "Postal codes with coordinates. Those of the USA are built in.") { import };
    }

    private static Command Demo(CommandHandlers handlers)
    {
        var exit = new Option<bool>("--exit") { Description = "Stop after the summary." };
        var keep = new Option<bool>("--keep") { Description = "Keep serving after the summary until Ctrl-C (this is the default)." };
        var command = new Command("demo", "See it work: a sample network, simulated buyers, a thousand leads, then pages for a look.") { exit, keep };
        command.Validators.Add(result =>
        {
            if (result.GetValue(exit) && result.GetValue(keep))
            {
                result.AddError("Choose --keep or --exit.");
            }
        });
        command.SetAction((parsed, cancel) =>
        {
            var demo = new DemoRun(handlers.StartServer, Terminal.Open());
            return demo.RunAsync(KontorOptions.FromEnvironment(handlers.Variable), parsed.GetValue(exit), cancel);
        });
        return command;
    }

    private static Command Verify(CommandHandlers handlers)
    {
        var command = new Command("verify", "Recompute slots, caps, balances and the ledger from the records and print every difference.");
        command.SetAction((_, cancel) => handlers.Verify(KontorOptions.FromEnvironment(handlers.Variable), cancel));
        return command;
    }

    // The script ./kontor runs these from the sources before it starts this program.
    private static Command InClone(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(int (_) => throw new CommandException($"'{name}' needs the sources: run ./kontor {name} in a clone of them."));
        return command;
    }

    private static Command Help(RootCommand root)
    {
        var about = new Argument<string[]>("COMMAND") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("help", "Explain a command.") { about };
        command.SetAction(parsed => root.Parse([.. parsed.GetValue(about) ?? [], "--help"]).Invoke(parsed.InvocationConfiguration));
        return command;
    }

    private static (Uri Server, string? OperatorKey) Server(CommandHandlers handlers)
    {
        var options = KontorOptions.FromEnvironment(handlers.Variable);
        return (KontorClient.AddressOf(options.Url), options.OperatorKey);
    }

    private static CommandException NoOperatorKey() =>
        new("This needs the operator's key: set KONTOR_OPERATOR_KEY to the key that the server printed at its first start.");
}
