using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using Kontor.Delivery;
using Kontor.Portal;

namespace Kontor.Insight;

/// <summary>What happened to a lead, in order. Everything in it is stored, or decided again from what is stored.</summary>
internal sealed class LeadTimeline(LeadFile file, Viewer viewer, bool masked)
{
    private const int LongestAnswer = 600;
    private readonly List<LeadMoment> moments = [];

    /// <summary>The moments of a lead, oldest first; what lies ahead stands at the end. Answers of buyers are left out where they might name a person whom
    /// the reader may not see.</summary>
    public static ImmutableArray<LeadMoment> Of(LeadFile file, Viewer viewer, bool masked) => new LeadTimeline(file, viewer, masked).Tell();

    private Currency Currency => file.Lead.Currency;

    private ImmutableArray<LeadMoment> Tell()
    {
        AddArrival();
        foreach (var (round, i) in file.Replay.Rounds.Select((round, i) => (round, i)))
        {
            AddRound(round, i + 1, i == 0 ? null : file.Replay.Rounds[i - 1]);
        }

        file.Sales.ForEach(AddSale);
        file.Deliveries.ForEach(AddDelivery);
        foreach (var (sale, report, at, currency) in file.Reports)
        {
            var worth = report.Value is { } value ? ": " + viewer.Amount(value, currency) : "";
            moments.Add(new LeadMoment(at, "star", viewer["{0} reports: {1}", ContractOf(sale), viewer.Outcome(report.Name) + worth]));
        }

        AddAhead();
        // What has the same time stands in the order in which it was told, which is the order of the stages.
        return [.. moments.OrderBy(moment => moment.IsAhead).ThenBy(moment => moment.At)];
    }

    private void AddArrival()
    {
        if (file.Ping is { } ping)
        {
            var status = ping.Status == "accepted" ? viewer["{0} held out until {1}", viewer.Amount(ping.Payout, ping.Currency), viewer.Exact(ping.AnswerUntil)] : viewer.Reason(ping.Reason);
            moments.Add(new LeadMoment(ping.ReceivedAt, "target", viewer["Pinged by {0}", ping.Source]) { Status = ping.Status, Lines = [status, viewer["Ping {0}", ping.Id]] });
        }

        using var meta = file.Lead.Meta is null ? null : JsonDocument.Parse(file.Lead.Meta);
        List<string> lines = [.. file.Lead.Warnings()];
        if (meta is not null && meta.RootElement.TryGetProperty("sub_id", out var sub))
        {
            lines.Insert(0, viewer["Sub id {0}", sub.ToString()]);
        }

        moments.Add(new LeadMoment(file.Lead.ReceivedAt, "inbox", viewer["Received from {0}", file.Lead.Source]) { Lines = [.. lines] });
        if (file.Replay.Screening is { } screening)
        {
            moments.Add(new LeadMoment(file.Lead.ReceivedAt, "shield-check", screening.Reason == ReasonCode.None ? viewer["Screening passed"] : viewer["Screening refused it"])
            {
                Lines = [.. screening.Checks.Select(check => $"{(check.Passed ? "✓" : "✗")} {viewer.Gate(check.Gate)}: {viewer.Say(check.Wanted)} – {viewer.Say(check.Found)}")],
            });
        }
    }

    private void AddRound(TraceLead.Round round, int number, TraceLead.Round? before)
    {
        var at = round.Stored.DecidedAt;
        if (round.Decision is not { } decision)
        {
            moments.Add(new LeadMoment(at, "ban", viewer["Not offered"]) { Lines = [viewer.Reason(file.Lead.Standing.Reason)] });
            return;
        }

        var passed = round.Contracts.Count(contract => contract.Checks.All(check => check.Passed || !Gates.Order.Contains(check.Gate)));
        var title = number == 1 ? viewer["{0} of {1} contracts fit", passed, round.Contracts.Length]
            : viewer["Round {0}: {1} of {2} contracts fit", number, passed, round.Contracts.Length];
        var lines = new List<string> { viewer["Sold as: {0}. Rules version {1}.", viewer.Promise(decision.Promise), round.Stored.RulesVersion] };
        if (round.Facts.Resale is not null && file.Replay.Offered is { } offered)
        {
            lines.Add(viewer.Say(offered));
        }

        moments.Add(new LeadMoment(at, "filter", title) { Lines = [.. lines], Href = LeadWhyPage.Address(file.Lead.Id) });
        AddBids(round, before);
        lines = [.. decision.Outcomes.Where(outcome => outcome.Rank > 0).OrderBy(outcome => outcome.Rank).Take(10)
            .Select(outcome => $"{outcome.Rank}. {round.Terms.Contracts[outcome.Contract].Contract.Key}{(outcome.Price is { } price ? ", " + viewer.Amount(price, Currency) : "")}")];
        moments.Add(new LeadMoment(Later(at, round.Facts.BidsAt), "target", decision.Awards.IsEmpty ? viewer["Nobody got it in this round"] : viewer["{0} chosen", decision.Awards.Length]) { Lines = [.. lines] });
    }

    // A later round keeps the bids of the one before: they are told once.
    private void AddBids(TraceLead.Round round, TraceLead.Round? before)
    {
        var known = before is null ? [] : before.Facts.Bids.Select(bid => (before.Terms.Contracts[bid.Contract].Contract.Key, bid.ElapsedMs, bid.Amount)).ToHashSet();
        var fresh = round.Facts.Bids.Where(bid => !known.Contains((round.Terms.Contracts[bid.Contract].Contract.Key, bid.ElapsedMs, bid.Amount))).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        var lines = fresh.OrderBy(bid => bid.ElapsedMs).Select(bid =>
        {
            var answer = bid.Reason == ReasonCode.None ? viewer.Amount(bid.Amount, Currency)
                : bid.Reason == ReasonCode.Outranked ? viewer["not awaited: it could not have changed the sale"]
                : viewer.Reason(bid.Reason);
            return viewer["{0}: {1} ({2} ms)", round.Terms.Contracts[bid.Contract].Contract.Key, answer, bid.ElapsedMs];
        });
        var count = fresh.Count(bid => bid.Reason == ReasonCode.None);
        moments.Add(new LeadMoment(Later(round.Stored.DecidedAt, round.Facts.BidsAt), "bolt", viewer["{0} of {1} asked buyers bid", count, fresh.Count]) { Lines = [.. lines] });
    }

    private void AddSale(SaleView sale)
    {
        var lines = new List<string> { viewer["Place {0} of at most {1}, {2}", sale.Slot, sale.MaxBuyers, viewer.Amount(sale.Price, sale.Currency)] };
        if (sale.PromiseEndsAt is { } ends)
        {
            lines.Add(viewer["The promise ends at {0}", viewer.Exact(ends)]);
        }

        var answered = sale.SettledAt is { } settled && settled != sale.SoldAt;
        var standing = sale.Return is null ? sale.Status : "confirmed";
        moments.Add(new LeadMoment(sale.SoldAt, "credit-card", answered ? viewer["Reserved for {0}", sale.Contract] : viewer["Sold to {0}", sale.Contract])
        {
            Status = answered ? "reserved" : standing, Lines = [.. lines], Href = LeadWhyPage.Address(file.Lead.Id, sale.Contract),
        });
        if (answered)
        {
            var released = standing == "released";
            moments.Add(new LeadMoment(sale.SettledAt!.Value, released ? "arrow-back-up" : "circle-check", released ? viewer["{0} does not get it", sale.Contract] : viewer["Sold to {0}", sale.Contract])
            {
                Status = standing, Lines = sale.Reason == ReasonCode.None ? [] : [viewer.Reason(sale.Reason)],
            });
        }

        if (sale.Return is { } back)
        {
            // A note is written by a person about a person.
            var note = masked ? null : back.Request.Note;
            moments.Add(new LeadMoment(back.At, "arrow-back-up", viewer["{0} has returned it", sale.Contract])
            {
                Status = "returned", Lines = [.. new[] { viewer.ReturnReason(CatalogNames.Of(back.Request.Reason)), note }.OfType<string>().Where(line => line.Length > 0)],
            });
        }
    }

    private void AddDelivery(DeliveryView delivery)
    {
        moments.Add(new LeadMoment(delivery.CreatedAt, "package", viewer["Delivery to {0} made ready", delivery.Contract]) { Lines = [Request(delivery)] });
        foreach (var attempt in file.Attempts[delivery.Id])
        {
            var lines = new List<string>();
            if (attempt.HttpStatus is { } status)
            {
                lines.Add(viewer["HTTP status {0}", status.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            }

            lines.Add(attempt.ElapsedMs is { } elapsed ? viewer["{0}, {1} ms", viewer.Attempt(attempt.Outcome), elapsed] : viewer.Attempt(attempt.Outcome));
            var answer = attempt.Answer is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
            moments.Add(new LeadMoment(attempt.StartedAt, "truck-delivery", viewer["Attempt {0} to {1}", attempt.Attempt, delivery.Contract])
            {
                Lines = [.. lines], Answer = masked || answer is null ? null : answer.Length > LongestAnswer ? answer[..LongestAnswer] + "…" : answer,
            });
        }

        if (delivery.FinishedAt is { } finished)
        {
            moments.Add(new LeadMoment(finished, "truck-delivery", viewer["Delivery to {0} ended", delivery.Contract]) { Status = delivery.Status });
        }
        else
        {
            moments.Add(new LeadMoment(delivery.DueAt, "clock", viewer["Next attempt to {0}", delivery.Contract]) { Status = delivery.Status, IsAhead = true });
        }
    }

    // Where to and how, without what an address may hold beside: queries carry secrets and values.
    private string Request(DeliveryView delivery)
    {
        var contract = file.Replay.Terms.Contracts.FirstOrDefault(terms => terms.Contract.Key == delivery.Contract)?.Contract;
        if (contract is null)
        {
            return viewer["The contract is no longer part of the campaign"];
        }

        var rule = contract.Delivery;
        var to = Uri.TryCreate(rule.Url, UriKind.Absolute, out var url) ? $", {url.Scheme}://{url.Authority}" : "";
        var decides = delivery.OnResponse ? ", " + viewer["his answer decides"] : "";
        return CatalogNames.Of(rule.Type) + to + decides;
    }

    private void AddAhead()
    {
        foreach (var offer in file.Offers)
        {
            moments.Add(new LeadMoment(offer.DueAt, "rotate", viewer["Offered again by resale {0} of the plan", offer.Offer + 1])
            {
                IsAhead = true, Lines = offer.Attempts == 0 ? [] : [viewer["{0} attempts failed", offer.Attempts]],
            });
        }

        if (file.Callback is { } callback)
        {
            var to = Uri.TryCreate(callback.Url, UriKind.Absolute, out var url) ? url.Host : "";
            moments.Add(new LeadMoment(callback.FinishedAt ?? callback.DueAt, "webhook", callback.FinishedAt is null ? viewer["The supplier is told the end at {0}", to] : viewer["The supplier was told the end at {0}", to])
            {
                Status = callback.Status, IsAhead = callback.FinishedAt is null, Lines = callback.Attempts == 0 ? [] : [viewer["{0} attempts", callback.Attempts]],
            });
        }
    }

    private string ContractOf(Guid sale) => file.Sales.Find(one => one.Id.Value == sale)?.Contract ?? sale.ToString();

    // Bids are weighed after the round began.
    private static DateTimeOffset Later(DateTimeOffset at, DateTimeOffset bids) => bids > at ? bids : at;
}
