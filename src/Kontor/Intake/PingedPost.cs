using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Intake;

/// <summary>The ping that a post answers, and which of its bids it takes up.</summary>
internal sealed class PingedPost
{
    private readonly PingPromise promise;

    private PingedPost(StoredPing ping, PingPromise promise)
    {
        Ping = ping;
        this.promise = promise;
    }

    /// <summary>The ping.</summary>
    public StoredPing Ping { get; }

    /// <summary>Finds the ping of a post.</summary>
    /// <returns>Null when it names none, or, with a problem, none that it can answer.</returns>
    public static async Task<PingedPost?> FindAsync(NpgsqlDataSource database, SupplierPost post, List<FieldProblem> problems, CancellationToken cancel)
    {
        if (post.Posted is not { } posted || posted.PingId is not { } named)
        {
            if (post.Posted is { BidIds.Length: > 0 })
            {
                problems.Add(new FieldProblem("bid_ids", "unexpected", "Send the id of the ping that the bids belong to."));
            }

            return null;
        }

        // Another source's ping is as absent as one that never was.
        var ping = Guid.TryParse(named, out var id) ? await PingsSql.FindAsync(database, id, cancel) : null;
        if (ping is null || ping.Source != post.Source)
        {
            problems.Add(new FieldProblem("ping_id", "unknown_ping", "There is no ping of this id."));
            return null;
        }

        if (posted.Campaign is { } campaign && campaign != ping.Campaign)
        {
            problems.Add(new FieldProblem("campaign", "other_campaign", "The ping was for another campaign."));
        }

        if (ping.Status != "accepted")
        {
            problems.Add(new FieldProblem("ping_id", "ping_not_accepted", "The ping found no buyer; post the lead without it to have it offered anew."));
        }

        return new PingedPost(ping, Choose(ping, posted.BidIds, problems));
    }

    /// <summary>Whether the promise has ended.</summary>
    public bool IsExpired(DateTimeOffset now) => now >= Ping.AnswerUntil;

    /// <summary>Finds the values of a lead: what the ping said holds, whatever the post says of it now.</summary>
    public Func<string, PostedValue> Over(PostedLead posted)
    {
        using var document = JsonDocument.Parse(Ping.Fields);
        var pinged = document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => ValueOf(field.Value));
        return key => pinged.TryGetValue(key, out var value) ? value : posted.Find(key);
    }

    /// <summary>Has a lead sold as it was promised: with the bids of the ping, at first to nobody but the buyers it found. Only where every
    /// candidate plays a part in the outcome all of them are looked at.</summary>
    public void Prepare(SellItem item)
    {
        var terms = item.Desk.Terms;
        item.Ping = promise;
        item.Bids = DecisionFacts.ReadBids(Ping.Facts, terms);
        if (!item.Candidates.Plan.AsksAll)
        {
            item.Candidates = item.Candidates with
            {
                Ordinals = [.. item.Desk.FindAllCandidates(item.Lead, item.Now, null).Ordinals.Where(ordinal => promise.Of(terms.Contracts[ordinal].Contract.Key) is not null)],
                IsComplete = item.Stopped != Core.ReasonCode.None,
            };
        }
    }

    private static PingPromise Choose(StoredPing ping, ImmutableArray<string> chosen, List<FieldProblem> problems)
    {
        if (chosen.IsEmpty)
        {
            return new PingPromise(ping.Promise, ping.Sales, Chosen: false);
        }

        var bids = Enumerable.Range(0, ping.Sales.Length).ToDictionary(i => PingAnswer.BidId(ping.Id, i), i => ping.Sales[i]);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (!bids.ContainsKey(chosen[i]))
            {
                problems.Add(new FieldProblem($"bid_ids[{i}]", "unknown_bid", "The ping has no such bid."));
            }
        }

        return new PingPromise(ping.Promise, [.. bids.Where(bid => chosen.Contains(bid.Key)).Select(bid => bid.Value)], Chosen: true);
    }

    // Normal forms are fixed points: read again they give the value that was stored.
    private static PostedValue ValueOf(JsonElement stored) => stored.ValueKind switch
    {
        JsonValueKind.String => PostedValue.OfText(stored.GetString()),
        JsonValueKind.Number => new PostedValue(PostedKind.Number, stored.GetRawText(), default),
        JsonValueKind.True or JsonValueKind.False => new PostedValue(PostedKind.Flag, stored.GetRawText(), default),
        JsonValueKind.Array => new PostedValue(PostedKind.List, null, [.. stored.EnumerateArray().Select(item => item.GetString()!)]),
        _ => default,
    };
}
