namespace Kontor.Delivery;

/// <summary>How many posts may be under way, in all and for each contract, so that one slow buyer holds up nobody else.</summary>
public sealed class Bulkheads
{
    /// <summary>Plain deliveries of one contract at once.</summary>
    public const int PlainPerContract = 8;

    /// <summary>Posts of one contract at once whose answer a supplier waits for.</summary>
    public const int DecidingPerContract = 64;

    /// <summary>Posts of this node at once.</summary>
    public const int Total = 512;

    private readonly Lock _guard = new();
    private readonly Dictionary<string, (int Plain, int Deciding)> _byContract = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>How many more this node may start.</summary>
    public int Room
    {
        get
        {
            lock (_guard)
            {
                return Total - _total;
            }
        }
    }

    /// <summary>Takes a place; false when there is none.</summary>
    public bool TryEnter(string contract, bool decides)
    {
        lock (_guard)
        {
            var (plain, deciding) = _byContract.GetValueOrDefault(contract);
            if (_total >= Total || (decides ? deciding >= DecidingPerContract : plain >= PlainPerContract))
            {
                return false;
            }

            _byContract[contract] = decides ? (plain, deciding + 1) : (plain + 1, deciding);
            _total++;
            return true;
        }
    }

    /// <summary>Gives a place back. True when the contract or the node was full, so that somebody may be waiting for it.</summary>
    public bool Leave(string contract, bool decides)
    {
        lock (_guard)
        {
            var (plain, deciding) = _byContract[contract];
            var wasFull = _total >= Total || IsFull(plain, deciding);
            var (plainLeft, decidingLeft) = decides ? (plain, deciding - 1) : (plain - 1, deciding);
            _total--;
            if (plainLeft + decidingLeft == 0)
            {
                _byContract.Remove(contract);
            }
            else
            {
                _byContract[contract] = (plainLeft, decidingLeft);
            }

            return wasFull;
        }
    }

    /// <summary>The contracts that have no room.</summary>
    public string[] Full()
    {
        lock (_guard)
        {
            return [.. _byContract.Where(one => IsFull(one.Value.Plain, one.Value.Deciding)).Select(one => one.Key)];
        }
    }

    private static bool IsFull(int plain, int deciding) => plain >= PlainPerContract || deciding >= DecidingPerContract;
}
