using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>The list of leads that a buyer sees.</summary>
/// <param name="Leads">Newest first.</param>
/// <param name="Filter">Which of them.</param>
/// <param name="Contracts">Keys of his contracts.</param>
/// <param name="First">Address of the first page; null when this is it.</param>
/// <param name="Next">Address of the next page; null when there is none.</param>
public sealed record BuyerLeads(IReadOnlyList<BuyerLeadRow> Leads, BuyerLeadFilter Filter, IReadOnlyList<string> Contracts, string? First, string? Next)
{
    /// <summary>The problems of a report on several leads at once, with what was chosen.</summary>
    public BulkReport Bulk { get; init; } = new([], null, null, []);

    /// <summary>The filter as it stands in an address; empty without one.</summary>
    public string Query => BuyerLeadsPage.QueryOf(Filter);
}

/// <summary>What somebody typed to report on several leads.</summary>
public sealed record BulkReport(IReadOnlyList<Guid> Chosen, string? Outcome, string? Value, IReadOnlyList<(string Field, string Message)> Problems);

/// <summary>One of a buyer's leads with what his page says about it.</summary>
/// <param name="Lead">The sale.</param>
/// <param name="Name">Of the person; empty where the vertical has no name.</param>
/// <param name="Place">Postal code and city; empty where the vertical has none.</param>
/// <param name="Source">What he is told of the source; null nothing.</param>
public sealed record BuyerLeadRow(BuyerLead Lead, string Name, string Place, string? Source)
{
    /// <summary>How leads of this kind of source have done for him.</summary>
    public (long Reported, long Won) Quality { get; init; }

    public static BuyerLeadRow Of(BuyerLead lead, Network network)
    {
        using var fields = JsonDocument.Parse(lead.Fields);
        var vertical = network.Campaigns.TryGetValue(lead.Campaign, out var campaign) ? network.Verticals.GetValueOrDefault(campaign.Vertical) : null;
        return new BuyerLeadRow(lead, Text(FieldType.FirstName, FieldType.LastName), Text(FieldType.PostalCode, FieldType.City), SourceOf(lead, network));

        string Text(params ReadOnlySpan<FieldType> types)
        {
            var found = new List<string>();
            foreach (var type in types)
            {
                foreach (var field in vertical?.Fields ?? [])
                {
                    if (field.Type == type && fields.RootElement.TryGetProperty(field.Key, out var value))
                    {
                        found.Add(value.ToString());
                    }
                }
            }

            return string.Join(' ', found);
        }
    }

    // The class, and the source's own name only where the operator has opened it.
    private static string? SourceOf(BuyerLead lead, Network network) => network.Sources.GetValueOrDefault(lead.Source) is not { } source ? null
        : network.Contracts.GetValueOrDefault(lead.Contract)?.BuyerMay.SourceNames == true ? source.Name ?? source.Key
        : source.Class;
}

/// <summary><c>/buyer</c> and <c>/buyer/leads.csv</c>: what a buyer has bought, newest first, and the same as a file.</summary>
internal static class BuyerLeadsPage
{
    private const int PageSize = 50;
    private static readonly string[] Outcomes = ["none", "contacted", "appointment", "won", "no_deal"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/buyer", (Delegate)(async (HttpContext context) => Pages.Show<BuyerLeadsView>(context, await ModelAsync(context, FilterOf(context.Request), Cursor(context.Request)))))
            .ForBuyers().ExcludeFromDescription();
        app.MapGet("/buyer/leads.csv", BuyerLeadsFile.WriteAsync).ForBuyers().ExcludeFromDescription();
    }

    /// <summary>A page of the signed-in buyer's leads.</summary>
    internal static async Task<BuyerLeads> ModelAsync(HttpContext context, BuyerLeadFilter filter, Guid? before)
    {
        var buyer = context.PageUser().Party!;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var found = await BuyerLeadsSql.PageAsync(database, buyer, filter, (before ?? Guid.AllBitsSet, PageSize + 1), context.RequestAborted);
        var shown = found.GetRange(0, Math.Min(PageSize, found.Count));
        var query = QueryOf(filter);
        var quality = await SourceQuality.OfAsync(database, buyer, network, context.RequestAborted);
        return new BuyerLeads(
            shown.ConvertAll(lead => BuyerLeadRow.Of(lead, network) with { Quality = quality[network, lead.Source] }),
            filter,
            [.. network.Contracts.Values.Where(one => one.Buyer == buyer).Select(one => one.Key).Order(StringComparer.Ordinal)],
            before is null ? null : "/buyer" + query,
            found.Count > PageSize ? $"/buyer{query}{(query.Length == 0 ? '?' : '&')}before={shown[^1].SaleId}" : null);
    }

    /// <summary>The filter of an address. What is no filter filters nothing.</summary>
    internal static BuyerLeadFilter FilterOf(HttpRequest request)
    {
        string? contract = request.Query["contract"];
        return new BuyerLeadFilter(
            contract is { Length: > 0 } && CatalogKeys.IsKey(contract) ? contract : null,
            OneOf(request.Query["outcome"], Outcomes), OneOf(request.Query["promise"], ["exclusive", "shared"]), OneOf(request.Query["status"], ["confirmed", "returned"]));
    }

    /// <summary>A filter as it stands in an address.</summary>
    internal static string QueryOf(BuyerLeadFilter filter)
    {
        var parts = ((string Name, string? Value)[])[("contract", filter.Contract), ("outcome", filter.Outcome), ("promise", filter.Promise), ("status", filter.Status)];
        var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
        return query.Length == 0 ? string.Empty : "?" + query;
    }

    private static string? OneOf(string? text, string[] known) => known.Contains(text) ? text : null;

    private static Guid? Cursor(HttpRequest request) => Guid.TryParse(request.Query["before"], out var before) ? before : null;
}
