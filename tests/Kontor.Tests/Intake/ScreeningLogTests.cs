using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Kontor.Platform;

namespace Kontor.Tests.Intake;

/// <summary>A service in trouble is worth a line; the person it was asked about is in none.</summary>
public sealed class ScreeningLogTests
{
    [Fact]
    public async Task questions_are_counted_by_their_answer_and_by_nothing_else()
    {
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Metrics.MeterName && instrument.Name == "kontor.suppressions")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, one, tags, _) => counted.Enqueue($"{one} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "status";
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")), $"answer_within: 10s, screening: {{{service.Rule()}}}"));
        await node.Api.SellAsync();
        counted.ShouldContain("1 answer=wrong_status");
    }

    [Fact]
    public async Task nothing_of_a_person_is_logged_when_the_service_fails_however_much_is_logged()
    {
        await using var service = await TestSuppression.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await KontorProcess.OnDatabaseAsync(database.ConnectionString, variables: new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Trace", ["Logging__Console__LogLevel__Default"] = "Trace", ["KONTOR_ALLOW_PRIVATE_TARGETS"] = "127.0.0.0/8",
        });
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")),
            $"answer_within: 10s, screening: {{{service.Rule().Replace("/ask", "/ask?word=marker", StringComparison.Ordinal)}, criteria: {{filter: {{field: roof, op: eq, value: owner}}}}}}"));
        var lead = KontorApi.Lead();
        (lead["first_name"], lead["email"], lead["phone"]) = ("Marker", "erika.marker@example.org", "0151 23456789");
        var ids = new List<string>();
        foreach (var mood in (string[])["reset", "status", "broken", "yes", "no"])
        {
            service.Mood = mood;
            ids.Add((await node.Api.SellAsync(lead.DeepClone())).LeadId.ToString());
        }

        lead["roof"] = "tenant";
        (await node.Api.SellAsync(lead.DeepClone()))["reason_code"].ShouldBe("criteria_not_met");
        (await node.TerminateAsync()).ShouldBe(0);
        var warnings = node.Output.Where(line => line.Contains("suppression service of campaign solar", StringComparison.Ordinal)).ToList();
        warnings.Count.ShouldBeInRange(1, 3, "a service in trouble writes no line for every lead");
        warnings[0].ShouldContain(ids[0]);
        warnings.ShouldAllBe(line => line.Contains("\"level\":\"warning\"", StringComparison.Ordinal));
        var hashes = service.Questions.SelectMany(question => TestSuppression.Hashes(question).Split('"').Where(part => part.Length == 64)).Distinct().ToList();
        hashes.Count.ShouldBe(2);
        node.Output.Where(line => line.Contains("marker", StringComparison.OrdinalIgnoreCase) || line.Contains("15123456789", StringComparison.Ordinal)
            || hashes.Exists(hash => line.Contains(hash, StringComparison.Ordinal))).ShouldBeEmpty();
    }
}
