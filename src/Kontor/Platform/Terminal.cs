using Spectre.Console;

namespace Kontor.Platform;

/// <summary>Standard output for tables and progress: with colours and bars where a person looks on, as plain lines in a file or a pipe.</summary>
internal static class Terminal
{
    private const int WidthOfPlainText = 160;

    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        plain.Profile.Width = WidthOfPlainText;
        return plain;
    }

    /// <summary>Writes a line as it is, however long: what a person will copy must not be broken.</summary>
    public static void WriteUnbroken(this IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
