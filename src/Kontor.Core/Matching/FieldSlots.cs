using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>The values of a field divided into slots that filters cannot tell apart: slot 0 is the missing value, slot 1 of a text any value
/// that no filter names. With more distinctions than slots, several share one; the index then finds too many and each find is checked.</summary>
internal abstract class FieldSlots
{
    /// <summary>The most slots of a field: one row of bits each.</summary>
    internal const int Most = 256;

    protected const int MissingSlot = 0;

    private FieldSlots(LeadField field, FieldKind kind)
    {
        Field = field;
        Kind = kind;
    }

    public LeadField Field { get; }

    /// <summary>The only kind of value it can place.</summary>
    public FieldKind Kind { get; }

    public int Count { get; protected init; }

    /// <summary>Whether filters cannot tell two values of one slot apart.</summary>
    public bool Exact { get; protected init; }

    /// <summary>The index of its first row of bits.</summary>
    public int FirstRow { get; set; }

    /// <summary>The slot of a value, or -1 for a kind it cannot place.</summary>
    public int SlotOf(in FieldValue value) => value.Kind == Kind ? Place(value) : value.Kind == FieldKind.Missing ? MissingSlot : -1;

    /// <summary>The slots with values that satisfy a comparison (no satisfying value lies elsewhere), or null when slots cannot say.</summary>
    public SlotSet? Select(FilterOp op, ImmutableArray<FieldValue> operands)
    {
        var missing = SlotSet.None(Count);
        missing.Add(MissingSlot);
        if (op is FilterOp.Missing or FilterOp.Exists)
        {
            return op == FilterOp.Missing ? missing : SlotSet.Every(Count).Except(missing);
        }

        if (op is FilterOp.OlderThan or FilterOp.Within || operands.Any(operand => operand.Kind != Kind))
        {
            return null;
        }

        if (op is FilterOp.Ne or FilterOp.NotIn)
        {
            return Exact ? SlotSet.Every(Count).Except(Values(FilterOp.In, operands)!.Value) : null;
        }

        return Values(op, operands);
    }

    protected abstract int Place(in FieldValue value);

    protected abstract SlotSet? Values(FilterOp op, ImmutableArray<FieldValue> operands);

    /// <summary>Slots of texts: one for each text that a filter names.</summary>
    internal sealed class Texts : FieldSlots
    {
        private const int OtherSlot = 1;
        private readonly FrozenDictionary<string, int> slots;

        public Texts(LeadField field, IEnumerable<string> named, StringComparer comparer)
            : base(field, FieldKind.Text)
        {
            var values = named.Distinct(comparer).Order(comparer).ToList();
            var room = Math.Min(values.Count, Most - 2);
            slots = values.Select((value, i) => KeyValuePair.Create(value, OtherSlot + 1 + (i % Math.Max(room, 1)))).ToFrozenDictionary(comparer);
            Count = room + 2;
            Exact = room == values.Count;
        }

        protected override int Place(in FieldValue value) => slots.TryGetValue(value.Text!, out var slot) ? slot : OtherSlot;

        protected override SlotSet? Values(FilterOp op, ImmutableArray<FieldValue> operands)
        {
            if (op is not (FilterOp.Eq or FilterOp.In))
            {
                return null;
            }

            var set = SlotSet.None(Count);
            foreach (var operand in operands)
            {
                set.Add(Place(operand));
            }

            return set;
        }
    }

    /// <summary>Slots of numbers, flags, days and instants: the spans between the points at which some comparison changes its answer.</summary>
    internal sealed class Numbers : FieldSlots
    {
        private readonly Cut[] cuts;

        public Numbers(LeadField field, FieldKind kind, IEnumerable<Cut> points)
            : base(field, kind)
        {
            Cut[] all = [.. points.Distinct().Order()];
            const int room = Most - 2;
            Exact = all.Length <= room;
            cuts = Exact ? all : [.. Enumerable.Range(0, room).Select(i => all[(int)((long)i * all.Length / room)])];
            Count = cuts.Length + 2;
        }

        /// <summary>Where a comparison with operands changes its answer.</summary>
        public static IEnumerable<Cut> CutsOf(FilterOp op, ImmutableArray<FieldValue> operands) => op switch
        {
            FilterOp.Lt or FilterOp.Gte => [new Cut(operands[0].Number, false)],
            FilterOp.Lte or FilterOp.Gt => [new Cut(operands[0].Number, true)],
            FilterOp.Between => [new Cut(operands[0].Number, false), new Cut(operands[1].Number, true)],
            FilterOp.Eq or FilterOp.Ne or FilterOp.In or FilterOp.NotIn =>
                operands.SelectMany(operand => new[] { new Cut(operand.Number, false), new Cut(operand.Number, true) }),
            _ => [],
        };

        // Cut i lies between slots i + 1 and i + 2 (1 is below every cut): a value is above the cuts it has passed.
        protected override int Place(in FieldValue value) => 1 + Passed(new Cut(value.Number, false));

        protected override SlotSet? Values(FilterOp op, ImmutableArray<FieldValue> operands)
        {
            var set = SlotSet.None(Count);
            foreach (var operand in operands)
            {
                var (low, high) = (1 + Passed(new Cut(operand.Number, false)), 1 + Passed(new Cut(operand.Number, true)));
                switch (op)
                {
                    case FilterOp.Lt:
                        set.AddRange(1, IsCut(operand.Number, false) ? low : low + 1);
                        break;
                    case FilterOp.Lte:
                        set.AddRange(1, IsCut(operand.Number, true) ? high : high + 1);
                        break;
                    case FilterOp.Gte:
                        set.AddRange(low, Count);
                        break;
                    case FilterOp.Gt:
                        set.AddRange(high, Count);
                        break;
                    case FilterOp.Eq or FilterOp.In:
                        set.Add(low);
                        break;
                    case FilterOp.Between:
                        return Values(FilterOp.Gte, [operands[0]])!.Value.And(Values(FilterOp.Lte, [operands[1]])!.Value);
                    default:
                        return null;
                }
            }

            return set;
        }

        private bool IsCut(decimal value, bool after) => Array.BinarySearch(cuts, new Cut(value, after)) >= 0;

        // How many cuts are not above the given one: a value v lies above (v, before) and below (v, after).
        private int Passed(Cut cut)
        {
            var index = Array.BinarySearch(cuts, cut);
            return index >= 0 ? index + 1 : ~index;
        }
    }
}

/// <summary>A point between two numbers: just before a value or just after it.</summary>
internal readonly record struct Cut(decimal Value, bool After) : IComparable<Cut>
{
    public int CompareTo(Cut other)
    {
        var order = Value.CompareTo(other.Value);
        return order != 0 ? order : After.CompareTo(other.After);
    }

    public static bool operator <(Cut left, Cut right) => left.CompareTo(right) < 0;

    public static bool operator >(Cut left, Cut right) => left.CompareTo(right) > 0;

    public static bool operator <=(Cut left, Cut right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Cut left, Cut right) => left.CompareTo(right) >= 0;
}
