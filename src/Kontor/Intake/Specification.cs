using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Intake.Dialects;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;

namespace Kontor.Intake;

/// <summary>The posting specification of a source for people, made from the campaign as it stands.</summary>
public sealed record Specification
{
    public required Source Source { get; init; }
    public required Campaign Campaign { get; init; }
    public required Vertical Vertical { get; init; }

    /// <summary>Campaigns that can be posted to.</summary>
    public required IReadOnlyList<Campaign> Campaigns { get; init; }

    /// <summary>Where this installation is reached: <c>https://leads.example.org</c>.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Field by field, how to write it and a value that can be posted.</summary>
    public required IReadOnlyList<(Core.Catalog.Field Field, string Format, string? Example)> Fields { get; init; }

    /// <summary>A lead that can be posted, and a ping.</summary>
    public required JsonObject Example { get; init; }

    /// <summary>Every kind of answer: HTTP status, what it means, an example.</summary>
    public required IReadOnlyList<(int Status, string Meaning, string Body)> Answers { get; init; }

    /// <summary>Addresses at which the source may post as another system takes it; empty without a dialect.</summary>
    public required IReadOnlyList<string> DialectAddresses { get; init; }

    /// <summary>The specification; null when there is no campaign to post to.</summary>
    /// <param name="context">The request.</param>
    /// <param name="source">Whose.</param>
    /// <param name="campaign">Which campaign; null chooses that of the source's form, else the first.</param>
    internal static Specification? Of(HttpContext context, Source source, string? campaign)
    {
        var network = context.RequestServices.GetRequiredService<LiveDesks>().Network;
        var active = network.Campaigns.Values.Where(one => one.Status == Status.Active).OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
        var chosen = active.Find(one => one.Key == campaign) ?? active.Find(one => one.Key == source.Form?.Campaign) ?? active.FirstOrDefault();
        if (chosen is null)
        {
            return null;
        }

        var vertical = network.Verticals[chosen.Vertical];
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var reading = new ReadingContext(chosen.Country, chosen.Currency, context.RequestServices.GetRequiredService<PhonePlans>(), now);
        return new Specification
        {
            Source = source,
            Campaign = chosen,
            Vertical = vertical,
            Campaigns = active,
            BaseUrl = $"{context.Request.Scheme}://{context.Request.Host}",
            Fields = [.. vertical.Fields.Select(field => (field, FieldGuide.Format(field.Type), FieldGuide.Example(field, reading)?.ToJsonString(ApiJson.Written)))],
            Example = SourceSpec.Example(chosen, vertical, reading),
            Answers = AnswersOf(chosen.Currency),
            DialectAddresses = source.Dialect is { } dialect ? [.. Dialect.All.First(one => one.Type == dialect.Type).Addresses.Select(address => address.Path)] : [],
        };
    }

    /// <summary>The example as indented JSON.</summary>
    public string ExampleText => Indented(Example);

    /// <summary>The same lead posted by curl.</summary>
    public string Curl => $"curl -X POST {BaseUrl}/v1/leads \\\n  -H 'Authorization: Bearer ksr_YOUR_KEY' \\\n  -H 'Content-Type: application/json' \\\n  -d '{ExampleText.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The same lead posted by JavaScript, from a server: the key must never reach a browser.</summary>
    public string JavaScript =>
        $"const answer = await fetch(\"{BaseUrl}/v1/leads\", {{\n  method: \"POST\",\n  headers: {{ \"Authorization\": \"Bearer ksr_YOUR_KEY\", \"Content-Type\": \"application/json\" }},\n"
        + $"  body: JSON.stringify({ExampleText})\n}});\nconst lead = await answer.json();\nconsole.log(lead.status, lead.payout);";

    /// <summary>The same lead posted by PHP.</summary>
    public string Php =>
        $"<?php\n$lead = json_decode(<<<'JSON'\n{ExampleText}\nJSON, true);\n$request = curl_init('{BaseUrl}/v1/leads');\ncurl_setopt_array($request, [\n  CURLOPT_POST => true,\n"
        + "  CURLOPT_RETURNTRANSFER => true,\n  CURLOPT_HTTPHEADER => ['Authorization: Bearer ksr_YOUR_KEY', 'Content-Type: application/json'],\n  CURLOPT_POSTFIELDS => json_encode($lead),\n]);\n"
        + "$answer = json_decode(curl_exec($request), true);\necho $answer['status'];";

    /// <summary>JSON as people read it.</summary>
    internal static string Indented(JsonNode node) => node.ToJsonString(new JsonSerializerOptions(ApiJson.Written) { WriteIndented = true });

    private static IReadOnlyList<(int Status, string Meaning, string Body)> AnswersOf(Currency currency)
    {
        var lead = new LeadId(Guid.Parse("0193f5a2-7c4e-7001-8a1b-2c3d4e5f6071"));
        return
        [
            .. SourceSpec.Statuses.Select(one => (200, one.Meaning, Written(new SupplierAnswer(lead, Standing(one.Status), currency, false, [])))),
            (400, "Fields are missing or cannot be read; every one is listed.", """{"status": 400, "code": "invalid_fields", "errors": [{"field": "email", "code": "invalid_email", "message": "..."}]}"""),
            (401, "The key is missing or not in force.", """{"status": 401, "code": "unauthorized"}"""),
            (409, "The same external_id came before with another content.", """{"status": 409, "code": "idempotency_conflict"}"""),
            (413, "The body is larger than a lead can be.", """{"status": 413, "code": "body_too_large"}"""),
            (503, "Nothing was taken: post the same again after the seconds in Retry-After.", """{"status": 503, "code": "busy"}"""),
        ];
    }

    private static LeadStanding Standing(string status) => status switch
    {
        "accepted" => new LeadStanding("accepted", ReasonCode.None, 2_500, 1),
        "rejected" => new LeadStanding("rejected", ReasonCode.Unsold, 0, 0),
        _ => new LeadStanding(status, ReasonCode.None, 0, 0),
    };

    private static string Written(SupplierAnswer answer)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            answer.Write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
