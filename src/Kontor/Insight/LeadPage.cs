using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What the page of a lead shows.</summary>
public sealed record LeadModel
{
    public required StoredLead Lead { get; init; }
    public required int Promise { get; init; }
    public required long Revenue { get; init; }
    public required long Payout { get; init; }
    public required IReadOnlyList<SaleView> Sales { get; init; }
    public required IReadOnlyList<ShownField> Fields { get; init; }
    public required IReadOnlyList<ShownField> Consent { get; init; }

    /// <summary>As posted; null where the reader sees no personal data.</summary>
    public string? Original { get; init; }
    public required ImmutableArray<LeadMoment> Moments { get; init; }

    /// <summary>Whether personal values are cut down to what tells people apart.</summary>
    public bool Masked { get; init; }
}

/// <summary><c>/console/leads/{id}</c>: one lead, what happened to it, and why.</summary>
public static class LeadPage
{
    // What a consent record says about the consent and not about the person.
    private static readonly string[] PlainConsent = ["given_at", "text_version", "purposes", "double_opt_in", "doi", "confirmed_at"];

    /// <summary>The address of a lead's page.</summary>
    public static string Address(LeadId id) => $"{LeadsPage.Path}/{id}";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet(LeadsPage.Path + "/{id:guid}", ShowAsync).ForOperators(Right.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database, TraceLead trace, Guid id)
    {
        var file = await LeadFile.ReadAsync(database, trace, new LeadId(id), context.RequestAborted);
        if (file is null)
        {
            return Absent(context);
        }

        var viewer = Viewer.Of(context);
        var masked = !context.PageUser().May(Right.Change);
        return Pages.Show<LeadView>(context, new LeadModel
        {
            Lead = file.Lead,
            Promise = file.Replay.Last.Promise,
            Revenue = file.Revenue,
            Payout = file.Payout,
            Sales = file.Sales,
            Fields = LeadFields.Of(file.Vertical, file.Lead.Fields, file.Lead.Currency, viewer, masked),
            Consent = Consent(file.Lead, masked),
            Original = masked ? null : Indented(file.Lead.Original),
            Moments = LeadTimeline.Of(file, viewer, masked),
            Masked = masked,
        });
    }

    /// <summary>The answer where there is no such lead.</summary>
    internal static IResult Absent(HttpContext context) => Pages.Fail(context, StatusCodes.Status404NotFound, "not_found");

    private static List<ShownField> Consent(StoredLead lead, bool masked)
    {
        using var meta = lead.Meta is null ? null : JsonDocument.Parse(lead.Meta);
        if (meta is null || !meta.RootElement.TryGetProperty("consent", out var consent) || consent.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (consent.ValueKind != JsonValueKind.Object)
        {
            return [new ShownField("consent", masked ? "***" : consent.ToString(), true)];
        }

        return [.. consent.EnumerateObject().Select(member =>
        {
            var plain = PlainConsent.Contains(member.Name);
            var value = member.Value.ValueKind == JsonValueKind.Array ? string.Join(", ", member.Value.EnumerateArray().Select(item => item.ToString())) : member.Value.ToString();
            return new ShownField(member.Name, plain || !masked ? value : "***", !plain);
        })];
    }

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Readable);
    }

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
