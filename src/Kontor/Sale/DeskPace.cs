using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>What the caps of a campaign's contracts that are spread over their windows may have used at a time. The curve of a window is made
/// when the first lead asks for it, and anew when more is known of arrivals.</summary>
public sealed class DeskPace(SaleTerms terms, LiveReadings readings)
{
    private readonly Seen?[]?[] seen = [.. terms.Contracts.Select(contract => contract.IsPaced ? new Seen?[contract.Contract.Caps.Length] : null)];

    /// <summary>The quotas as <see cref="CandidateFacts.Quotas"/> has them.</summary>
    /// <param name="ordinal">Whose.</param>
    /// <param name="calendar">The calendar its windows are counted in.</param>
    /// <param name="at">The time a sale would be counted at.</param>
    internal ImmutableArray<long> QuotasOf(int ordinal, BuyerCalendar calendar, DateTimeOffset at)
    {
        if (seen[ordinal] is not { } known)
        {
            return [];
        }

        var (contract, arrivals) = (terms.Contracts[ordinal], readings.Arrivals.GetValueOrDefault(terms.Rules.Campaign.Key, ArrivalHours.None));
        var quotas = new long[contract.Caps.Length];
        Array.Fill(quotas, -1);
        for (var i = 0; i < known.Length; i++)
        {
            var cap = contract.Caps[i];
            if (cap.Pace != Pace.Even)
            {
                continue;
            }

            var last = Volatile.Read(ref known[i]);
            if (last is null || last.Arrivals != arrivals || last.Calendar != calendar || at < last.Curve.Start || at >= last.Curve.End)
            {
                last = new Seen(arrivals, calendar, PaceCurve.Of(contract.Contract, calendar, cap.Window, at, arrivals));
                Volatile.Write(ref known[i], last);
            }

            quotas[i] = last.Curve.Allowance(cap.Leads ?? cap.Spend!.Value, at);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(quotas);
    }

    private sealed record Seen(ArrivalHours Arrivals, BuyerCalendar Calendar, PaceCurve Curve);
}
