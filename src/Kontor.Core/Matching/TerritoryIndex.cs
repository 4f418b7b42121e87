using System.Collections.Frozen;

namespace Kontor.Core.Matching;

/// <summary>For a place, the numbered territories that cover it, as bits.</summary>
/// <remarks>States are rows of bits. Postal codes are lists of numbers, ascending, at the nodes of a tree over the codes' ids: a node of
/// level n spans 16^n neighbouring ids, so a prefix or a wide list stands at a few nodes and not at every code. A list is cut into chunks of
/// 65,536 territories, within which a number takes two bytes.</remarks>
internal sealed class TerritoryIndex
{
    /// <summary>Words in a block: the unit in which rows are read.</summary>
    internal const int BlockWords = 64;

    private const int LevelBits = 4;
    private const int ChunkWords = 65_536 / 64;
    private readonly int words;
    private readonly int chunks;
    private readonly int[] levelStarts;
    private readonly int[] listStarts;
    private readonly ushort[] lists;
    private readonly FrozenDictionary<string, ulong[]> states;
    private readonly ulong[] anywhere;
    private readonly ulong[]? withPatterns;

    /// <summary>Numbers territories 0, 1, 2, ...; null is anywhere.</summary>
    public TerritoryIndex(PostalUniverse universe, IReadOnlyList<TerritoryRules?> territories, int words)
    {
        this.words = words;
        chunks = (territories.Count + 65_535) / 65_536;
        levelStarts = Levels(universe.Codes.Length);
        anywhere = Row(territories, territory => territory is null) ?? new ulong[words];
        withPatterns = Row(territories, territory => territory is { Patterns.IsEmpty: false });
        states = territories.SelectMany(territory => territory?.States.Items ?? []).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(state => state, _ => (ulong[])anywhere.Clone(), StringComparer.Ordinal);
        for (var number = 0; number < territories.Count; number++)
        {
            foreach (var state in territories[number]?.States.Items ?? [])
            {
                states[state][number / 64] |= 1UL << (number % 64);
            }
        }

        (listStarts, lists) = Lists(universe, territories);
    }

    /// <summary>Begins reading the territories that cover a place.</summary>
    public Cursor Read(in LeadPlace place) => new(this, place);

    private static int[] Levels(int codes)
    {
        var starts = new List<int> { 0 };
        for (var nodes = codes; nodes > 0; nodes = nodes == 1 ? 0 : (nodes + 15) >> LevelBits)
        {
            starts.Add(starts[^1] + nodes);
        }

        return [.. starts];
    }

    private ulong[]? Row(IReadOnlyList<TerritoryRules?> territories, Func<TerritoryRules?, bool> has)
    {
        ulong[]? row = null;
        for (var number = 0; number < territories.Count; number++)
        {
            if (has(territories[number]))
            {
                row ??= new ulong[words];
                row[number / 64] |= 1UL << (number % 64);
            }
        }

        return row;
    }

    private (int[] Starts, ushort[] Lists) Lists(PostalUniverse universe, IReadOnlyList<TerritoryRules?> territories)
    {
        var starts = new int[(levelStarts[^1] * chunks) + 1];
        var nodes = new List<int>();
        for (var number = 0; number < territories.Count; number++)
        {
            Cover(universe, territories[number], nodes);
            foreach (var node in nodes)
            {
                starts[(node * chunks) + (number >> 16)]++;
            }
        }

        var total = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            (starts[i], total) = (total, total + starts[i]);
        }

        var filled = new ushort[total];
        var next = (int[])starts.Clone();
        for (var number = 0; number < territories.Count; number++)
        {
            Cover(universe, territories[number], nodes);
            foreach (var node in nodes)
            {
                filled[next[(node * chunks) + (number >> 16)]++] = (ushort)(number & 0xffff);
            }
        }

        return (starts, filled);
    }

    // The fewest nodes that together span exactly the territory's codes.
    private void Cover(PostalUniverse universe, TerritoryRules? territory, List<int> nodes)
    {
        nodes.Clear();
        if (territory is null)
        {
            return;
        }

        var ids = territory.Patterns.IsEmpty ? territory.Ids : Expand(universe, territory);
        for (var i = 0; i < ids.Length;)
        {
            var run = i + 1;
            while (run < ids.Length && ids[run] == ids[run - 1] + 1)
            {
                run++;
            }

            CoverRun(ids[i], ids[run - 1] + 1, nodes);
            i = run;
        }
    }

    private void CoverRun(int from, int until, List<int> nodes)
    {
        while (from < until)
        {
            var level = 0;
            while (level + 2 < levelStarts.Length && (from & ((1 << (LevelBits * (level + 1))) - 1)) == 0
                && from + (1 << (LevelBits * (level + 1))) <= until)
            {
                level++;
            }

            nodes.Add(levelStarts[level] + (from >> (LevelBits * level)));
            from += 1 << (LevelBits * level);
        }
    }

    private static int[] Expand(PostalUniverse universe, TerritoryRules territory)
    {
        var ids = new List<int>(territory.Ids);
        foreach (var pattern in territory.Patterns)
        {
            var (from, until) = universe.Span(pattern);
            for (var id = from; id < until; id++)
            {
                if (pattern.Covers(universe.Codes[id]))
                {
                    ids.Add(id);
                }
            }
        }

        ids.Sort();
        return [.. ids.Distinct()];
    }

    /// <summary>Reads the territories that cover one place, block after block. Where the place's code is not numbered itself, those with
    /// patterns come too and <see cref="MustAsk"/> says so.</summary>
    internal ref struct Cursor
    {
        // Seven levels span 16^6 codes and more; no country has so many.
        private const int MostLevels = 7;
        private readonly TerritoryIndex index;
        private readonly ulong[] row;
        private readonly int levels;
        private Nodes nodes;
        private Nodes next;
        private Nodes ends;

        public Cursor(TerritoryIndex index, in LeadPlace place)
        {
            this.index = index;
            row = place.State is not null && index.states.TryGetValue(place.State, out var state) ? state : index.anywhere;
            MustAsk = !place.Exact && place.Code is not null && index.withPatterns is not null;
            if (place.Id >= 0)
            {
                levels = Math.Min(index.levelStarts.Length - 1, MostLevels);
                for (var level = 0; level < levels; level++)
                {
                    nodes[level] = index.levelStarts[level] + (place.Id >> (LevelBits * level));
                }
            }
        }

        /// <summary>Whether a territory with patterns must be asked itself.</summary>
        public bool MustAsk { get; }

        /// <summary>Whether a territory has patterns.</summary>
        public readonly bool HasPatterns(int number) => (index.withPatterns![number / 64] >> (number % 64) & 1) != 0;

        /// <summary>Writes the bits of the block that begins with a word; blocks are read in order, from the first one on.</summary>
        public void Fill(int firstWord, scoped Span<ulong> block)
        {
            row.AsSpan(firstWord, block.Length).CopyTo(block);
            if (MustAsk)
            {
                for (var i = 0; i < block.Length; i++)
                {
                    block[i] |= index.withPatterns![firstWord + i];
                }
            }

            if (firstWord % ChunkWords == 0)
            {
                EnterChunk(firstWord / ChunkWords);
            }

            var first = (firstWord % ChunkWords) * 64;
            var limit = first + (block.Length * 64);
            for (var level = 0; level < levels; level++)
            {
                var (i, end) = (next[level], ends[level]);
                var lists = index.lists;
                for (; i < end && lists[i] < limit; i++)
                {
                    var number = lists[i] - first;
                    block[number >> 6] |= 1UL << (number & 63);
                }

                next[level] = i;
            }
        }

        private void EnterChunk(int chunk)
        {
            for (var level = 0; level < levels; level++)
            {
                var list = (nodes[level] * index.chunks) + chunk;
                next[level] = index.listStarts[list];
                ends[level] = index.listStarts[list + 1];
            }
        }

        [System.Runtime.CompilerServices.InlineArray(MostLevels)]
        private struct Nodes
        {
            private int first;
        }
    }
}
