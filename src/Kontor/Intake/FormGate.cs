using System.Collections.Concurrent;
using System.Net;

namespace Kontor.Intake;

/// <summary>How often one address may send a web form to this node. Addresses are kept in memory alone, and forgotten with their window.</summary>
public sealed class FormGate(TimeProvider clock)
{
    /// <summary>So many times within <see cref="Window"/>.</summary>
    public const int MostTries = 20;

    /// <summary>A window that begins with an address's first try.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int MostAddresses = 100_000;
    private readonly ConcurrentDictionary<IPAddress, (DateTimeOffset Since, int Tries)> seen = new();

    /// <summary>Counts a try; false when the address had too many.</summary>
    public bool LetIn(IPAddress? address)
    {
        var now = clock.GetUtcNow();
        if (seen.Count >= MostAddresses)
        {
            foreach (var (old, entry) in seen)
            {
                if (now - entry.Since >= Window)
                {
                    seen.TryRemove(old, out _);
                }
            }

            // So many addresses at once are no people; counting anew bounds what they cost.
            if (seen.Count >= MostAddresses)
            {
                seen.Clear();
            }
        }

        // Whoever has a network of the new kind has more addresses than anybody counts: its first half names the network.
        return seen.AddOrUpdate(
            NetworkOf(address), _ => (now, 1), (_, entry) => now - entry.Since >= Window ? (now, 1) : (entry.Since, Math.Min(entry.Tries + 1, MostTries + 1))).Tries <= MostTries;
    }

    private static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        if (bytes.Length == 16)
        {
            bytes.AsSpan(8).Clear();
        }

        return new IPAddress(bytes);
    }
}
