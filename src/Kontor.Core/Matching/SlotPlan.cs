using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>What an index asks of one contract by slots, and what it must check of each find.</summary>
/// <param name="Slots">For fields that constrain the contract: outside these slots it takes no lead.</param>
/// <param name="Residue">The conditions that slots cannot fully say; null when they say everything.</param>
internal readonly record struct SlotDemand(List<(FieldSlots Field, SlotSet Set)> Slots, FilterRules? Residue);

/// <summary>The fields that the filters, sources and scores of a campaign's contracts ask about, divided into slots.</summary>
internal sealed class SlotPlan
{
    private readonly Dictionary<int, FieldSlots> fields = [];
    private readonly FieldSlots.Texts? sources;

    public SlotPlan(Vertical vertical, IReadOnlyCollection<ContractRules> contracts)
    {
        var asked = new Dictionary<int, Questions>();
        foreach (var contract in contracts)
        {
            if (contract.Filter is not null)
            {
                Collect(contract.Filter, vertical, asked);
            }

            if (contract.Contract.MinScore is { } least)
            {
                Collect(ScoreTest(least), vertical, asked);
            }
        }

        foreach (var (index, questions) in asked.OrderBy(pair => pair.Key))
        {
            if (questions.ToSlots() is { } slots)
            {
                fields.Add(index, slots);
            }
        }

        // Allow and block lists name sources exactly; filters compare the source as text, without regard to case.
        string[] named = [.. contracts.SelectMany(contract => contract.Contract.Sources.Allow.Concat(contract.Contract.Sources.Block))];
        sources = named.Length == 0 ? null : new FieldSlots.Texts(new LeadField(BuiltInFields.Source, LeadField.Source, false), named, StringComparer.Ordinal);
        Fields = sources is null ? [.. fields.Values] : [.. fields.Values, sources];
        foreach (var field in Fields)
        {
            field.FirstRow = Rows;
            Rows += field.Count;
        }
    }

    /// <summary>Every field with slots.</summary>
    public FieldSlots[] Fields { get; }

    /// <summary>How many rows of bits all slots need.</summary>
    public int Rows { get; }

    /// <summary>What a contract demands.</summary>
    public SlotDemand DemandOf(ContractRules contract)
    {
        var demand = new Dictionary<FieldSlots, SlotSet>();
        var residue = new List<FilterRules>();
        if (contract.Filter is not null)
        {
            Demand(contract.Filter, demand, residue);
        }

        if (contract.Contract.MinScore is { } least)
        {
            Demand(ScoreTest(least), demand, residue);
        }

        DemandSource(contract, demand, residue);
        return new SlotDemand(
            [.. demand.Select(pair => (pair.Key, pair.Value))],
            residue.Count switch { 0 => null, 1 => residue[0], _ => new FilterRules.All([.. residue]) });
    }

    private static FilterRules.Test ScoreTest(int least) =>
        new(new LeadField(BuiltInFields.Score, LeadField.Score, false), FilterOp.Gte, [FieldValue.Of((decimal)least)]);

    private static void Collect(FilterRules filter, Vertical vertical, Dictionary<int, Questions> asked)
    {
        if (filter is FilterRules.Test test)
        {
            if (!asked.TryGetValue(test.Field.Index, out var questions))
            {
                asked.Add(test.Field.Index, questions = new Questions(test.Field, KindOf(test.Field, vertical)));
            }

            questions.Add(test);
            return;
        }

        foreach (var part in Parts(filter))
        {
            Collect(part, vertical, asked);
        }
    }

    // The kind of value that normalised leads have for a field.
    private static FieldKind KindOf(LeadField field, Vertical vertical) => field.Index switch
    {
        >= 0 => vertical.Fields[field.Index].Type switch
        {
            FieldType.Date or FieldType.BirthDate => FieldKind.Date,
            FieldType.Integer or FieldType.Decimal or FieldType.Money => FieldKind.Number,
            FieldType.Boolean => FieldKind.Flag,
            FieldType.Choices => FieldKind.Set,
            FieldType.Timestamp => FieldKind.Instant,
            _ => FieldKind.Text,
        },
        LeadField.Source or LeadField.SubId => FieldKind.Text,
        LeadField.Score => FieldKind.Number,
        _ => FieldKind.Missing,
    };

    private static ImmutableArray<FilterRules> Parts(FilterRules filter) => filter switch
    {
        FilterRules.All all => all.Parts,
        FilterRules.Any any => any.Parts,
        FilterRules.Not not => [not.Part],
        _ => [],
    };

    // Conjuncts of the top are taken one by one: one that a field's slots say exactly needs no check, the others stay in the residue and
    // still narrow every field they mention.
    private void Demand(FilterRules filter, Dictionary<FieldSlots, SlotSet> demand, List<FilterRules> residue)
    {
        if (filter is FilterRules.All all)
        {
            foreach (var part in all.Parts)
            {
                Demand(part, demand, residue);
            }

            return;
        }

        var told = false;
        foreach (var field in Mentioned(filter).Distinct())
        {
            var (set, exact) = Project(filter, field);
            demand[field] = demand.TryGetValue(field, out var before) ? before.And(set) : set;
            told |= exact;
        }

        if (!told)
        {
            residue.Add(filter);
        }
    }

    private void DemandSource(ContractRules contract, Dictionary<FieldSlots, SlotSet> demand, List<FilterRules> residue)
    {
        var rules = contract.Contract.Sources;
        if (sources is null || (rules.Allow.IsEmpty && rules.Block.IsEmpty))
        {
            return;
        }

        var set = SlotSet.Every(sources.Count);
        if (!rules.Allow.IsEmpty)
        {
            set = set.And(sources.Select(FilterOp.In, [.. rules.Allow.Select(FieldValue.Of)])!.Value);
        }

        if (!rules.Block.IsEmpty && sources.Select(FilterOp.NotIn, [.. rules.Block.Select(FieldValue.Of)]) is { } unblocked)
        {
            set = set.And(unblocked);
        }

        demand[sources] = set;
        if (!sources.Exact)
        {
            residue.Add(contract.TakesSource);
        }
    }

    private IEnumerable<FieldSlots> Mentioned(FilterRules filter) => filter is FilterRules.Test test
        ? fields.TryGetValue(test.Field.Index, out var found) ? [found] : []
        : Parts(filter).SelectMany(Mentioned);

    // The slots of a field outside which a condition cannot hold, and whether it holds in all of them whatever the other fields are.
    private static (SlotSet Set, bool Exact) Project(FilterRules filter, FieldSlots field)
    {
        switch (filter)
        {
            case FilterRules.Test test:
                return test.Field.Index == field.Field.Index && field.Select(test.Op, test.Operands) is { } selected
                    ? (selected, field.Exact)
                    : (SlotSet.Every(field.Count), false);
            case FilterRules.Not not:
                var (inner, certain) = Project(not.Part, field);
                return (certain ? SlotSet.Every(field.Count).Except(inner) : SlotSet.Every(field.Count), certain);
            default:
                var conjunction = filter is FilterRules.All;
                var set = conjunction ? SlotSet.Every(field.Count) : SlotSet.None(field.Count);
                var exact = true;
                foreach (var part in Parts(filter))
                {
                    var (piece, pieceExact) = Project(part, field);
                    set = conjunction ? set.And(piece) : set.Or(piece);
                    exact &= pieceExact;
                }

                return (set, exact);
        }
    }

    private sealed class Questions(LeadField field, FieldKind kind)
    {
        private readonly HashSet<string> texts = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<Cut> cuts = [];

        public void Add(FilterRules.Test test)
        {
            if (test.Op is FilterOp.OlderThan or FilterOp.Within || test.Operands.Any(operand => operand.Kind != kind))
            {
                return;
            }

            if (kind is FieldKind.Number or FieldKind.Flag or FieldKind.Date or FieldKind.Instant)
            {
                cuts.UnionWith(FieldSlots.Numbers.CutsOf(test.Op, test.Operands));
            }
            else if (kind == FieldKind.Text && test.Op is FilterOp.Eq or FilterOp.Ne or FilterOp.In or FilterOp.NotIn)
            {
                texts.UnionWith(test.Operands.Select(operand => operand.Text!));
            }
        }

        // A field whose filters ask nothing that slots can say has none.
        public FieldSlots? ToSlots() => (texts.Count, cuts.Count) switch
        {
            ( > 0, _) => new FieldSlots.Texts(field, texts, StringComparer.OrdinalIgnoreCase),
            (_, > 0) => new FieldSlots.Numbers(field, kind, cuts),
            _ => null,
        };
    }
}
