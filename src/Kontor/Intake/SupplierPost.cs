using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Matching;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>A supplier's post or ping as it was received, in whatever form.</summary>
/// <param name="Source">Key of the source that made it.</param>
/// <param name="Posted">What was posted; null when it cannot be read at all.</param>
/// <param name="Problems">What is wrong with it as far as it was read.</param>
/// <param name="IdempotencyKey">The header as sent, or null.</param>
/// <param name="Arrival">When it came.</param>
internal sealed record SupplierPost(
    string Source, PostedLead? Posted, IReadOnlyList<FieldProblem> Problems, string? IdempotencyKey, PostArrival Arrival)
{
    /// <summary>Reads a request in our own form; beside null the refusal of one that is too large or of no kind that is read.</summary>
    public static async Task<(SupplierPost? Post, PostOutcome? Refusal)> ReadAsync(HttpContext context, PostArrival arrival)
    {
        if (await PostBody.ReadAsync(context) is not { } body)
        {
            return (null, PostOutcome.TooLarge);
        }

        var type = context.Request.ContentType;
        IReadOnlyList<FieldProblem> problems;
        PostedLead? posted;
        if (type is not null && type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            posted = PostedLead.TryReadForm(body, out problems);
        }
        else if (type is null || type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            posted = PostedLead.TryReadJson(body, out problems);
        }
        else
        {
            return (null, PostOutcome.Unsupported);
        }

        return (new SupplierPost(context.Caller().Key, posted, problems, context.Request.Headers["Idempotency-Key"], arrival), null);
    }

    /// <summary>The desk of the campaign it is for; null, with a problem, when there is none.</summary>
    /// <param name="desks">The campaigns.</param>
    /// <param name="pinged">The campaign of the ping it answers, which it need not name again.</param>
    /// <param name="problems">Receives the problem.</param>
    public CampaignDesk? FindDesk(LiveDesks desks, string? pinged, List<FieldProblem> problems)
    {
        var campaign = Posted?.Campaign ?? pinged;
        var desk = campaign is null ? null : desks.Find(campaign);
        if (desk is null && !problems.Any(problem => problem.Field == "campaign"))
        {
            problems.Add(campaign is null
                ? new FieldProblem("campaign", "required", "Name the campaign the lead is for.")
                : new FieldProblem("campaign", "unknown_campaign", "There is no campaign of this key."));
        }

        return desk;
    }

    /// <summary>The lead as it was read.</summary>
    public Lead LeadOf(CampaignDesk desk, Source source, ImmutableArray<FieldValue> values, bool pingedAsTest = false) => new()
    {
        Id = new LeadId(Guid.CreateVersion7(Arrival.At)),
        ReceivedAt = Arrival.At,
        Campaign = desk.Campaign.Key,
        Source = source.Key,
        Test = Posted!.Test || source.TestMode || pingedAsTest,
        SubId = Posted.SubId,
        Values = values,
    };

    /// <summary>The key of the campaign, if there is one of it.</summary>
    public string? KnownCampaign(LiveDesks desks) => Posted?.Campaign is { } key && desks.Find(key) is not null ? key : null;
}

/// <summary>When a post came.</summary>
/// <param name="At">By the calendar, in whole microseconds.</param>
/// <param name="Timestamp">By the stopwatch.</param>
internal readonly record struct PostArrival(DateTimeOffset At, long Timestamp)
{
    /// <summary>Now.</summary>
    public static PostArrival Now(TimeProvider clock) => new(Instants.Microseconds(clock.GetUtcNow()), clock.GetTimestamp());
}
