using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Kontor.Platform;

/// <summary>Writes a log entry as one line of JSON. Unlike the framework's JSON console it leaves out what exceptions say in words: messages
/// such as "the input '...' is not a date" quote what a person typed. Type, place and, for the database, state and constraint remain.</summary>
internal sealed class LogLineFormatter(TimeProvider? time = null) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name under which the console finds it.</summary>
    public const string FormatterName = "kontor";

    // These quote requests, queries included. However much an operator wants to be logged: suppliers' queries may hold a person and a key.
    private static readonly string[] QuotesRequests = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (entry.LogLevel < LogLevel.Warning && QuotesRequests.Contains(entry.Category))
            return;
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", entry.LogLevel.ToString().ToLowerInvariant());
            json.WriteString("category", entry.Category);
            if (entry.EventId.Id != 0)
                json.WriteNumber("event", entry.EventId.Id);
            json.WriteString("message", entry.Formatter(entry.State, null));
            WriteValues(json, entry.State as IReadOnlyList<KeyValuePair<string, object?>>);
            WriteException(json, entry.Exception);
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        if (values is null)
            return;
        json.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
            return;
        json.WriteStartArray("exceptions");
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            json.WriteStartObject();
            json.WriteString("type", inner.GetType().FullName);
            if (inner is PostgresException database)
            {
                json.WriteString("sql_state", database.SqlState);
                json.WriteString("constraint", database.ConstraintName);
            }

            json.WriteString("stack", inner.StackTrace);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
