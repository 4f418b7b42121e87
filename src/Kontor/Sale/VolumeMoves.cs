using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>Leads added to what a campaign or a source has sold, or taken back from it, in one hour.</summary>
/// <param name="Owner"><c>campaign:key</c> or <c>source:key</c>.</param>
/// <param name="At">When they were counted.</param>
/// <param name="Leads">How many; below zero when more were taken back.</param>
/// <param name="Takes">Whether any was added, under the caps.</param>
/// <param name="Caps">The caps of the last that was added.</param>
internal readonly record struct VolumeMove(string Owner, DateTimeOffset At, int Leads, bool Takes, ImmutableArray<Cap> Caps)
{
    /// <summary>The cap of a window; null when it has none.</summary>
    public int? CapOf(CapWindow window)
    {
        foreach (var cap in Caps)
        {
            if (cap.Window == window)
            {
                return cap.Leads;
            }
        }

        return null;
    }
}

/// <summary>What a batch counts, by owner and hour.</summary>
internal sealed class VolumeMoves
{
    private readonly SortedDictionary<(string Owner, DateTimeOffset Hour), VolumeMove> moves = new(Comparer<(string Owner, DateTimeOffset Hour)>.Create((one, other) =>
        string.CompareOrdinal(one.Owner, other.Owner) is not 0 and var byOwner ? byOwner : one.Hour.CompareTo(other.Hour)));

    /// <summary>Whether the rows were locked before the batch was decided.</summary>
    public bool AreLocked { get; set; }

    /// <summary>Whether nothing moved.</summary>
    public bool IsEmpty => moves.Count == 0;

    /// <summary>Whose rows change.</summary>
    public IEnumerable<string> Owners => moves.Keys.Select(key => key.Owner).Distinct();

    /// <summary>Counts a lead under the caps that hold for it.</summary>
    public void Take(string owner, DateTimeOffset at, ImmutableArray<Cap> caps) => Move(owner, at, +1, caps);

    /// <summary>Takes a lead back.</summary>
    public void GiveBack(string owner, DateTimeOffset at) => Move(owner, at, -1, null);

    /// <summary>The moves in turns of which each names an owner once.</summary>
    public IEnumerable<List<VolumeMove>> ByTurn() => moves.Values.GroupBy(move => move.Owner)
        .SelectMany(owned => owned.Select((move, turn) => (turn, move)))
        .GroupBy(one => one.turn, one => one.move)
        .OrderBy(turn => turn.Key)
        .Select(turn => turn.ToList());

    private void Move(string owner, DateTimeOffset at, int leads, ImmutableArray<Cap>? caps)
    {
        var key = (owner, VolumeCaps.Calendar.WindowStart(CapWindow.Hour, at));
        var before = moves.GetValueOrDefault(key, new VolumeMove(owner, at, 0, false, []));
        moves[key] = before with { Leads = before.Leads + leads, Takes = before.Takes || caps is not null, Caps = caps ?? before.Caps };
    }
}
