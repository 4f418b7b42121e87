using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>A contract as matching asks it: everything looked up that does not change with the lead.</summary>
public sealed class ContractRules
{
    internal ContractRules(int ordinal, Contract contract, Buyer buyer)
    {
        Ordinal = ordinal;
        Contract = contract;
        Buyer = buyer;
        Calendar = BuyerCalendar.For(buyer.TimeZone);
        TakesSource = new FilterRules.TakesSource(contract.Sources);
    }

    /// <summary>Index in <see cref="CampaignRules.Contracts"/>.</summary>
    public int Ordinal { get; }

    /// <summary>As configured.</summary>
    public Contract Contract { get; }

    /// <summary>Who buys.</summary>
    public Buyer Buyer { get; }

    /// <summary>The calendar of the buyer's zone.</summary>
    public BuyerCalendar Calendar { get; }

    internal FilterRules.TakesSource TakesSource { get; }

    internal FilterRules? Filter { get; init; }

    internal TerritoryRules? Territory { get; init; }

    /// <summary>Whether today, in the buyer's zone, is within the contract's first and last day.</summary>
    internal bool IsWithinDates(DateTimeOffset now)
    {
        if (Contract.ValidFrom is null && Contract.ValidUntil is null)
        {
            return true;
        }

        var today = Calendar.LocalDate(now);
        return !(today < Contract.ValidFrom) && !(today > Contract.ValidUntil);
    }
}

/// <summary>Everything matching needs to know about a campaign, compiled once per rules version. Immutable.</summary>
public sealed class CampaignRules
{
    private readonly PostalUniverse universe;
    private readonly int postalField;
    private readonly int stateField;

    private CampaignRules(Campaign campaign, Vertical vertical, PostalUniverse universe, ImmutableArray<ContractRules> contracts)
    {
        Campaign = campaign;
        Vertical = vertical;
        Contracts = contracts;
        this.universe = universe;
        postalField = FirstOf(vertical, FieldType.PostalCode);
        stateField = FirstOf(vertical, FieldType.State);
        Exclusive = [.. contracts.Where(rules => rules.Territory is { Territory.Exclusive: true } && rules.Contract.Status == Status.Active)];
    }

    /// <summary>The campaign.</summary>
    public Campaign Campaign { get; }

    /// <summary>Its vertical.</summary>
    public Vertical Vertical { get; }

    /// <summary>Every contract of the campaign, paused ones too, in ordinal order of the key.</summary>
    public ImmutableArray<ContractRules> Contracts { get; }

    /// <summary>What each source is paid, by its key.</summary>
    public required FrozenDictionary<string, Payout> Payouts { get; init; }

    /// <summary>The caps of each source that has some, by its key.</summary>
    public required FrozenDictionary<string, ImmutableArray<Cap>> SourceCaps { get; init; }

    /// <summary>The active contracts that hold their territory alone, in ordinal order of the key.</summary>
    internal ImmutableArray<ContractRules> Exclusive { get; }

    internal PostalUniverse Universe => universe;

    /// <summary>Whether the postal code and the state of a lead must not be shown. A state may come from the code, so it is as personal.</summary>
    internal (bool Code, bool State) PersonalPlace =>
        (IsPersonal(postalField), IsPersonal(postalField) || IsPersonal(stateField));

    /// <summary>Compiles a campaign of a network. Radii become sets of the postal codes the geography knows.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such campaign, or refers to a vertical or buyer it does not have.</exception>
    public static CampaignRules Compile(Network network, string campaignKey, PostalGeography geography)
    {
        var campaign = network.Campaigns[campaignKey];
        var vertical = network.Verticals[campaign.Vertical];
        var contracts = network.Contracts.Values
            .Where(contract => contract.Campaign == campaignKey)
            .OrderBy(contract => contract.Key, StringComparer.Ordinal)
            .ToList();
        var named = contracts.Where(contract => contract.Territory is not null).SelectMany(contract => TerritoryRules.NamedCodes(contract.Territory!));
        var universe = PostalUniverse.Of(geography, campaign.Country, named);
        var shared = new SharedCodes();
        var rules = contracts.Select((contract, ordinal) => new ContractRules(ordinal, contract, network.Buyers[contract.Buyer])
        {
            Filter = contract.Filter is null ? null : FilterRules.Compile(contract.Filter, vertical),
            Territory = contract.Territory is null ? null : TerritoryRules.Compile(contract.Territory, universe, shared),
        });
        return new CampaignRules(campaign, vertical, universe, [.. rules])
        {
            Payouts = network.Sources.ToFrozenDictionary(source => source.Key, source => source.Value.Payout),
            SourceCaps = network.Sources.Where(source => !source.Value.Caps.IsEmpty).ToFrozenDictionary(source => source.Key, source => source.Value.Caps),
        };
    }

    /// <summary>The contract with a key, or null.</summary>
    public ContractRules? Find(string contractKey)
    {
        var (low, high) = (0, Contracts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Contracts[middle].Contract.Key, contractKey);
            if (order == 0)
            {
                return Contracts[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Where a lead is: by the vertical's first postal code field, and its first state field or else the code's state.</summary>
    internal LeadPlace PlaceOf(Lead lead)
    {
        var code = TextOf(lead, postalField) is { } written ? PostalText.Compact(written) : null;
        var id = code is null ? -1 : universe.IdOf(code);
        var exact = id >= 0;
        if (code is not null && !exact && PostalText.District(Campaign.Country, code) is { } district)
        {
            id = universe.IdOf(district);
        }

        return new LeadPlace(code, id, exact, (TextOf(lead, stateField) ?? universe.StateOf(id))?.ToUpperInvariant());
    }

    private bool IsPersonal(int field) => field >= 0 && Vertical.Fields[field].Personal;

    private static string? TextOf(Lead lead, int field) => field >= 0 && field < lead.Values.Length ? lead.Values[field].Text : null;

    private static int FirstOf(Vertical vertical, FieldType type)
    {
        for (var i = 0; i < vertical.Fields.Length; i++)
        {
            if (vertical.Fields[i].Type == type)
            {
                return i;
            }
        }

        return -1;
    }
}
