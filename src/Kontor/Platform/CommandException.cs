namespace Kontor.Platform;

/// <summary>A command cannot go on for a reason its user can act on. The message is all he sees: it says what is wrong and what to do,
/// and never contains personal data.</summary>
public sealed class CommandException : Exception
{
    public CommandException(string message)
        : base(message)
    {
    }

    public CommandException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public CommandException()
    {
    }
}
