using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Matching;
using Kontor.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight;

/// <summary>Reads what a sale would be decided on, without a lock: what a simulation says was true when it was asked.</summary>
internal static class SimulateSql
{
    // Primary key counters_pkey; no lock.
    private const string Counters = ClaimLockSql.CounterColumns + " where owner = any($1)";

    // Primary key accounts_pkey; no lock.
    private const string Accounts = ClaimLockSql.AccountColumns + " where buyer = any($1) and currency = $2";

    // Primary key credit_groups_pkey; no lock.
    private const string Credits = """
        select group_name, member.contract, member.credit from credit_groups, unnest(contracts, credits) as member (contract, credit)
        where group_name = any($1)
        """;

    // Primary key duplicate_keys_pkey; no lock. A lead that is tried again was not seen before because it came itself.
    private const string Persons = """
        select known.scope, known.key_hash, known.seen_at from unnest($1, $2) as asked (scope, key_hash)
        join duplicate_keys known using (scope, key_hash) where known.lead_id <> $3
        """;

    /// <summary>Whether the campaign saw the lead's person within its window.</summary>
    public static async Task<bool> IsSeenAsync(NpgsqlDataSource database, CampaignDesk desk, Lead lead, CancellationToken cancel)
    {
        if (lead.Test || desk.Campaign.Duplicates is not { } rule)
        {
            return false;
        }

        var keys = DuplicateKeys.Of(rule, desk.Terms.Rules.Vertical, lead.Values).Select(hash => new PersonKey("c:" + desk.Campaign.Key, new Guid(hash))).ToList();
        return (await PersonsAsync(database, lead.Id, keys, cancel)).Values.Any(seen => seen > lead.ReceivedAt - rule.Window);
    }

    /// <summary>What is used of each cap of the lead's campaign and source; empty when there are none or the lead is a test.</summary>
    public static async Task<ImmutableArray<long>> VolumeAsync(NpgsqlDataSource database, CampaignDesk desk, Lead lead, DateTimeOffset now, CancellationToken cancel)
    {
        var caps = desk.Terms.VolumeOf(lead.Source);
        if (caps.IsEmpty || lead.Test)
        {
            return [];
        }

        var (campaign, source) = (ClaimBatch.CampaignOwner(lead), ClaimBatch.SourceOwner(lead));
        var volumes = await VolumesSql.ReadAsync(database, [campaign, source], cancel);
        return ClaimBatch.Used(caps, volumes.GetValueOrDefault(campaign), volumes.GetValueOrDefault(source), now);
    }

    /// <summary>The facts of every candidate.</summary>
    public static async Task<SaleFacts> FactsAsync(
        NpgsqlDataSource database, CampaignDesk desk, FoundCandidates found, Lead lead, DateTimeOffset now, CancellationToken cancel)
    {
        var terms = found.Ordinals.Select(ordinal => desk.Terms.Contracts[ordinal]).ToList();
        var counters = await CountersAsync(database, [.. terms.SelectMany(one => new[] { one.CounterOwner, one.BuyerCounterOwner }).Distinct()], cancel);
        var accounts = await AccountsAsync(database, [.. terms.Select(one => one.Buyer.Key).Distinct()], desk.Campaign.Currency, cancel);
        var keys = terms.ToDictionary(one => one, one => PersonsOf(desk, one, lead));
        var persons = await PersonsAsync(database, lead.Id, [.. keys.Values.SelectMany(key => key).Distinct()], cancel);
        var candidates = found.Ordinals.Select(ordinal =>
        {
            var one = desk.Terms.Contracts[ordinal];
            var calendar = desk.Terms.Rules.Contracts[ordinal].Calendar;
            var own = counters.GetValueOrDefault(one.CounterOwner) ?? new Counter(one.CounterOwner, calendar);
            var buyer = counters.GetValueOrDefault(one.BuyerCounterOwner) ?? new Counter(one.BuyerCounterOwner, calendar);
            // A buyer of a draft has no account yet: it would begin empty.
            var account = accounts.GetValueOrDefault(one.Buyer.Key) ?? new Account(one.Buyer.Key, desk.Campaign.Currency) { CreditLimit = one.AgreedLimit };
            var since = now - (one.Contract.Duplicates?.Window ?? TimeSpan.Zero);
            return CandidateReading.Read(desk, ordinal, own, buyer, account, now, keys[one].Any(key => persons.TryGetValue(key, out var seen) && seen > since));
        });
        return new SaleFacts([.. candidates], [], []) { Credits = await CreditsAsync(database, desk, found, cancel), Returns = found.Returns };
    }

    private static List<PersonKey> PersonsOf(CampaignDesk desk, ContractTerms terms, Lead lead) =>
        terms.Contract.Duplicates is not { } rule || lead.Test
            ? []
            : [.. DuplicateKeys.Of(rule, desk.Terms.Rules.Vertical, lead.Values).Select(hash => new PersonKey("b:" + terms.Buyer.Key, new Guid(hash)))];

    private static async Task<Dictionary<string, Counter>> CountersAsync(NpgsqlDataSource database, string[] owners, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Counters);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = owners });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, Counter>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            var counter = ClaimLockSql.CounterOf(reader);
            found[counter.Owner] = counter;
        }

        return found;
    }

    private static async Task<Dictionary<string, Account>> AccountsAsync(
        NpgsqlDataSource database, string[] buyers, Currency currency, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Accounts);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = buyers });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency.Code });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, Account>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            var account = ClaimLockSql.AccountOf(reader);
            found[account.Buyer] = account;
        }

        return found;
    }

    private static async Task<Dictionary<PersonKey, DateTimeOffset>> PersonsAsync(
        NpgsqlDataSource database, LeadId except, List<PersonKey> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        await using var command = database.CreateCommand(Persons);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Scope)] });
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
            Value = keys.Select(key => key.Hash.ToByteArray()).ToArray(),
        });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = except.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<PersonKey, DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            found[new PersonKey(reader.GetString(0), new Guid(reader.GetFieldValue<byte[]>(1)))] = reader.GetFieldValue<DateTimeOffset>(2);
        }

        return found;
    }

    private static async Task<ImmutableArray<MemberCredit>> CreditsAsync(
        NpgsqlDataSource database, CampaignDesk desk, FoundCandidates found, CancellationToken cancel)
    {
        var tiers = found.Plan.Tiers.Where(tier => tier.IsShared).ToDictionary(tier => tier.Group);
        if (tiers.Count == 0)
        {
            return [];
        }

        await using var command = database.CreateCommand(Credits);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tiers.Keys] });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var credits = new List<MemberCredit>();
        while (await reader.ReadAsync(cancel))
        {
            if (desk.Terms.Rules.Find(reader.GetString(1)) is { Contract.Status: Status.Active } contract)
            {
                credits.Add(new MemberCredit(tiers[reader.GetString(0)].Index, contract.Ordinal, reader.GetInt64(2)));
            }
        }

        return [.. credits.GroupBy(credit => credit.Tier).SelectMany(tier => found.Plan.Tiers[tier.Key].Clamp is { } clamp ? Settled(tier, clamp) : tier)];
    }

    // As a claim would find them.
    private static IEnumerable<MemberCredit> Settled(IEnumerable<MemberCredit> tier, int clamp)
    {
        MemberCredit[] members = [.. tier];
        long[] credits = [.. members.Select(member => member.Micro)];
        AbsoluteShare.Settle(credits, clamp);
        return members.Select((member, i) => member with { Micro = credits[i] });
    }
}
