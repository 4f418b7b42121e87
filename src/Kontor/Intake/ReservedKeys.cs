using System.Collections.Immutable;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>The keys of a post that no vertical may use for a field.</summary>
internal sealed record ReservedKeys
{
    private const int ExternalIdLimit = 200;
    private const int TextLimit = 200;
    private const int UrlLimit = 2000;
    private const int MostBids = 10;

    public string? Campaign { get; private set; }
    public string? ExternalId { get; private set; }
    public string? PingId { get; private set; }
    public ImmutableArray<string> BidIds { get; private set; } = [];
    public bool Test { get; private set; }
    public string? SubId { get; private set; }
    public string? Consent { get; set; }
    public string? CallbackUrl { get; private set; }

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["campaign", "external_id", "ping_id", "bid_ids", "test", "sub_id", "consent", "callback_url"];

    /// <summary>Whether a key is one of them.</summary>
    public static bool Has(string key) => key is "campaign" or "external_id" or "ping_id" or "bid_ids" or "test" or "sub_id" or "consent" or "callback_url";

    /// <summary>Takes the value of a reserved key other than <c>consent</c>; answers the problem with it, or null.</summary>
    public FieldProblem? Set(string key, PostedValue value)
    {
        if (key == "test")
            return TakeFlag(value);
        if (key == "bid_ids")
            return TakeBids(value);
        var limit = key switch { "external_id" => ExternalIdLimit, "callback_url" => UrlLimit, _ => TextLimit };
        var problem = Read(key, value, limit, out var text);
        switch (key)
        {
            case "campaign":
                Campaign = text;
                break;
            case "external_id":
                ExternalId = text;
                break;
            case "ping_id":
                PingId = text;
                break;
            case "sub_id":
                SubId = text;
                break;
            default:
                CallbackUrl = text;
                return problem ?? CheckUrl();
        }

        return problem;
    }

    // Ids may come as JSON numbers; they stay as written.
    private static FieldProblem? Read(string key, PostedValue value, int limit, out string? text)
    {
        text = null;
        if (value.Kind == PostedKind.Nothing)
            return null;
        if (value.Kind is not (PostedKind.Text or PostedKind.Number))
            return new FieldProblem(key, "invalid", "Send one text.");
        var trimmed = value.Text!.Trim();
        if (trimmed.Length > limit)
            return new FieldProblem(key, "too_long", $"Send at most {limit} characters.");
        if (trimmed.AsSpan().ContainsAnyInRange('\0', '\u001F') || trimmed.AsSpan().ContainsAnyInRange('\u007F', '\u009F'))
            return new FieldProblem(key, "invalid_text", "Send text without control characters.");
        text = trimmed;
        return null;
    }

    // A list, or in a form one text with commas.
    private FieldProblem? TakeBids(PostedValue value)
    {
        BidIds = value.Kind switch
        {
            PostedKind.List => value.Items,
            PostedKind.Text => [.. value.Text!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            _ => [],
        };
        return value.Kind is PostedKind.Nothing || (BidIds.Length is > 0 and <= MostBids && BidIds.All(bid => bid.Length <= TextLimit))
            ? null
            : new FieldProblem("bid_ids", "invalid", $"Send a list of 1 to {MostBids} bid ids as the ping answered them.");
    }

    private FieldProblem? TakeFlag(PostedValue value)
    {
        Test = false;
        if (value.Kind == PostedKind.Nothing)
            return null;
        switch (value.Text?.Trim().ToLowerInvariant())
        {
            case "true" or "1":
                Test = true;
                return null;
            case "false" or "0":
                return null;
            default:
                return new FieldProblem("test", "invalid_boolean", "Send true or false.");
        }
    }

    private FieldProblem? CheckUrl()
    {
        if (CallbackUrl is null || (Uri.TryCreate(CallbackUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            return null;
        CallbackUrl = null;
        return new FieldProblem("callback_url", "invalid_url", "Send an absolute address that begins with http:// or https://.");
    }
}
