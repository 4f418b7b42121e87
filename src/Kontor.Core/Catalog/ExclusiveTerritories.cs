using Kontor.Core.Matching;

namespace Kontor.Core.Catalog;

/// <summary>A contract that holds its territory exclusively.</summary>
internal sealed record TerritoryHolder(Contract Contract, string Path, bool Changed);

/// <summary>Finds exclusive territories of one campaign that overlap: by states, by codes, ranges and prefixes as written, and by the known
/// postal codes that lie in a radius or state.</summary>
internal sealed class ExclusiveTerritories(IReadOnlyList<TerritoryHolder> holders, string country, PostalGeography geography)
{
    private readonly Dictionary<(int Here, int Other), string> found = [];

    /// <summary>Every overlapping pair once, changed contracts first, with a place that both hold.</summary>
    public IEnumerable<(TerritoryHolder Here, TerritoryHolder Other, string Where)> Find()
    {
        FindStates();
        FindTexts();
        FindCodes();
        return found.OrderBy(pair => pair.Key).Select(pair => (holders[pair.Key.Here], holders[pair.Key.Other], pair.Value));
    }

    private void FindStates()
    {
        var byState = new Dictionary<string, List<int>>();
        for (var i = 0; i < holders.Count; i++)
        {
            foreach (var state in holders[i].Contract.Territory!.States)
            {
                Claim(byState, state, i, $"state {state}");
            }
        }
    }

    // Sweeps over the intervals of compared texts, so that codes nobody knows are seen, too.
    private void FindTexts()
    {
        var intervals = new List<(string First, string Last, int Holder, string Text)>();
        for (var i = 0; i < holders.Count; i++)
        {
            intervals.AddRange(holders[i].Contract.Territory!.PostalCodes.Select(text => Interval(text, i)));
        }

        intervals.Sort((left, right) => string.CompareOrdinal(left.First, right.First));
        var open = new List<(string First, string Last, int Holder, string Text)>();
        foreach (var next in intervals)
        {
            open.RemoveAll(one => string.CompareOrdinal(one.Last, next.First) < 0);
            foreach (var one in open)
            {
                Meet(one.Holder, next.Holder, $"postal code {next.Text}");
            }

            open.Add(next);
        }
    }

    private void FindCodes()
    {
        var universe = PostalUniverse.Of(geography, country, holders.SelectMany(holder => TerritoryRules.NamedCodes(holder.Contract.Territory!)));
        var byState = Enumerable.Range(0, universe.Codes.Length).Where(id => universe.StateOf(id) is not null).ToLookup(id => universe.StateOf(id)!);
        var claims = new Dictionary<string, List<int>>();
        for (var i = 0; i < holders.Count; i++)
        {
            var territory = holders[i].Contract.Territory!;
            var rules = TerritoryRules.Compile(territory, universe, new SharedCodes());
            var ids = rules.Ids.Where(id => id >= 0)
                .Concat(rules.Patterns.SelectMany(pattern => Covered(universe, pattern)))
                .Concat(rules.States.SelectMany(state => byState[state]));
            foreach (var id in ids.Distinct())
            {
                Claim(claims, universe.Codes[id], i, $"postal code {universe.Codes[id]}");
            }
        }
    }

    private static IEnumerable<int> Covered(PostalUniverse universe, PostalPattern pattern)
    {
        var (from, until) = universe.Span(pattern);
        return Enumerable.Range(from, Math.Max(0, until - from)).Where(id => pattern.Covers(universe.Codes[id]));
    }

    private static (string First, string Last, int Holder, string Text) Interval(string text, int holder) =>
        PostalPattern.TryParse(text) is { } pattern
            ? (pattern.Low, (pattern.High ?? pattern.Low) + '\uffff', holder, text)
            : (PostalText.Compact(text), PostalText.Compact(text), holder, text);

    private void Claim(Dictionary<string, List<int>> claims, string place, int holder, string where)
    {
        if (!claims.TryGetValue(place, out var others))
        {
            claims.Add(place, others = []);
        }

        foreach (var other in others)
        {
            Meet(other, holder, where);
        }

        others.Add(holder);
    }

    private void Meet(int left, int right, string where)
    {
        var (here, other) = (Math.Min(left, right), Math.Max(left, right));
        if (here == other || !holders[here].Changed || found.ContainsKey((here, other)))
        {
            return;
        }

        var (one, two) = (holders[here].Contract, holders[other].Contract);
        if (!(one.ValidUntil < two.ValidFrom) && !(two.ValidUntil < one.ValidFrom))
        {
            found.Add((here, other), where);
        }
    }
}
