namespace Kontor.Core.Tests.Sale;

/// <summary>How near any rule can come: members of equal weight, and leads for which two of them are eligible, half a lead each. One side names the
/// two, the rule gives the lead to one. All positions are played through, so this holds for every rule whatever it remembers.</summary>
public sealed class FairnessBoundTests
{
    // Errors in half leads: three is one and a half leads, the most that a window may be off.
    private const int Bound = 3;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void up_to_four_members_can_be_kept_within_one_and_a_half(int members) => LeadsUntilBroken(members).ShouldBeNull();

    [Fact]
    public void no_rule_keeps_five_members_within_one_and_a_half() => LeadsUntilBroken(5).ShouldBe(14);

    /// <summary>After how many leads at most some window is off by more than the bound, however the rule decides; null where a rule can prevent it for ever.</summary>
    private static int? LeadsUntilBroken(int members)
    {
        var positions = Positions(members).ToDictionary(position => position, position => Choices(position).ToArray());
        var broken = new Dictionary<string, int>();
        for (var leads = 1; ; leads++)
        {
            var more = positions.Where(position => !broken.ContainsKey(position.Key)
                && position.Value.Any(pair => pair.All(next => next is null || broken.ContainsKey(next)))).Select(position => position.Key).ToList();
            if (more.Count == 0)
                return broken.TryGetValue(Key(Enumerable.Repeat((0, 0), members)), out var first) ? first : null;
            more.ForEach(position => broken[position] = leads);
        }
    }

    // A member is known by how far it is above the lowest and below the highest error it ever had; members are alike, so they stand sorted.
    private static IEnumerable<string> Positions(int members)
    {
        var one = (from above in Enumerable.Range(0, Bound + 1) from below in Enumerable.Range(0, Bound + 1 - above) select (above, below)).Order().ToArray();
        return Combine(0, members).Select(Key);

        IEnumerable<IEnumerable<(int, int)>> Combine(int from, int count) => count == 0
            ? [[]]
            : Enumerable.Range(from, one.Length - from).SelectMany(i => Combine(i, count - 1).Select(rest => rest.Prepend(one[i])));
    }

    // For every two members that may be eligible: where the rule's two answers lead, null where a window is off by more than the bound.
    private static IEnumerable<string?[]> Choices(string position)
    {
        var members = position.Chunk(2).Select(pair => (Above: pair[0] - '0', Below: pair[1] - '0')).ToArray();
        for (var one = 0; one < members.Length; one++)
        {
            for (var other = one + 1; other < members.Length; other++)
                yield return [Give(members, one, other), Give(members, other, one)];
        }
    }

    private static string? Give((int Above, int Below)[] members, int winner, int loser)
    {
        var next = members.ToArray();
        next[winner] = (next[winner].Above + 1, Math.Max(next[winner].Below - 1, 0));
        next[loser] = (Math.Max(next[loser].Above - 1, 0), next[loser].Below + 1);
        return next.Any(member => member.Above + member.Below > Bound) ? null : Key(next);
    }

    private static string Key(IEnumerable<(int Above, int Below)> members) =>
        string.Concat(members.Order().Select(member => $"{member.Above}{member.Below}"));
}
