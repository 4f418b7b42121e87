using Npgsql;

namespace Kontor.Intake;

/// <summary>Counts what programs sent through web forms.</summary>
internal static class FormTrapsSql
{
    // Primary key of form_traps; locks the one row of source, day and trap.
    private const string Count = """
        insert into form_traps (source, day, trap, caught) values ($1, $2, $3, 1)
        on conflict (source, day, trap) do update set caught = form_traps.caught + 1
        """;

    /// <summary>Counts one.</summary>
    /// <param name="database">Where.</param>
    /// <param name="source">Whose form.</param>
    /// <param name="trap"><c>hidden_field</c>, <c>too_fast</c> or <c>unsigned</c>.</param>
    /// <param name="day">The day (UTC).</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task CountAsync(NpgsqlDataSource database, string source, string trap, DateOnly day, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Count);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(day);
        command.Parameters.AddWithValue(trap);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
