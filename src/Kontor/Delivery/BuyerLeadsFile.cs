using System.Globalization;
using System.Text;
using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>A buyer's leads as CSV: all pages of what his list shows, each with its fields.</summary>
internal static class BuyerLeadsFile
{
    private const int PageSize = 500;
    private static readonly string[] Fixed =
        ["sale_id", "sold_at", "contract", "promise", "position", "max_buyers", "price", "currency", "source", "status", "outcome", "outcome_value", "consent_given_at"];

    public static async Task WriteAsync(HttpContext context)
    {
        var buyer = context.PageUser().Party!;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var filter = BuyerLeadsPage.FilterOf(context.Request);
        string[] fields = [.. network.Contracts.Values.Where(one => one.Buyer == buyer).Select(one => network.Verticals[network.Campaigns[one.Campaign].Vertical])
            .DistinctBy(vertical => vertical.Key).OrderBy(vertical => vertical.Key, StringComparer.Ordinal).SelectMany(vertical => vertical.Fields.Select(field => field.Key)).Distinct()];
        var page = await BuyerLeadsSql.PageAsync(database, buyer, filter, (Guid.AllBitsSet, PageSize), context.RequestAborted);
        CsvText.Begin(context, "leads.csv");
        await CsvText.WriteAsync(context, CsvText.Line([.. Fixed, .. fields]));
        while (page.Count > 0)
        {
            var text = new StringBuilder();
            foreach (var lead in page)
            {
                text.Append(CsvText.Line([.. Cells(BuyerLeadRow.Of(lead, network)), .. FieldsOf(lead, fields)]));
            }

            await CsvText.WriteAsync(context, text.ToString());
            page = page.Count < PageSize ? [] : await BuyerLeadsSql.PageAsync(database, buyer, filter, (page[^1].SaleId, PageSize), context.RequestAborted);
        }
    }

    private static IEnumerable<string?> Cells(BuyerLeadRow row)
    {
        var lead = row.Lead;
        return
        [
            lead.SaleId.ToString(), CatalogAnswers.Instant(lead.SoldAt), lead.Contract, lead.MaxBuyers == 1 ? "exclusive" : "shared", Number(lead.Position), Number(lead.MaxBuyers),
            Amount(lead.Price, lead.Currency), lead.Currency.Code, row.Source, lead.Status, lead.Outcome?.Report.Name,
            lead.Outcome?.Report.Value is { } value ? Amount(value, lead.Currency) : null, GivenAt(lead.Consent),
        ];
    }

    private static IEnumerable<string?> FieldsOf(BuyerLead lead, string[] keys)
    {
        using var fields = JsonDocument.Parse(lead.Fields);
        return [.. keys.Select(key => !fields.RootElement.TryGetProperty(key, out var value) ? null
            : value.ValueKind == JsonValueKind.Array ? string.Join("; ", value.EnumerateArray().Select(item => item.ToString()))
            : value.ToString())];
    }

    private static string? GivenAt(string? consent)
    {
        using var parsed = consent is null ? null : JsonDocument.Parse(consent);
        return parsed?.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty("given_at", out var at) ? at.ToString() : null;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Amount(long minor, Currency currency) => new Money(minor, currency).ToDecimal().ToString(CultureInfo.InvariantCulture);
}
