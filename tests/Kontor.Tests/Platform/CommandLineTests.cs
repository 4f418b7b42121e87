using Kontor.Platform;

namespace Kontor.Tests.Platform;

public sealed class CommandLineTests
{
    [Fact]
    public async Task serve_takes_flags_before_the_environment()
    {
        ServeCommand? served = null;
        var handlers = Handlers(name => name == "KONTOR_URL" ? "http://127.0.0.1:1" : null) with
        {
            Serve = (command, _) =>
            {
                served = command;
                return Task.FromResult(7);
            },
        };
        (await CommandLine.Run(["serve", "--url", "http://127.0.0.1:2"], handlers)).ShouldBe(7);
        served!.Options.Url.ShouldBe("http://127.0.0.1:2");
        served.Config.ShouldBeNull();
        (await CommandLine.Run(["serve"], handlers)).ShouldBe(7);
        served.Options.Url.ShouldBe("http://127.0.0.1:1");
    }

    [Fact]
    public async Task geo_import_and_verify_reach_their_handlers()
    {
        var file = Path.GetTempFileName();
        var handlers = Handlers(_ => null) with
        {
            ImportGeo = (command, _) => Task.FromResult(command.File.FullName == file ? 3 : 4),
            Verify = (_, _) => Task.FromResult(5),
        };
        (await CommandLine.Run(["geo", "import", file], handlers)).ShouldBe(3);
        (await CommandLine.Run(["verify"], handlers)).ShouldBe(5);
        File.Delete(file);
    }

    [Theory]
    [InlineData("serve", "--config", "/nowhere/at/all.yaml")]
    [InlineData("import", "/nowhere/at/all.csv", "--source", "a", "--campaign", "b")]
    [InlineData("demo", "--keep", "--exit")]
    [InlineData("geo")]
    [InlineData("bench")]
    [InlineData("sell")]
    public async Task command_that_cannot_run_ends_with_one(params string[] args) =>
        (await CommandLine.Run(args, Handlers(_ => null))).ShouldBe(1);

    [Fact]
    public async Task error_of_a_command_is_its_message_and_no_stack_trace()
    {
        using var error = new StringWriter();
        var handlers = Handlers(_ => null) with { Error = error, Verify = (_, _) => throw new CommandException("No.") };
        (await CommandLine.Run(["verify"], handlers)).ShouldBe(1);
        error.ToString().ShouldBe("No." + Environment.NewLine);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("help", "import")]
    [InlineData("--help")]
    [InlineData("import", "--help")]
    [InlineData()]
    public async Task help_is_no_error(params string[] args)
    {
        using var output = new StringWriter();
        (await CommandLine.Run(args, Handlers(_ => null) with { Output = output })).ShouldBe(0);
        output.ToString().ShouldContain("import");
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://*:80;https://*:443", "http://127.0.0.1/")]
    [InlineData("https://kontor.example.org/", "https://kontor.example.org/")]
    public void client_finds_a_server_by_where_it_listens(string listens, string address) =>
        KontorClient.AddressOf(listens).ShouldBe(new Uri(address));

    [Theory]
    [InlineData("8080")]
    [InlineData("ftp://example.org")]
    public void address_that_is_none_is_refused(string listens) => Should.Throw<CommandException>(() => KontorClient.AddressOf(listens));

    private static CommandHandlers Handlers(Func<string, string?> variable) => new()
    {
        Serve = (_, _) => throw new InvalidOperationException("serve was not asked for"),
        Verify = (_, _) => throw new InvalidOperationException("verify was not asked for"),
        ImportGeo = (_, _) => throw new InvalidOperationException("geo import was not asked for"),
        StartServer = (_, _) => throw new InvalidOperationException("no server was asked for"),
        Variable = variable,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
    };
}
