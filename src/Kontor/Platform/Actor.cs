using Kontor.Portal;
using Kontor.Portal.SignIn;

namespace Kontor.Platform;

/// <summary>Who changes something: a person in the pages, an API key, or a command on the machine.</summary>
/// <param name="Id">The user or the API key; null for commands.</param>
/// <param name="Name">As the record shows it: a person's name, <c>API key kop_ab12…</c>, or the command.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Address">The IP address the request came from; null for commands.</param>
public sealed record Actor(Guid? Id, string Name, string Role, string? Address)
{
    /// <summary>A command that runs on the machine itself.</summary>
    public static Actor Command(string name) => new(null, name, "command", null);

    /// <summary>Who makes a request that was let in, by his session or by his key.</summary>
    public static Actor Of(HttpContext context)
    {
        if (context.PageUserIfAny() is { } user)
        {
            return new Actor(user.Id, user.Name, UserRoles.Text(user.Role), AddressOf(context));
        }

        var caller = context.Caller();
        return new Actor(caller.KeyId, $"API key {caller.Prefix}…", caller.Kind.ToString().ToLowerInvariant(), AddressOf(context));
    }

    /// <summary>Where a request comes from.</summary>
    public static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress is { } address
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : null;
}
