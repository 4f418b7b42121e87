using System.Collections.Frozen;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>What this node last read of figures that move slowly. Decisions look at them here instead of asking the database, and store what they
/// saw.</summary>
public sealed class LiveReadings
{
    private volatile FrozenDictionary<string, ArrivalHours> arrivals = FrozenDictionary<string, ArrivalHours>.Empty;
    private volatile FrozenDictionary<string, ReturnRate> returns = FrozenDictionary<string, ReturnRate>.Empty;

    /// <summary>Return rates by contract, of contracts whose rank hangs on them. The same object until it is read again.</summary>
    public FrozenDictionary<string, ReturnRate> Returns
    {
        get => returns;
        internal set => returns = value;
    }

    /// <summary>Arrivals by campaign, of campaigns with a contract that spreads a cap over its window.</summary>
    public FrozenDictionary<string, ArrivalHours> Arrivals
    {
        get => arrivals;
        internal set => arrivals = value;
    }
}
