using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>What became of a row.</summary>
/// <param name="Status"><c>accepted</c>, <c>pending</c>, <c>duplicate</c>, <c>rejected</c>, or <c>unreadable</c> for a row that was not
/// posted.</param>
/// <param name="ReasonCode">Why not, or null.</param>
/// <param name="Message">The same for people, or null.</param>
/// <param name="Earlier">Whether this is the first answer to a row that was imported before.</param>
public sealed record LeadAnswer(string Status, string? ReasonCode, string? Message, bool Earlier)
{
    /// <summary>The lead's id; null for a row that was not stored.</summary>
    public string? LeadId { get; init; }

    /// <summary>Whether the row became a lead that was sold or may still be.</summary>
    public bool IsTaken => Status is "accepted" or "pending";
}

/// <summary>Posts one row and does not rest until it has an answer: a lead is either durably taken or clearly refused.</summary>
public sealed class ImportLeadsPost(KontorClient source, TimeProvider time)
{
    // How long one row is tried again while the server is busy or away before the import gives up. Nothing is lost then: run it again.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private const int TriesOfBrokenAnswers = 4;

    /// <summary>Posts a row.</summary>
    /// <exception cref="CommandException">The import as a whole cannot go on: the key is refused, the campaign unknown, the server away.</exception>
    public async Task<LeadAnswer> SendAsync(LeadPost post, CancellationToken cancel)
    {
        var giveUpAt = time.GetUtcNow() + Patience;
        for (var attempt = 1; ; attempt++)
        {
            var sentAt = time.GetUtcNow();
            var answer = await TryAsync(post, cancel);
            var mayRetry = answer is null or { Status: 429 or 503 } || (answer.Status >= 500 && attempt < TriesOfBrokenAnswers);
            if (!mayRetry)
            {
                return Read(answer!, sentAt);
            }

            if (time.GetUtcNow() > giveUpAt)
            {
                throw new CommandException(answer is null
                    ? $"The server at {source.Server} does not answer any more. Run the import again when it does: no row is sold twice."
                    : $"The server has been refusing leads for {Patience.TotalMinutes:0} minutes ({answer.Status}). Run the import again later.");
            }

            var backoff = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 * Math.Pow(2, attempt)));
            await Task.Delay(answer?.RetryAfter ?? backoff, time, cancel);
        }
    }

    private async Task<ApiAnswer?> TryAsync(LeadPost post, CancellationToken cancel)
    {
        try
        {
            return await source.PostJsonAsync("v1/leads", post.Body, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested
            && exception is HttpRequestException or TaskCanceledException or IOException)
        {
            // No answer says nothing about the lead: the same external_id asks again for the first answer.
            return null;
        }
    }

    private LeadAnswer Read(ApiAnswer answer, DateTimeOffset sentAt) => answer.Status switch
    {
        >= 200 and < 300 when answer.Text("status") is { } status =>
            new LeadAnswer(status, answer.Text("reason_code"), answer.Text("message"), IsEarlier(answer, sentAt)) { LeadId = answer.Text("lead_id") },
        400 when answer.Problems().Any() && answer.Problems().All(problem => problem.Place == "campaign") =>
            throw new CommandException($"The campaign is refused: {answer.Explanation()}"),
        400 => new LeadAnswer("rejected", "invalid_fields", Sentence(answer), false),
        401 or 403 => throw new CommandException(
            "The source key is refused. Use a key of an active source (ksr_...), or its catalog key together with KONTOR_OPERATOR_KEY."),
        409 => new LeadAnswer("rejected", answer.Text("code") ?? "idempotency_conflict",
            "A lead with this external_id and other content was imported before.", false),
        413 => new LeadAnswer("rejected", answer.Text("code") ?? "too_large", Sentence(answer), false),
        >= 500 => new LeadAnswer("rejected", "server_error", "The server failed on this row. Import the file again to try once more.", false),
        _ => throw new CommandException($"{source.Server} does not answer like Kontor (status {answer.Status}). Is KONTOR_URL right?"),
    };

    private static string Sentence(ApiAnswer answer)
    {
        var problems = string.Join("; ", answer.Problems().Select(problem => $"{problem.Place}: {problem.Code} ({problem.Message})"));
        return problems.Length > 0 ? problems : answer.Text("detail") ?? answer.Text("title") ?? "The server cannot read this row.";
    }

    // A repeated post is answered with the first answer, and a lead's id (UUIDv7) tells when Kontor made it. On this machine both clocks are
    // one; of another machine's clock we only know the second in its Date header.
    private bool IsEarlier(ApiAnswer answer, DateTimeOffset sentAt)
    {
        if (answer.Body.ValueKind != JsonValueKind.Object || !Guid.TryParse(answer.Text("lead_id"), out var id))
        {
            return false;
        }

        var made = Convert.ToInt64(id.ToString("N")[..12], 16);
        if (source.Server.IsLoopback)
        {
            return made < sentAt.ToUnixTimeMilliseconds();
        }

        var waited = time.GetUtcNow() - sentAt;
        return answer.Date is { } date && made < (date - waited).ToUnixTimeMilliseconds() - 1_000;
    }
}
