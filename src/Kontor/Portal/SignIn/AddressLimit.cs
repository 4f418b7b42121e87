using System.Net;
using System.Net.Sockets;

namespace Kontor.Portal.SignIn;

/// <summary>So many failed sign-ins from one address, and nobody there is listened to for a while. Counted on this node; the lock-out of an account
/// counts over all nodes.</summary>
public sealed class AddressLimit(TimeProvider time)
{
    /// <summary>The failures that are let pass in one window.</summary>
    public const int Most = 30;

    /// <summary>A window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private const int MostAddresses = 10_000;
    private readonly Lock counting = new();
    private readonly Dictionary<IPAddress, (DateTimeOffset Since, int Failures)> failures = [];

    /// <summary>How long an address has to wait; zero when it need not. An attempt that is let pass counts as failed until it is
    /// <see cref="Forgive">forgiven</see>, so that many at once are no way around.</summary>
    public TimeSpan Try(IPAddress? address)
    {
        var (key, now) = (Network(address), time.GetUtcNow());
        lock (counting)
        {
            var known = failures.TryGetValue(key, out var found) && found.Since + Window > now ? found : (Since: now, Failures: 0);
            if (known.Failures >= Most)
            {
                return known.Since + Window - now;
            }

            if (failures.Count >= MostAddresses && !failures.ContainsKey(key))
            {
                Drop(now);
            }

            failures[key] = (known.Since, known.Failures + 1);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Takes back an attempt that succeeded.</summary>
    public void Forgive(IPAddress? address)
    {
        var key = Network(address);
        lock (counting)
        {
            if (failures.TryGetValue(key, out var known))
            {
                failures[key] = (known.Since, Math.Max(0, known.Failures - 1));
            }
        }
    }

    private void Drop(DateTimeOffset now)
    {
        foreach (var (address, _) in failures.Where(one => one.Value.Since + Window <= now).ToList())
        {
            failures.Remove(address);
        }

        // Under an attack from everywhere the oldest go first; accounts stay guarded by their own lock-out.
        foreach (var (address, _) in failures.OrderBy(one => one.Value.Since).Take(failures.Count - MostAddresses + 1).ToList())
        {
            failures.Remove(address);
        }
    }

    // Who has an IPv6 address has 2^64 of them.
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }
}
