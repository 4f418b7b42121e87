using Microsoft.AspNetCore.Identity;

namespace Kontor.Portal.SignIn;

/// <summary>Somebody who can sign in, as stored. The address is his user name, too.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>How he is called.</summary>
    public string Name { get; set; } = "";

    /// <summary>What he may do, as the table names it.</summary>
    public string Role { get; set; } = "";

    /// <summary>Key of the buyer or supplier he belongs to; null for operators.</summary>
    public string? Party { get; set; }

    /// <summary><c>en</c>, <c>de</c>, or null: as his browser asks.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name of the zone he wants times in; null for UTC.</summary>
    public string? TimeZone { get; set; }

    /// <summary><c>light</c>, <c>dark</c>, or null: as his system has it.</summary>
    public string? Theme { get; set; }

    /// <summary>Since when he may not sign in; null while he may.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>When he joined.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When he last opened a page, to the minute.</summary>
    public DateTimeOffset? LastSeenAt { get; set; }
}
