using System.Collections.Concurrent;
using Kontor.Core.Auction;

namespace Kontor.Auction;

/// <summary>How many pings a buyer's endpoint has under way, and whether it is well. Nothing waits here: who finds no room is not asked.</summary>
public sealed class PingDoors
{
    /// <summary>Pings to one endpoint at once.</summary>
    public const int MostAtOnce = 256;

    private readonly ConcurrentDictionary<(string Buyer, string Url), Door> doors = new();

    /// <summary>Takes a place; false when there is none, or the endpoint fails so often that it is only probed.</summary>
    public bool TryEnter(string buyer, string url, DateTimeOffset now)
    {
        var door = doors.GetOrAdd((buyer, url), _ => new Door());
        lock (door)
        {
            if (door.Inside >= MostAtOnce || !door.Health.MayAsk(now, out var health))
            {
                return false;
            }

            door.Health = health;
            door.Inside++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="buyer">The buyer's key.</param>
    /// <param name="url">His endpoint.</param>
    /// <param name="failed">Whether no usable answer came in time.</param>
    public void Leave(string buyer, string url, bool failed)
    {
        var door = doors[(buyer, url)];
        lock (door)
        {
            door.Inside--;
            door.Health = door.Health.After(failed);
        }
    }

    private sealed class Door
    {
        public int Inside { get; set; }

        public PingHealth Health { get; set; }
    }
}
