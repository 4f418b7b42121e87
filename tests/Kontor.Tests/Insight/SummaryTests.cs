using Kontor.Insight;

namespace Kontor.Tests.Insight;

public sealed class SummaryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task counts_and_sums_are_those_of_the_span_without_tests()
    {
        foreach (var hour in new[] { -2, 0, 0, 1 })
            await LeadAsync(Noon.AddHours(hour), "accepted", null);
        await LeadAsync(Noon, "rejected", "unsold");
        await LeadAsync(Noon, "accepted", null, test: true);
        await SaleAsync(Noon, "a", "confirmed", 5_000, 2_000);
        await SaleAsync(Noon, "a", "confirmed", 4_050, 1_000);
        await SaleAsync(Noon, "b", "released", 7_000, 0, "rejected_by_buyer");
        await SaleAsync(Noon.AddHours(1), "a", "confirmed", 9_900, 1);
        await SaleAsync(Noon, "a", "confirmed", 100, 1, test: true);

        var summary = await Summary.ReadAsync(database.Source, Noon.AddHours(-1), Noon.AddHours(1), Cancelled);
        summary.Leads.ShouldBe([new("solar", "accepted", null, 2), new("solar", "rejected", "unsold", 1)]);
        summary.Sales.ShouldBe([
            new("solar", "a", "confirmed", null, "USD", 2, 90.50m, 30.00m), new("solar", "b", "released", "rejected_by_buyer", "USD", 1, 70.00m, 0.00m)]);
        summary.Earnings.ShouldHaveSingleItem().Margin.ShouldBe(60.50m);
        summary.RulesVersion.ShouldBe(0);
    }

    [Fact]
    public async Task empty_span_is_all_zeros()
    {
        var summary = await Summary.ReadAsync(database.Source, Noon.AddYears(-2), Noon.AddYears(-1), Cancelled);
        summary.Leads.ShouldBeEmpty();
        summary.Earnings.ShouldBeEmpty();
        summary.RefusedPosts.ShouldBe(0);
        summary.Deliveries.ShouldBe(new DeliveryQueue(0, null));
    }

    private Task LeadAsync(DateTimeOffset at, string status, string? reason, bool test = false) => database.ExecuteAsync(
        """
        insert into leads (lead_id, received_at, campaign, source, test, status, reason_code, currency, content_hash, fields, original)
        values ($1, $2, 'solar', 'landing', $3, $4, $5, 'USD', '\x00', '{}', '{}')
        """,
        Guid.CreateVersion7(at), at, test, status, (object?)reason ?? DBNull.Value);

    private Task SaleAsync(DateTimeOffset at, string buyer, string status, long price, long payout, string? reason = null, bool test = false) =>
        database.ExecuteAsync(
            """
            insert into sales (sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency,
                round, sold_at, reason_code)
            values ($1, $2, 1, 1, 'c', $3, 'solar', 'landing', 's', $4, $5, $6, $7, 'USD', 1, $8, $9)
            """,
            Guid.CreateVersion7(at), Guid.CreateVersion7(at), buyer, test, status, price, payout, at, (object?)reason ?? DBNull.Value);
}
