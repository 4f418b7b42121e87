using Kontor.Tests.Catalog;

namespace Kontor.Tests.Billing;

public sealed class CreditProblemTests(CatalogNode node) : IClassFixture<CatalogNode>
{
    [Theory]
    [InlineData("""{"currency": "EUR"}""", "amount", "required")]
    [InlineData("""{"amount": 0}""", "amount", "out_of_range")]
    [InlineData("""{"amount": "500"}""", "amount", "wrong_type")]
    [InlineData("""{"amount": 1.005}""", "amount", "too_many_digits")]
    [InlineData("""{"amount": 1e12}""", "amount", "out_of_range")]
    [InlineData("""{"amount": 1e400}""", "amount", "wrong_type")]
    [InlineData("""{"amount": 5, "currency": "USD"}""", "currency", "invalid_currency")]
    [InlineData("""{"amount": 5, "currency": 978}""", "currency", "invalid_currency")]
    [InlineData("""{"amount": 5, "reference": 4711}""", "reference", "invalid")]
    [InlineData("""{"amount": 5, "refrence": "x"}""", "refrence", "unknown_key")]
    public async Task credit_that_makes_no_sense_is_refused(string body, string field, string code)
    {
        var answer = await PostAsync(body);
        answer.Status.ShouldBe(400);
        answer.Errors.ShouldBe([(field, code)]);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings")).ShouldBe(0);
    }

    [Fact]
    public async Task account_of_nobody_does_not_exist()
    {
        (await node.Server.GetAsync("/v1/buyers/nobody/account")).Status.ShouldBe(404);
        (await node.Server.PostAsync("/v1/buyers/nobody/credits", """{"amount": 5}""")).Status.ShouldBe(404);
        (await node.Server.GetAsync("/v1/ledger?account=nonsense")).Code.ShouldBe("invalid_account");
        (await node.Server.GetAsync("/v1/ledger?after=nonsense")).Code.ShouldBe("invalid_cursor");
    }

    private async Task<Answer> PostAsync(string credit)
    {
        (await node.Server.PostAsync("/v1/apply", SampleNetwork.Yaml)).Status.ShouldBe(200);
        return await node.Server.PostAsync("/v1/buyers/sonnenhaus/credits", credit);
    }
}
