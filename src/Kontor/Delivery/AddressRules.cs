using System.Net;
using System.Net.Sockets;

namespace Kontor.Delivery;

/// <summary>Which addresses outbound calls may reach: public ones, and those an operator allowed by range.</summary>
public sealed class AddressRules
{
    private static readonly IPNetwork[] RefusedV4 =
    [
        .. Ranges(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    ];

    // Of IPv6 only global unicast is public; inside of it documentation, Teredo and other tunnels hide where a packet goes.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] RefusedV6 = [.. Ranges("2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16")];
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] _allowed;

    private AddressRules(IPNetwork[] allowed) => _allowed = allowed;

    /// <summary>Public addresses only.</summary>
    public static AddressRules PublicOnly { get; } = new([]);

    /// <summary>Reads the ranges of <c>KONTOR_ALLOW_PRIVATE_TARGETS</c>: CIDR notation, comma separated; a single address is a range of one.</summary>
    /// <exception cref="FormatException">A part is no range: better not to start than to start with another rule than was meant.</exception>
    public static AddressRules Parse(string? allowed)
    {
        var parts = (allowed ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new AddressRules([.. parts.Select(Range)]);
    }

    /// <summary>Whether a connection may be made. An address that carries an IPv4 address inside is judged by that one.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (_allowed.Any(range => range.Contains(plain)))
        {
            return true;
        }

        if (plain.AddressFamily == AddressFamily.InterNetwork)
        {
            return !RefusedV4.Any(range => range.Contains(plain));
        }

        return Embedded(plain) is { } inner
            ? Allows(inner)
            : GlobalV6.Contains(plain) && plain.ScopeId == 0 && !RefusedV6.Any(range => range.Contains(plain));
    }

    private static IPAddress? Embedded(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : Nat64.Contains(address) ? new IPAddress(bytes.AsSpan(12, 4))
            : null;
    }

    private static IPNetwork Range(string text)
    {
        if (IPAddress.TryParse(text, out var single))
        {
            return new IPNetwork(single, single.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        }

        return IPNetwork.TryParse(text, out var range)
            ? range
            : throw new FormatException($"'{text}' is no address range: write 10.1.0.0/16 or a single address.");
    }

    private static IEnumerable<IPNetwork> Ranges(params string[] ranges) => ranges.Select(IPNetwork.Parse);
}
