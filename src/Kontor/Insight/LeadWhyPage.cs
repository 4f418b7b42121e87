using System.Collections.Immutable;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Portal;

namespace Kontor.Insight;

/// <summary>What became of every contract of a campaign.</summary>
public sealed record WhyModel
{
    public required LeadId Lead { get; init; }
    public required string Campaign { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>Those shown, sold ones first, then who came closest.</summary>
    public required IReadOnlyList<ContractTrace> Contracts { get; init; }

    /// <summary>How many there are in all.</summary>
    public required int All { get; init; }

    /// <summary>What was searched for; empty for all.</summary>
    public string Wanted { get; init; } = "";
    public required int Promise { get; init; }
    public required long RulesVersion { get; init; }

    /// <summary>Where in the campaign the plan stands.</summary>
    public required string Plan { get; init; }

    /// <summary>Why the lead was offered again, in words; null when it was offered once.</summary>
    public Phrase? Offered { get; init; }

    /// <summary>What each promise would have earned, where several were weighed.</summary>
    public ImmutableArray<PromiseSum> Promises { get; init; } = [];

    /// <summary>Of a simulation: how each contract fared when the lead came in; null where this is how it fared.</summary>
    public IReadOnlyDictionary<string, ContractTrace>? Then { get; init; }

    /// <summary>The check that refuses a contract; null when none does.</summary>
    public static GateCheck? Failing(ContractTrace contract) =>
        contract.Checks.FirstOrDefault(check => !check.Passed && check.Gate == contract.Reason) ?? contract.Checks.FirstOrDefault(check => !check.Passed);

    /// <summary>Sold first, then by rank, then by how far a contract came through the gates.</summary>
    public static IEnumerable<ContractTrace> Sorted(IEnumerable<ContractTrace> contracts) => contracts
        .OrderByDescending(entry => entry.Sold).ThenBy(entry => entry.Rank ?? int.MaxValue).ThenByDescending(entry => entry.Reason).ThenBy(entry => entry.Contract, StringComparer.Ordinal);
}

/// <summary>What became of one contract.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="Contract">The contract's key.</param>
/// <param name="Trace">How it fared; null when it was no part of the campaign then.</param>
/// <param name="Absent">Why it was no part of it, in words; null when it was.</param>
/// <param name="DecidedAt">When the last round was decided.</param>
/// <param name="RulesVersion">By which rules.</param>
public sealed record ContractWhyModel(LeadId Lead, string Contract, ContractTrace? Trace, string? Absent, DateTimeOffset DecidedAt, long RulesVersion);

/// <summary><c>/console/leads/{id}/why</c> and <c>/why/{contract}</c>: why a lead went where it went and nowhere else, decided again from what is stored.</summary>
public static class LeadWhyPage
{
    /// <summary>The address of all contracts, or of one.</summary>
    public static string Address(LeadId lead, string? contract = null) =>
        contract is null ? $"{LeadPage.Address(lead)}/why" : $"{LeadPage.Address(lead)}/why/{Uri.EscapeDataString(contract)}";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(LeadsPage.Path + "/{id:guid}/why", ShowAllAsync).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet(LeadsPage.Path + "/{id:guid}/why/{contract}", ShowOneAsync).ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAllAsync(HttpContext context, TraceLead trace, Guid id)
    {
        if (await trace.ReplayAsync(new LeadId(id), context.RequestAborted) is not { } replay)
        {
            return LeadPage.Absent(context);
        }

        var viewer = Viewer.Of(context);
        var wanted = context.Request.Query["contract"].ToString().Trim();
        var model = new WhyModel
        {
            Lead = replay.Lead.Id,
            Campaign = replay.Lead.Campaign,
            Currency = replay.Lead.Currency,
            Contracts = [.. WhyModel.Sorted(replay.Contracts.Where(entry => Fits(entry, wanted, viewer)))],
            All = replay.Contracts.Length,
            Wanted = wanted,
            Promise = replay.Last.Promise,
            RulesVersion = replay.Last.RulesVersion,
            Plan = (replay.Decision?.Plan ?? replay.Terms.Main).Path,
            Offered = replay.Offered,
            Promises = replay.Decision?.Promises ?? [],
        };
        return context.WantsPart() ? Pages.Show<WhyTable>(context, model) : Pages.Show<LeadWhyView>(context, model);
    }

    private static async Task<IResult> ShowOneAsync(HttpContext context, TraceLead trace, LiveNetwork live, Guid id, string contract)
    {
        if (await trace.ReplayAsync(new LeadId(id), context.RequestAborted) is not { } replay)
        {
            return LeadPage.Absent(context);
        }

        var entry = replay.Contracts.FirstOrDefault(one => one.Contract == contract);
        var absent = entry is null ? Absent(Viewer.Of(context), live.Current, replay, contract) : null;
        return entry is null && absent is null
            ? LeadPage.Absent(context)
            : Pages.Show<ContractWhyView>(context, new ContractWhyModel(replay.Lead.Id, contract, entry, absent, replay.Last.DecidedAt, replay.Last.RulesVersion));
    }

    private static bool Fits(ContractTrace entry, string wanted, Viewer viewer) => wanted.Length == 0
        || ((string[])[entry.Contract, entry.Buyer, viewer.Reason(entry.Reason), entry.Reason.Text()]).Any(text => text.Contains(wanted, StringComparison.OrdinalIgnoreCase));

    // A contract that was not looked at because it was not there is explained, too; null when there never was one of that key.
    private static string? Absent(Viewer viewer, Network now, TraceLead.Replay replay, string contract) => now.Contracts.GetValueOrDefault(contract) is not { } known ? null
        : known.Campaign != replay.Lead.Campaign ? viewer["It buys from the campaign {0}; this lead came to {1}.", known.Campaign, replay.Lead.Campaign]
        : viewer["It did not exist when the lead was decided: rules version {0} did not have it yet.", replay.Last.RulesVersion];
}
