using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What would become of a lead if it came in now, beside what became of it.</summary>
public sealed record LeadAgainModel
{
    public required StoredLead Lead { get; init; }

    /// <summary>What would happen; null when it cannot be said.</summary>
    public Simulated? Now { get; init; }
    public WhyModel? Why { get; init; }

    /// <summary>Who has it, as <c>contract, price</c>.</summary>
    public required IReadOnlyList<(string Contract, long Price)> SoldThen { get; init; }

    /// <summary>Who would get it.</summary>
    public IReadOnlyList<(string Contract, long Price)> SoldNow { get; init; } = [];

    /// <summary>Whether bids of then were taken.</summary>
    public bool UsesBids { get; init; }
}

/// <summary><c>POST /console/leads/{id}/again</c>: a lead of the past under the rules of now. Nothing is stored, sent or taken.</summary>
public static class LeadAgainPage
{
    /// <summary>Where the form is sent to.</summary>
    public static string Address(LeadId lead) => $"{LeadPage.Address(lead)}/again";

    /// <summary>Maps it. Whoever opens the address of an answer is led to the lead.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(LeadsPage.Path + "/{id:guid}/again", ShowAsync).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet(LeadsPage.Path + "/{id:guid}/again", (HttpContext context, Guid id) => Pages.Done(context, LeadPage.Address(new LeadId(id))))
            .ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database, TraceLead trace, SimulateSale simulate, Guid id)
    {
        var cancel = context.RequestAborted;
        if (await trace.ReplayAsync(new LeadId(id), cancel) is not { } replay)
        {
            return LeadPage.Absent(context);
        }

        var sales = await SalesSql.OfLeadAsync(database, replay.Lead.Id, cancel);
        var model = new LeadAgainModel { Lead = replay.Lead, SoldThen = [.. sales.Where(sale => sale.Status is "confirmed" or "reserved").Select(sale => (sale.Contract, sale.Price))] };
        if (await simulate.AgainAsync(replay, cancel) is { } now)
        {
            model = model with
            {
                Now = now,
                Why = Why(replay, now),
                SoldNow = [.. (now.Decision?.Awards ?? []).Select(award => (now.Desk.Terms.Contracts[award.Contract].Contract.Key, award.Price))],
                UsesBids = replay.Rounds.Any(round => !round.Facts.Bids.IsEmpty),
            };
        }

        return Pages.Show<LeadAgainView>(context, model);
    }

    private static WhyModel Why(TraceLead.Replay replay, Simulated now) => new()
    {
        Lead = replay.Lead.Id,
        Campaign = replay.Lead.Campaign,
        Currency = replay.Lead.Currency,
        Contracts = [.. WhyModel.Sorted(now.Contracts)],
        All = now.Contracts.Length,
        Promise = now.Decision?.Promise ?? now.Desk.Terms.Main.Promise,
        RulesVersion = now.Desk.Version,
        Plan = (now.Decision?.Plan ?? now.Desk.Terms.Main).Path,
        Promises = now.Decision?.Promises ?? [],
        Then = replay.Contracts.ToImmutableDictionary(entry => entry.Contract),
    };
}
