using System.Text.Json.Nodes;

namespace Kontor.Platform;

/// <summary>One line of the record of changes. Secrets in its documents are hidden when it is made.</summary>
public sealed record AuditEntry
{
    /// <summary>Records a change.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="at">When.</param>
    /// <param name="action">What was done, a word in the past tense.</param>
    /// <param name="subject">To what: its kind and its key or id.</param>
    /// <param name="change">What differs: each side with the members that changed; null where there is no such side.</param>
    public AuditEntry(Actor actor, DateTimeOffset at, string action, (string Kind, string Key) subject, (JsonObject? Before, JsonObject? After) change = default)
    {
        Id = Guid.CreateVersion7(at);
        Actor = actor;
        At = at;
        Action = action;
        Subject = subject;
        (Before, After) = HiddenSecrets.Hide(change.Before, change.After);
    }

    /// <summary>UUIDv7 of its time.</summary>
    public Guid Id { get; }

    /// <summary>Who.</summary>
    public Actor Actor { get; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; }

    /// <summary>What was done.</summary>
    public string Action { get; }

    /// <summary>To what.</summary>
    public (string Kind, string Key) Subject { get; }

    /// <summary>What differs, as it was.</summary>
    public JsonObject? Before { get; }

    /// <summary>What differs, as it is now.</summary>
    public JsonObject? After { get; }

    /// <summary>The version of the network that the change made; null for changes outside the catalog.</summary>
    public long? RulesVersion { get; init; }
}
