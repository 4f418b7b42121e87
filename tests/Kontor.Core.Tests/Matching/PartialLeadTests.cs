using Kontor.Core.Matching;

namespace Kontor.Core.Tests.Matching;

/// <summary>Filters on a lead that is known in part.</summary>
public sealed class PartialLeadTests
{
    [Fact]
    public void what_is_judged_of_a_part_holds_of_every_whole_on_random_filters()
    {
        var seed = Random.Shared.Next();
        var (judged, open) = (0, 0);
        for (var i = 0; i < 40; i++)
        {
            var network = new RandomNetwork(unchecked(seed + i), 100);
            var random = new Random(unchecked(seed + i));
            var now = network.Instant();
            for (var lead = 0; lead < 20; lead++)
            {
                var whole = network.Lead(now);
                var part = whole with { SubId = random.Next(2) == 0 ? null : whole.SubId, Values = [.. whole.Values.Select(value => random.Next(2) == 0 ? default : value)] };
                foreach (var filter in network.Rules.Contracts.Select(contract => contract.Filter).OfType<FilterRules>())
                {
                    var judgement = filter.Judge(part, now);
                    (judgement is null ? ref open : ref judged)++;
                    (judgement ?? filter.Holds(whole, now)).ShouldBe(filter.Holds(whole, now), $"seed {seed + i}, lead {lead}: {FilterTexts.Describe(filter)}");
                }
            }
        }

        judged.ShouldBeGreaterThan(1_000);
        open.ShouldBeGreaterThan(1_000);
    }
}
