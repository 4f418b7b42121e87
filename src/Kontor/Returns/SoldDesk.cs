using Kontor.Insight;
using Kontor.Matching;
using Npgsql;

namespace Kontor.Returns;

/// <summary>The desk at which something is decided about a lead that was sold.</summary>
internal static class SoldDesk
{
    /// <summary>The desk of the lead's campaign as it is now; as it was when the lead was first decided where the campaign was archived since.</summary>
    public static async Task<CampaignDesk> OfAsync(NpgsqlDataSource database, LiveDesks desks, StoredLead lead, CancellationToken cancel)
    {
        if (desks.Find(lead.Campaign) is { } live)
        {
            return live;
        }

        var first = (await LeadsSql.DecisionsAsync(database, lead.Id, cancel))[0];
        return await desks.DecidedAtAsync(first.RulesVersion, lead.Campaign);
    }
}
