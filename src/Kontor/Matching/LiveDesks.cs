using System.Collections.Concurrent;
using System.Collections.Frozen;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Sale;

namespace Kontor.Matching;

/// <summary>The campaigns of the current rules version, ready to sell; swapped by reference when the rules change. Past versions are opened
/// on demand, for replay.</summary>
public sealed class LiveDesks
{
    private const int PastKept = 16;
    private const int PastGeographiesKept = 3;
    private readonly LiveNetwork network;
    private readonly PostalAreas areas;
    private readonly ConcurrentDictionary<(long Version, string Campaign), PastDesk> past = new();
    private volatile Opened current;

    /// <summary>Opens the desks of the network as it stands, and again whenever it changes.</summary>
    public LiveDesks(LiveNetwork network, PostalAreas areas, LiveReadings? readings = null)
    {
        Readings = readings ?? new LiveReadings();
        this.network = network;
        this.areas = areas;
        current = Open(network.InForce);
        network.Changed += changed => current = Open(changed);
    }

    /// <summary>The slowly moving figures that sales at these desks look at.</summary>
    public LiveReadings Readings { get; }

    /// <summary>The network the desks were made from.</summary>
    public Network Network => current.Network;

    /// <summary>The desk of a campaign, or null when there is none of that key.</summary>
    public CampaignDesk? Find(string campaign) => current.Desks.GetValueOrDefault(campaign);

    /// <summary>The desk of a campaign as of a rules version; null when it did not exist then.</summary>
    public async Task<CampaignDesk?> AtAsync(long version, string campaign)
    {
        if (version == current.Network.Version)
        {
            return Find(campaign);
        }

        if (past.TryGetValue((version, campaign), out var known))
        {
            return known.Desk;
        }

        var rules = await network.LoadAsync(version);
        if (!rules.Campaigns.ContainsKey(campaign))
        {
            return null;
        }

        var geography = await areas.AtAsync(version, CancellationToken.None);
        var opened = new PastDesk(CampaignDesk.Open(rules, campaign, geography), geography);
        MakeRoom();
        return past.GetOrAdd((version, campaign), opened).Desk;
    }

    /// <summary>The desk that a stored decision was made at.</summary>
    /// <exception cref="InvalidOperationException">The version has no such campaign, which no decision leads to.</exception>
    public async Task<CampaignDesk> DecidedAtAsync(long version, string campaign) =>
        await AtAsync(version, campaign) ?? throw new InvalidOperationException($"Campaign {campaign} is missing from rules version {version}.");

    // A desk holds the numbered postal codes of its country, so desks of few different geographies are kept.
    private void MakeRoom()
    {
        if (past.Count >= PastKept || past.Values.Select(desk => desk.Geography).Distinct().Count() > PastGeographiesKept)
        {
            past.Clear();
        }
    }

    private Opened Open(RulesInForce rules) => new(rules.Network, rules.Network.Campaigns.Keys.ToFrozenDictionary(
        key => key, key => CampaignDesk.Open(rules.Network, key, rules.Geography, Readings)));

    private sealed record PastDesk(CampaignDesk Desk, PostalGeography Geography);

    private sealed record Opened(Network Network, FrozenDictionary<string, CampaignDesk> Desks);
}
