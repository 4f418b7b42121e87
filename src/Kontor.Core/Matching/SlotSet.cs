using System.Numerics;

namespace Kontor.Core.Matching;

/// <summary>A set of slots, the classes into which an index divides the values of a field.</summary>
internal readonly struct SlotSet
{
    private readonly ulong[] words;

    private SlotSet(int count, ulong[] words)
    {
        Count = count;
        this.words = words;
    }

    /// <summary>How many slots there are, in the set or not.</summary>
    public int Count { get; }

    public static SlotSet None(int count) => new(count, new ulong[(count + 63) / 64]);

    public static SlotSet Every(int count)
    {
        var set = None(count);
        set.AddRange(0, count);
        return set;
    }

    public void Add(int slot) => words[slot / 64] |= 1UL << (slot % 64);

    public void AddRange(int from, int until)
    {
        for (var slot = from; slot < until; slot++)
        {
            Add(slot);
        }
    }

    public bool Has(int slot) => (words[slot / 64] >> (slot % 64) & 1) != 0;

    public SlotSet And(SlotSet other) => Combine(other, (left, right) => left & right);

    public SlotSet Or(SlotSet other) => Combine(other, (left, right) => left | right);

    public SlotSet Except(SlotSet other) => Combine(other, (left, right) => left & ~right);

    /// <summary>Takes a bit away from the row of every slot that is not in the set.</summary>
    public void ClearElsewhere(Span<ulong> rows, ulong bit)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var absent = ~words[i];
            if (i == words.Length - 1 && Count % 64 != 0)
            {
                absent &= (1UL << (Count % 64)) - 1;
            }

            for (; absent != 0; absent &= absent - 1)
            {
                rows[(i * 64) + BitOperations.TrailingZeroCount(absent)] &= ~bit;
            }
        }
    }

    private SlotSet Combine(SlotSet other, Func<ulong, ulong, ulong> combine)
    {
        var result = None(Count);
        for (var i = 0; i < words.Length; i++)
        {
            result.words[i] = combine(words[i], other.words[i]);
        }

        return result;
    }
}
