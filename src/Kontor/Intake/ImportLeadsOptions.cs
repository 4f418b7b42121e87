using System.CommandLine;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary><c>kontor import</c> on the command line.</summary>
internal sealed class ImportLeadsOptions
{
    private readonly Argument<FileInfo> file = new("FILE") { Description = "The leads (CSV). The first line names the columns." };

    private readonly Option<string> source = new("--source")
    {
        Description = "A source key (ksr_...), or a source's name in the network if KONTOR_OPERATOR_KEY is set.",
        HelpName = "KEY",
        Required = true,
    };

    private readonly Option<string> campaign = new("--campaign") { Description = "The campaign to post to.", HelpName = "KEY", Required = true };

    private readonly Option<string[]> map = new("--map")
    {
        Description = "Which field a column fills, where the names do not tell. An empty field leaves the column out. May be repeated.",
        HelpName = "COLUMN=FIELD",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> delimiter = new("--delimiter")
    {
        Description = "What separates cells: a character or 'tab'. Found out if absent.",
        HelpName = "CHARACTER",
    };

    private readonly Option<string?> encoding = new("--encoding")
    {
        Description = "The file's encoding, for example windows-1252. Found out if absent.",
        HelpName = "NAME",
    };

    private readonly Option<FileInfo?> rejected = new("--rejected")
    {
        Description = "Where rows go that were not taken. FILE.rejected.csv if absent.",
        HelpName = "FILE",
    };

    private readonly Option<string?> key = new("--key") { Description = "The operator's key (KONTOR_OPERATOR_KEY).", HelpName = "KEY" };

    private readonly Option<int> parallel = new("--parallel")
    {
        Description = "How many leads are posted at once.",
        DefaultValueFactory = _ => 8,
        HelpName = "1..64",
    };

    private ImportLeadsOptions()
    {
        file.AcceptExistingOnly();
        map.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--map takes COLUMN=FIELD, not '{token.Value}'.");
        });
        delimiter.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => DelimiterOf(token.Value) is null))
                result.AddError("--delimiter takes one ASCII character or 'tab'.");
        });
        parallel.Validators.Add(result =>
        {
            if (result.GetValue(parallel) is < 1 or > 64)
                result.AddError("--parallel takes a number from 1 to 64.");
        });
    }

    /// <summary>The command. <paramref name="server"/> answers where the server is and the operator's key, if there is one.</summary>
    public static Command Command(Func<(Uri Server, string? OperatorKey)> server)
    {
        var options = new ImportLeadsOptions();
        var command = new Command("import", "Import leads from a CSV file. Safe to run twice and after an interruption.")
        {
            options.file, options.source, options.campaign, options.map, options.delimiter, options.encoding, options.rejected, options.key,
            options.parallel,
        };
        command.SetAction((parsed, cancel) =>
        {
            var (address, operatorKey) = server();
            var import = new ImportLeads(address, parsed.GetValue(options.key) ?? operatorKey, TimeProvider.System);
            return ImportLeadsCommand.RunAsync(import, options.Request(parsed), Terminal.Open(), cancel);
        });
        return command;
    }

    private ImportLeadsRequest Request(ParseResult parsed) => new()
    {
        File = parsed.GetRequiredValue(file).FullName,
        Source = parsed.GetRequiredValue(source),
        Campaign = parsed.GetRequiredValue(campaign),
        Map = (parsed.GetValue(map) ?? []).Select(pair => pair.Split('=', 2)).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]),
        Delimiter = DelimiterOf(parsed.GetValue(delimiter)),
        Encoding = parsed.GetValue(encoding),
        Rejected = parsed.GetValue(rejected)?.FullName,
        Parallel = parsed.GetValue(parallel),
    };

    private static char? DelimiterOf(string? text) => text switch
    {
        "tab" or "\\t" => '\t',
        [var one] when char.IsAscii(one) => one,
        _ => null,
    };
}
