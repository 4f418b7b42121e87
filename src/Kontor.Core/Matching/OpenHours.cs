using System.Globalization;

namespace Kontor.Core.Matching;

/// <summary>Which of the numbered contracts are open, as bits; worked out once a minute, because dates and opening hours change on whole
/// minutes only.</summary>
internal sealed class OpenHours
{
    private readonly Group[] groups;
    private readonly ulong[] always;
    private Minute? last;

    private OpenHours(Group[] groups, ulong[] always)
    {
        this.groups = groups;
        this.always = always;
    }

    /// <summary>Null when every contract is always open.</summary>
    public static OpenHours? Of(ReadOnlySpan<ContractRules> contracts, int words)
    {
        var groups = new Dictionary<string, (ContractRules Rules, List<int> Numbers)>(StringComparer.Ordinal);
        var always = new ulong[words];
        for (var number = 0; number < contracts.Length; number++)
        {
            var contract = contracts[number].Contract;
            if (contract.Schedule is null && contract.ValidFrom is null && contract.ValidUntil is null)
            {
                always[number / 64] |= 1UL << (number % 64);
                continue;
            }

            var key = KeyOf(contracts[number]);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = (contracts[number], []));
            }

            group.Numbers.Add(number);
        }

        return groups.Count == 0 ? null : new OpenHours([.. groups.Values.Select(group => new Group(group.Rules, [.. group.Numbers]))], always);
    }

    /// <summary>The bits of those open at an instant.</summary>
    public ulong[] At(DateTimeOffset now)
    {
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        var known = Volatile.Read(ref last);
        if (known is null || known.Number != minute)
        {
            known = Read(minute, now, known);
            Volatile.Write(ref last, known);
        }

        return known.Bits;
    }

    private static string KeyOf(ContractRules rules)
    {
        var contract = rules.Contract;
        var week = contract.Schedule is not { } schedule ? string.Empty : string.Join(
            ';',
            schedule.Week.Select(day => string.Join(',', day)).Append(string.Join(',', schedule.Except.Select(day => day.DayNumber))));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rules.Calendar.Zone}|{contract.ValidFrom?.DayNumber}|{contract.ValidUntil?.DayNumber}|{contract.Schedule is null}|{week}");
    }

    private Minute Read(long minute, DateTimeOffset now, Minute? known)
    {
        var open = Array.ConvertAll(groups, group => group.IsOpen(now));
        if (known is not null && known.Open.AsSpan().SequenceEqual(open))
        {
            return new Minute(minute, open, known.Bits);
        }

        var bits = (ulong[])always.Clone();
        for (var i = 0; i < groups.Length; i++)
        {
            foreach (var number in open[i] ? groups[i].Numbers : [])
            {
                bits[number / 64] |= 1UL << (number % 64);
            }
        }

        return new Minute(minute, open, bits);
    }

    private sealed record Minute(long Number, bool[] Open, ulong[] Bits);

    private sealed record Group(ContractRules Rules, int[] Numbers)
    {
        public bool IsOpen(DateTimeOffset now) =>
            Rules.IsWithinDates(now) && (Rules.Contract.Schedule is not { } schedule || Rules.Calendar.IsOpen(schedule, now));
    }
}
