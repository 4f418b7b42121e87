using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>A campaign's contracts compiled for finding those that take a lead. Immutable apart from a memo of who is open now, and safe to
/// be asked from many threads.</summary>
/// <remarks>Contracts stand in preference order, one bit each. Every field that filters ask about is divided into slots, and each slot has
/// a row of bits: the contracts that can take a lead with such a value, those that do not care included. A lead selects one row per field, and
/// the rows are combined 256 contracts at a time, best first, until enough are found. What slots cannot say (trees over several fields, parts
/// of texts, ages) is checked on the few that are left.</remarks>
public sealed class MatchIndex
{
    private readonly CampaignRules rules;
    private readonly int[] ordinals;
    private readonly int[] positions;
    private readonly int words;
    private readonly FieldSlots[] fields;
    private readonly ulong[] rows;
    private readonly FilterRules?[]? residues;
    private readonly TerritoryIndex territories;
    private readonly TerritoryIndex? exclusives;
    private readonly OpenHours? hours;

    private MatchIndex(CampaignRules rules, int[] ordinals)
    {
        this.rules = rules;
        this.ordinals = ordinals;
        words = (ordinals.Length + 255) / 256 * 4;
        positions = new int[rules.Contracts.Length];
        Array.Fill(positions, -1);
        for (var position = 0; position < ordinals.Length; position++)
        {
            positions[ordinals[position]] = position;
        }

        ContractRules[] contracts = [.. ordinals.Select(ordinal => rules.Contracts[ordinal])];
        var plan = new SlotPlan(rules.Vertical, contracts);
        fields = plan.Fields;
        (rows, residues) = Rows(plan, contracts, words);
        territories = new TerritoryIndex(rules.Universe, [.. contracts.Select(contract => contract.Territory)], words);
        hours = OpenHours.Of(contracts, words);
        if (!rules.Exclusive.IsEmpty)
        {
            exclusives = new TerritoryIndex(
                rules.Universe, [.. rules.Exclusive.Select(contract => contract.Territory)], WordsFor(rules.Exclusive.Length));
        }
    }

    /// <summary>How many contracts it can find: those of the preference order that are active, of active buyers.</summary>
    public int Count => ordinals.Length;

    /// <summary>Builds an index over the contracts a tier may sell to. Contracts that are paused, or whose buyer is, are left out.</summary>
    /// <param name="rules">The campaign.</param>
    /// <param name="preferenceOrder">Ordinals into <see cref="CampaignRules.Contracts"/>, best first, each at most once; those left out are
    /// never found.</param>
    public static MatchIndex Build(CampaignRules rules, ReadOnlySpan<int> preferenceOrder)
    {
        var kept = new List<int>(preferenceOrder.Length);
        foreach (var ordinal in preferenceOrder)
        {
            var contract = rules.Contracts[ordinal];
            if (contract.Contract.Status == Status.Active && contract.Buyer.Status == Status.Active)
            {
                kept.Add(ordinal);
            }
        }

        return new MatchIndex(rules, [.. kept]);
    }

    /// <summary>The place of a contract in the index, from 0 for the best; -1 when the index does not hold it.</summary>
    public int PositionOf(int ordinal) => positions[ordinal];

    /// <summary>Finds the contracts whose static gates all let a lead through, best first.</summary>
    /// <param name="lead">The lead, with values in the vertical's order.</param>
    /// <param name="now">The instant.</param>
    /// <param name="contracts">Takes their ordinals; the search stops when it is full.</param>
    /// <param name="live">Advisory: bit <c>p % 64</c> of word <c>p / 64</c> says whether the contract with <see cref="PositionOf"/> p may be found at
    /// all; a word that is not there says no. Empty means all.</param>
    /// <returns>How many were written.</returns>
    public int Find(Lead lead, DateTimeOffset now, Span<int> contracts, ReadOnlySpan<ulong> live = default)
    {
        var place = rules.PlaceOf(lead);
        if (HolderOf(place, now) is { } holder)
        {
            return FindOne(new LeadView(rules, lead, now, place, holder), contracts, live);
        }

        Span<int> selected = stackalloc int[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            var slot = fields[i].SlotOf(fields[i].Field.Of(lead));
            if (slot < 0)
            {
                return FindPlainly(new LeadView(rules, lead, now, place, null), contracts, live);
            }

            selected[i] = (fields[i].FirstRow + slot) * words;
        }

        return FindInRows(new LeadView(rules, lead, now, place, null), selected, contracts, live);
    }

    private static int WordsFor(int count) => (count + 255) / 256 * 4;

    private static (ulong[] Rows, FilterRules?[]? Residues) Rows(SlotPlan plan, ContractRules[] contracts, int words)
    {
        var rows = new ulong[plan.Rows * words];
        FilterRules?[]? residues = null;
        Span<ulong> column = new ulong[plan.Rows];
        for (var word = 0; word * 64 < contracts.Length; word++)
        {
            var here = Math.Min(64, contracts.Length - (word * 64));
            column.Fill(here == 64 ? ulong.MaxValue : (1UL << here) - 1);
            for (var i = 0; i < here; i++)
            {
                var demand = plan.DemandOf(contracts[(word * 64) + i]);
                foreach (var (field, set) in demand.Slots)
                {
                    set.ClearElsewhere(column[field.FirstRow..], 1UL << i);
                }

                if (demand.Residue is not null)
                {
                    residues ??= new FilterRules?[contracts.Length];
                    residues[(word * 64) + i] = demand.Residue;
                }
            }

            for (var row = 0; row < column.Length; row++)
            {
                rows[(row * words) + word] = column[row];
            }
        }

        return (rows, residues);
    }

    private int FindInRows(in LeadView view, ReadOnlySpan<int> selected, Span<int> contracts, ReadOnlySpan<ulong> live)
    {
        if (contracts.IsEmpty)
        {
            return 0;
        }

        var open = hours is null ? default : hours.At(view.Now).AsSpan();
        var cursor = territories.Read(view.Place);
        Span<ulong> block = stackalloc ulong[TerritoryIndex.BlockWords];
        ref var start = ref MemoryMarshal.GetReference(block);
        ref var row = ref MemoryMarshal.GetArrayDataReference(rows);
        var found = 0;
        for (var first = 0; first < words; first += TerritoryIndex.BlockWords)
        {
            var length = Math.Min(TerritoryIndex.BlockWords, words - first);
            cursor.Fill(first, block[..length]);
            Restrict(block[..length], open.IsEmpty ? open : open.Slice(first, length));
            Restrict(block[..length], live, first);
            for (var word = 0; word < length; word += Vector256<ulong>.Count)
            {
                var left = Vector256.LoadUnsafe(ref start, (nuint)word);
                foreach (var offset in selected)
                {
                    left &= Vector256.LoadUnsafe(ref row, (nuint)(offset + first + word));
                }

                if (left != Vector256<ulong>.Zero && Take(view, cursor, left, (first + word) * 64, contracts, ref found))
                {
                    return found;
                }
            }
        }

        return found;
    }

    // Adds the contracts whose bits are set and whose residue holds. True when there is no more room.
    private bool Take(
        in LeadView view, scoped in TerritoryIndex.Cursor cursor, Vector256<ulong> left, int first, Span<int> contracts, ref int found)
    {
        for (var lane = 0; lane < Vector256<ulong>.Count; lane++)
        {
            for (var bits = left.GetElement(lane); bits != 0; bits &= bits - 1)
            {
                var position = first + (lane * 64) + BitOperations.TrailingZeroCount(bits);
                if (residues is not null && residues[position] is { } residue && !residue.Holds(view.Lead, view.Now))
                {
                    continue;
                }

                if (cursor.MustAsk && cursor.HasPatterns(position) && !rules.Contracts[ordinals[position]].Territory!.Covers(view.Place))
                {
                    continue;
                }

                contracts[found++] = ordinals[position];
                if (found == contracts.Length)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void Restrict(Span<ulong> block, ReadOnlySpan<ulong> to)
    {
        if (to.IsEmpty)
        {
            return;
        }

        for (var i = 0; i < block.Length; i++)
        {
            block[i] &= to[i];
        }
    }

    private static void Restrict(Span<ulong> block, ReadOnlySpan<ulong> live, int first)
    {
        if (live.IsEmpty)
        {
            return;
        }

        var given = Math.Clamp(live.Length - first, 0, block.Length);
        block[given..].Clear();
        Restrict(block[..given], given == 0 ? default : live.Slice(first, given));
    }

    // A place that somebody holds alone leaves one contract to ask.
    private int FindOne(in LeadView view, Span<int> contracts, ReadOnlySpan<ulong> live)
    {
        var position = positions[view.Holder!.Ordinal];
        if (contracts.IsEmpty || position < 0 || !IsLive(live, position) || Gates.FirstFailure(view, view.Holder) != ReasonCode.None)
        {
            return 0;
        }

        contracts[0] = view.Holder.Ordinal;
        return 1;
    }

    // For a value of a kind its field does not have, which normalisation never makes: contract by contract.
    private int FindPlainly(in LeadView view, Span<int> contracts, ReadOnlySpan<ulong> live)
    {
        var found = 0;
        for (var position = 0; position < ordinals.Length && found < contracts.Length; position++)
        {
            if (IsLive(live, position) && Gates.FirstFailure(view, rules.Contracts[ordinals[position]]) == ReasonCode.None)
            {
                contracts[found++] = ordinals[position];
            }
        }

        return found;
    }

    private static bool IsLive(ReadOnlySpan<ulong> live, int position) =>
        live.IsEmpty || (position / 64 < live.Length && (live[position / 64] >> (position % 64) & 1) != 0);

    private ContractRules? HolderOf(in LeadPlace place, DateTimeOffset now)
    {
        if (exclusives is null)
        {
            return null;
        }

        var cursor = exclusives.Read(place);
        Span<ulong> block = stackalloc ulong[TerritoryIndex.BlockWords];
        var all = WordsFor(rules.Exclusive.Length);
        for (var first = 0; first < all; first += TerritoryIndex.BlockWords)
        {
            var length = Math.Min(TerritoryIndex.BlockWords, all - first);
            cursor.Fill(first, block[..length]);
            for (var word = 0; word < length; word++)
            {
                for (var bits = block[word]; bits != 0; bits &= bits - 1)
                {
                    var contract = rules.Exclusive[((first + word) * 64) + BitOperations.TrailingZeroCount(bits)];
                    if ((!cursor.MustAsk || contract.Territory!.Covers(place)) && contract.IsWithinDates(now))
                    {
                        return contract;
                    }
                }
            }
        }

        return null;
    }
}
