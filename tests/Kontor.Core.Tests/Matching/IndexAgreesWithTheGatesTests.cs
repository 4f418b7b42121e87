using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Tests.Matching;

public sealed class IndexAgreesWithTheGatesTests
{
    [Fact]
    public void index_finds_exactly_what_the_gates_let_through_on_a_million_random_pairs()
    {
        var first = Random.Shared.Next();
        var (pairs, matches) = (0L, 0L);
        for (var i = 0; pairs < 1_200_000; i++)
        {
            var contracts = i % 10 == 0 ? 900 : 230;
            matches += Compare(unchecked(first + i), contracts, leads: 100);
            pairs += contracts * 100;
        }

        // Were nearly all pairs refused or nearly all let through, agreement would mean little.
        ((double)matches / pairs).ShouldBeInRange(0.03, 0.5);
    }

    [Fact]
    public void index_agrees_beyond_the_contracts_that_two_bytes_can_number() => Compare(seed: 7, contracts: 80_000, leads: 10);

    [Fact]
    public void search_stops_at_the_first_places_of_the_preference_order()
    {
        var seed = Random.Shared.Next();
        var network = new RandomNetwork(seed, 400);
        var index = MatchIndex.Build(network.Rules, network.Order());
        for (var i = 0; i < 200; i++)
        {
            var now = network.Instant();
            var lead = network.Lead(now);
            var all = Find(index, lead, now, 400);
            for (var room = 0; room < 6; room++)
            {
                Find(index, lead, now, room).ShouldBe(all.Take(room), $"seed {seed}, lead {i}, room for {room}");
            }
        }
    }

    [Fact]
    public void preference_order_changes_the_order_of_what_is_found_and_nothing_else()
    {
        var seed = Random.Shared.Next();
        var network = new RandomNetwork(seed, 300);
        var (left, right) = (network.Order(), network.Order());
        var (one, other) = (MatchIndex.Build(network.Rules, left), MatchIndex.Build(network.Rules, right));
        for (var i = 0; i < 200; i++)
        {
            var now = network.Instant();
            var lead = network.Lead(now);
            var found = Find(one, lead, now, 300);
            var again = Find(other, lead, now, 300);
            found.ShouldBe(left.Where(found.Contains), $"seed {seed}, lead {i}");
            again.ShouldBe(right.Where(found.Contains), $"seed {seed}, lead {i}");
        }
    }

    [Fact]
    public void contracts_that_are_not_live_are_left_out()
    {
        var seed = Random.Shared.Next();
        var network = new RandomNetwork(seed, 500);
        var index = MatchIndex.Build(network.Rules, network.Order());
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            var live = new ulong[random.Next(1, 9)];
            for (var word = 0; word < live.Length; word++)
            {
                live[word] = unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue));
            }

            var now = network.Instant();
            var lead = network.Lead(now);
            var buffer = new int[500];
            var found = buffer[..index.Find(lead, now, buffer, live)];
            found.ShouldBe(Find(index, lead, now, 500).Where(ordinal => IsLive(live, index.PositionOf(ordinal))), $"seed {seed}, lead {i}");
        }
    }

    [Fact]
    public void index_agrees_where_filters_name_more_values_than_it_has_slots()
    {
        Contract[] contracts =
        [
            .. Enumerable.Range(0, 600).Select(i => Sample.Contract($"n{i:000}") with
            {
                Filter = new Filter.Compare("power_bill", i % 2 == 0 ? FilterOp.Gte : FilterOp.Lt, [FieldValue.Of(i / 2m)]),
            }),
            .. Enumerable.Range(0, 600).Select(i => Sample.Contract($"t{i:000}") with
            {
                Filter = new Filter.Compare("roof", i % 2 == 0 ? FilterOp.Eq : FilterOp.Ne, [FieldValue.Of($"roof {i}")]),
                Sources = new SourceRules { Allow = [$"s{i}", $"s{i + 1}"], Block = [$"s{i % 7}"] },
            }),
        ];
        var rules = Sample.Rules(contracts, [Sample.Buyer()], PostalGeography.Empty);
        int[] order = [.. Enumerable.Range(0, contracts.Length)];
        var index = MatchIndex.Build(rules, order);
        for (var i = 0; i < 1_300; i++)
        {
            var lead = Sample.Lead(("power_bill", FieldValue.Of(i / 4m)), ("roof", FieldValue.Of($"ROOF {i % 650}"))) with { Source = $"s{i % 610}" };
            var view = Gates.Look(rules, lead, Sample.Noon);
            var expected = order.Where(ordinal => Gates.FirstFailure(view, rules.Contracts[ordinal]) == ReasonCode.None).ToList();
            Find(index, lead, Sample.Noon, order.Length).SequenceEqual(expected).ShouldBeTrue($"lead {i}");
        }
    }

    [Fact]
    public void contracts_outside_the_preference_order_are_never_found_but_still_hold_their_territory()
    {
        var holder = Sample.Contract("holder") with { Territory = new() { PostalCodes = ["20095"], Exclusive = true } };
        var rules = Sample.Rules([holder, Sample.Contract("other")], [Sample.Buyer()], PostalGeography.Empty);
        var index = MatchIndex.Build(rules, [1]);

        Find(index, Sample.At("20095"), Sample.Noon, 2).ShouldBeEmpty();
        Find(index, Sample.At("20097"), Sample.Noon, 2).ShouldBe([1]);
        index.PositionOf(0).ShouldBe(-1);
    }

    private static int Compare(int seed, int contracts, int leads)
    {
        var network = new RandomNetwork(seed, contracts);
        var order = network.Order();
        var index = MatchIndex.Build(network.Rules, order);
        var matches = 0;
        var now = network.Instant();
        for (var i = 0; i < leads; i++)
        {
            // Leads come in bursts around one instant, so that a memo of who is open is used and outdated alike.
            now = i % 5 == 0 ? network.Instant() : now.AddMinutes(i % 4);
            var lead = network.Lead(now);
            var view = Gates.Look(network.Rules, lead, now);
            var expected = order.Where(ordinal => Gates.FirstFailure(view, network.Rules.Contracts[ordinal]) == ReasonCode.None);
            var found = Find(index, lead, now, contracts);
            matches += found.Length;
            if (!found.SequenceEqual(expected))
            {
                var differ = found.Except(expected).Concat(expected.Except(found)).Select(ordinal => network.Rules.Contracts[ordinal].Contract.Key);
                Assert.Fail($"Seed {seed}, lead {i} at {now:O}: index and gates differ on {string.Join(", ", differ.Take(5))}.");
            }
        }

        return matches;
    }

    private static int[] Find(MatchIndex index, Lead lead, DateTimeOffset now, int room)
    {
        var buffer = new int[room];
        return buffer[..index.Find(lead, now, buffer)];
    }

    private static bool IsLive(ulong[] live, int position) =>
        position / 64 < live.Length && (live[position / 64] >> (position % 64) & 1) != 0;
}
