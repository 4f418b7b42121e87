namespace Kontor.Bench;

/// <summary>What each buyer bids for each lead and how long he thinks about it: the same on his side and on the side that measures.</summary>
internal static class PingDraw
{
    /// <summary>So many bid for every lead.</summary>
    public const int Buyers = 20;

    /// <summary>What numbers of leads are written with, so that they have no leading zeros.</summary>
    public const int NumberedFrom = 1_000_000_000;

    /// <summary>The most a buyer may bid, in cents: 40 to 116 dollars.</summary>
    public static int Most(int buyer) => 4_000 + (400 * buyer);

    /// <summary>His bid, in cents: half of the most he may bid, up to all of it.</summary>
    public static int Bid(int lead, int buyer) => (int)(Most(buyer) * (500L + (Mixed(lead, buyer, 1) % 501)) / 1_000);

    /// <summary>How long he thinks: spread evenly over 50 to 150 milliseconds.</summary>
    public static TimeSpan Delay(int lead, int buyer) => TimeSpan.FromMicroseconds(50_000 + (Mixed(lead, buyer, 2) % 100_001));

    // Mixes well enough that neighbours have nothing in common (the finalizer of MurmurHash3).
    private static uint Mixed(int lead, int buyer, int what)
    {
        unchecked
        {
            var mixed = ((uint)lead * 0x9E37_79B1u) ^ ((uint)((buyer * 31) + what) * 0x85EB_CA77u);
            mixed = (mixed ^ (mixed >> 16)) * 0x85EB_CA6Bu;
            mixed = (mixed ^ (mixed >> 13)) * 0xC2B2_AE35u;
            return mixed ^ (mixed >> 16);
        }
    }
}
