using System.Text.Json.Nodes;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary>API keys of sources and buyers: made, listed and revoked by operators. A key is shown once.</summary>
internal static class PartyKeys
{
    public static void Map(IEndpointRouteBuilder app)
    {
        MapParty("/v1/sources/{key}/keys", PartyKind.Source, (live, key) => live.Current.Sources.ContainsKey(key));
        MapParty("/v1/buyers/{key}/keys", PartyKind.Buyer, (live, key) => live.Current.Buyers.ContainsKey(key));
        app.MapDelete("/v1/keys/{key_id}", async (HttpContext context, string key_id, ApiKeys keys) =>
            Guid.TryParse(key_id, out var id) && await keys.RevokeAsync(id, Actor.Of(context), context.RequestAborted)
                ? Results.NoContent()
                : Problems.Of(context, 404, "not_found", "There is no such key in force.")).RequireOperator();

        void MapParty(string path, PartyKind kind, Func<LiveNetwork, string, bool> exists)
        {
            app.MapPost(path, async (HttpContext context, string key, ApiKeys keys, LiveNetwork live) =>
                exists(live, key)
                    ? ApiJson.Result(Made(await keys.CreateAsync(new WantedApiKey(kind, key), Actor.Of(context), context.RequestAborted)), StatusCodes.Status201Created)
                    : CatalogAnswers.NotFound(context)).RequireOperator();
            app.MapGet(path, async (HttpContext context, string key, ApiKeys keys) =>
                ApiJson.Result(ApiJson.Page((await keys.ListAsync(kind, key, context.RequestAborted)).Select(Listed), null))).RequireOperator();
        }
    }

    private static JsonObject Made(NewApiKey made) => new()
    {
        ["key"] = made.Secret,
        ["key_id"] = made.KeyId.ToString(),
        ["prefix"] = made.Prefix,
        ["created_at"] = CatalogAnswers.Instant(made.CreatedAt),
    };

    private static JsonNode Listed(ApiKeyRow row) => new JsonObject
    {
        ["key_id"] = row.KeyId.ToString(),
        ["prefix"] = row.Prefix,
        ["created_at"] = CatalogAnswers.Instant(row.CreatedAt),
        ["revoked_at"] = row.RevokedAt is { } revoked ? CatalogAnswers.Instant(revoked) : null,
    };
}
