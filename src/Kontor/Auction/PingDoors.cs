using System.Collections.Concurrent;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;

namespace Kontor.Auction;

/// <summary>Whether a buyer is asked.</summary>
public enum Admission
{
    /// <summary>He is not: there is no room, or his endpoint fails so often that it is only probed.</summary>
    PassedOver,

    /// <summary>He is.</summary>
    Asked,

    /// <summary>He is, although he would have been passed over if the contract did not only simulate the throttle.</summary>
    AskedAnyway,
}

/// <summary>How many pings a buyer's endpoint has under way, and whether it is well. Nothing waits here: who finds no room is not asked.</summary>
public sealed class PingDoors
{
    /// <summary>Pings to one endpoint at once.</summary>
    public const int MostAtOnce = 256;

    private readonly ConcurrentDictionary<(string Buyer, string Url), Door> doors = new();

    /// <summary>Takes a place, unless he is passed over. Whoever has one gives it back.</summary>
    public Admission Enter(string buyer, BidRule rule, DateTimeOffset now)
    {
        var door = doors.GetOrAdd((buyer, rule.Url), _ => new Door());
        lock (door)
        {
            if (door.Inside >= MostAtOnce)
            {
                return Admission.PassedOver;
            }

            var health = door.Health;
            var well = rule.Throttle == Throttle.Off || door.Health.MayAsk(now, out health);
            if (!well && rule.Throttle == Throttle.On)
            {
                return Admission.PassedOver;
            }

            door.Health = health;
            door.Inside++;
            return well ? Admission.Asked : Admission.AskedAnyway;
        }
    }

    /// <summary>Gives a place back. A ping that a throttle would have held back tells it nothing, so that a simulated one does what a real one
    /// would have done.</summary>
    /// <param name="buyer">The buyer's key.</param>
    /// <param name="rule">The rule he entered with.</param>
    /// <param name="admission">What he was told then.</param>
    /// <param name="failed">Whether no usable answer came in time.</param>
    public void Leave(string buyer, BidRule rule, Admission admission, bool failed)
    {
        var door = doors[(buyer, rule.Url)];
        lock (door)
        {
            door.Inside--;
            if (admission == Admission.Asked && rule.Throttle != Throttle.Off)
            {
                door.Health = door.Health.After(failed);
            }
        }
    }

    /// <summary>Whether an endpoint fails so often that this node only probes it.</summary>
    public bool Spares(string buyer, BidRule rule)
    {
        if (rule.Throttle == Throttle.Off || !doors.TryGetValue((buyer, rule.Url), out var door))
        {
            return false;
        }

        lock (door)
        {
            return door.Health.IsThrottled;
        }
    }

    private sealed class Door
    {
        public int Inside { get; set; }

        public PingHealth Health { get; set; }
    }
}
