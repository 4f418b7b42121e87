using Kontor.Core.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>Reads how the leads of a campaign's groups were shared.</summary>
internal static class CampaignSharesSql
{
    // Index sales_by_contract alone (its ids are times, and it carries status and group) and primary key credit_groups_pkey; no lock.
    private const string Shares = """
        with sold as (
            select credit_group as name, contract, count(*) as sales from sales
            where contract = any($1) and sale_id >= uuid_at($2) and sale_id < uuid_at($3) and status in ('reserved', 'confirmed', 'returned') and not test
                and credit_group = any($4)
            group by credit_group, contract
        ), owed as (
            select group_name as name, member.contract, member.credit from credit_groups, unnest(contracts, credits) as member (contract, credit)
            where group_name = any($4)
        )
        select name, contract, coalesce(sales, 0), coalesce(credit, 0) from sold full join owed using (name, contract)
        """;

    /// <summary>Sales that were not released, as credits count them, within a span of time and present credits, by group and contract.</summary>
    public static async Task<Dictionary<(string Group, string Contract), (long Sales, long Credit)>> ReadAsync(
        NpgsqlDataSource database, SaleTerms terms, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Shares);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. terms.Contracts.Select(one => one.Contract.Key)] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. terms.Plans.SelectMany(plan => plan.Tiers).Where(tier => tier.IsShared).Select(tier => tier.Group)],
        });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var shares = new Dictionary<(string, string), (long, long)>();
        while (await reader.ReadAsync(cancel))
        {
            shares[(reader.GetString(0), reader.GetString(1))] = (reader.GetInt64(2), reader.GetInt64(3));
        }

        return shares;
    }
}
