using Kontor.Core;

namespace Kontor.Sale;

/// <summary>Who a lead is: the names its source gives it and the persons it is about, each taken by the first lead that comes with it.</summary>
internal sealed partial class ClaimBatch
{
    private static void AddKeys(SellItem sell, LockRequest request, HashSet<ExternalKey> external, HashSet<PersonKey> persons)
    {
        foreach (var key in sell.ExternalKeys.Where(external.Add))
        {
            request.ExternalIds.Add((key, sell.Lead.Id.Value, sell.Record.ContentHash));
        }

        foreach (var key in Persons(sell).Where(persons.Add))
        {
            request.Persons.Add((key, sell.Lead.Id.Value, sell.Now));
        }
    }

    private static IEnumerable<PersonKey> Persons(SellItem sell) =>
        sell.PersonKeys.Select(hash => new PersonKey("c:" + sell.Lead.Campaign, new Guid(hash)));

    // The lead that came first under one of this lead's own names, or null when this is the first.
    private ClaimResult? FirstPost(SellItem sell)
    {
        foreach (var key in sell.ExternalKeys)
        {
            var first = rows.ExternalIds[key];
            if (first.Lead != sell.Lead.Id.Value)
            {
                var same = first.Hash.AsSpan().SequenceEqual(sell.Record.ContentHash);
                var other = key.Kind == ExternalKey.Ping ? ClaimResultKind.PingUsed : ClaimResultKind.Conflict;
                return new ClaimResult(new LeadId(first.Lead), same ? ClaimResultKind.Replay : other, default);
            }
        }

        return null;
    }

    private void Withhold(SellItem sell)
    {
        Forget(sell);
        Withheld.Add(sell);
    }

    // A lead that is not stored by this transaction leaves no key behind.
    private void Forget(SellItem sell)
    {
        voided.Add(sell.Lead.Id.Value);
        Writes.ForgottenKeys.AddRange(sell.ExternalKeys
            .Where(key => rows.ExternalIds[key].Lead == sell.Lead.Id.Value));
        ForgetPersons(sell);
    }

    // Who was refused for what may change is not remembered as seen.
    private void ForgetPersons(SellItem sell)
    {
        foreach (var key in Persons(sell).Where(key => rows.Persons[key].Lead == sell.Lead.Id.Value))
        {
            rows.Persons[key] = rows.Persons[key] with { Lead = null };
            Writes.Persons[key] = null;
        }
    }

    private bool IsSeen(PersonKey key, SellItem sell)
    {
        var seen = rows.Persons[key];
        var window = sell.Desk.Campaign.Duplicates!.Window;
        return seen.Lead is { } holder && holder != sell.Lead.Id.Value && !voided.Contains(holder) && seen.SeenAt > sell.Now - window;
    }

    private void HoldPersons(SellItem sell)
    {
        foreach (var key in Persons(sell))
        {
            Hold(key, sell.Lead.Id, sell.Now);
        }
    }

    private void Hold(PersonKey key, LeadId lead, DateTimeOffset now)
    {
        if (rows.Persons[key].Lead == lead.Value && !Writes.Persons.ContainsKey(key))
        {
            return;
        }

        rows.Persons[key] = new SeenPerson(lead.Value, now);
        Writes.Persons[key] = rows.Persons[key];
    }

    /// <summary>Lets a buyer have a person again whose lead he gave back.</summary>
    internal void LetGo(PersonKey key, LeadId lead)
    {
        if (rows.Persons[key].Lead == lead.Value)
        {
            rows.Persons[key] = rows.Persons[key] with { Lead = null };
            Writes.Persons[key] = rows.Persons[key];
        }
    }
}
