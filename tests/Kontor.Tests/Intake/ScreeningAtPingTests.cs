using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Delivery;
using Kontor.Intake;
using Kontor.Matching;
using Kontor.Platform;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kontor.Tests.Intake;

/// <summary>Screening of a lead of which only a part is known, on a node's database.</summary>
public sealed class ScreeningAtPingTests
{
    private const string Persons = "duplicates: {fields: [email], window: 30d}, ";
    private const string Owners = "criteria: {at: both, filter: {field: roof, op: eq, value: owner}}";

    [Fact]
    public async Task ping_is_refused_by_what_was_sent_and_not_by_what_is_to_come()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "yes";
        await using var node = await SellingAsync($"{Owners}, {service.Rule()}, duplicates: {{at: both}}");
        (await ScreenAsync(node, Stage.Ping, ("roof", FieldValue.Of("owner")))).Reason.ShouldBe(ReasonCode.None);
        (await ScreenAsync(node, Stage.Ping)).Reason.ShouldBe(ReasonCode.None);
        var refused = await ScreenAsync(node, Stage.Ping, ("roof", FieldValue.Of("tenant")));
        refused.Reason.ShouldBe(ReasonCode.CriteriaNotMet);
        refused.Checks.ShouldBe([new GateCheck(ReasonCode.CriteriaNotMet, false, Phrase.Value("roof eq owner"), Phrase.Value("tenant"))]);
        refused.Facts.ShouldBe(new ScreeningFacts(Stage.Ping));
        (await ScreenAsync(node, Stage.Ping, ("email", FieldValue.Of("erika@example.org")))).Reason.ShouldBe(ReasonCode.None);
        service.Questions.ShouldBeEmpty("the service is asked at the post");
        (await ScreenAsync(node, Stage.Post, ("roof", FieldValue.Of("owner")), ("email", FieldValue.Of("erika@example.org")))).Reason.ShouldBe(ReasonCode.Suppressed);
    }

    [Fact]
    public async Task person_seen_before_is_refused_at_the_ping_where_he_was_named()
    {
        await using var node = await SellingAsync("duplicates: {at: both}");
        var lead = KontorApi.Lead();
        lead["email"] = "erika@example.org";
        (await node.Api.SellAsync(lead))["status"].ShouldBe("accepted");
        var seen = await ScreenAsync(node, Stage.Ping, ("email", FieldValue.Of("erika@example.org")));
        seen.Reason.ShouldBe(ReasonCode.DuplicateLead);
        seen.Checks.ShouldBe([new GateCheck(ReasonCode.DuplicateLead, false, Phrase.Value("a person not seen within 30d by email"), Phrase.Value("seen before"))]);
        (await ScreenAsync(node, Stage.Ping, ("email", FieldValue.Of("max@example.org")))).Facts!.PersonSeen.ShouldBe(false);
        var unnamed = await ScreenAsync(node, Stage.Ping, ("roof", FieldValue.Of("owner")));
        (unnamed.Reason, unnamed.Facts!.PersonSeen).ShouldBe((ReasonCode.None, null));
        (await ScreenAsync(node, Stage.Post, ("email", FieldValue.Of("erika@example.org")))).ShouldBe(Screened.Unchecked, "at the post the claim finds out");
    }

    [Fact]
    public async Task service_is_asked_at_the_ping_where_the_campaign_says_so()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "yes";
        await using var node = await SellingAsync(service.Rule(", at: both"));
        var refused = await ScreenAsync(node, Stage.Ping, ("email", FieldValue.Of("erika@example.org")));
        refused.Reason.ShouldBe(ReasonCode.Suppressed);
        refused.Facts!.Suppression!.Value.End.ShouldBe(SuppressionEnd.Suppressed);
        (await ScreenAsync(node, Stage.Ping, ("roof", FieldValue.Of("owner")))).Reason.ShouldBe(ReasonCode.None, "there is nothing to ask about");
        service.Questions.Count.ShouldBe(1);
    }

    private static Task<KontorNode> SellingAsync(string screening) => KontorNode.SellingAsync(Market.Of(
        "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")), $"answer_within: 10s, {Persons}screening: {{{screening}}}"));

    private static async Task<Screened> ScreenAsync(KontorNode node, Stage stage, params (string Field, FieldValue Value)[] values)
    {
        using var areas = new PostalAreas(node.Database.Source);
        using var network = new LiveNetwork(node.Database.Source, areas, new ApiKeys(node.Database.Source, TimeProvider.System), NullLogger<LiveNetwork>.Instance);
        await network.RefreshAsync(TestContext.Current.CancellationToken);
        var desk = CampaignDesk.Open(network.Current, Market.Campaign, PostalGeography.Empty);
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        var screen = new ScreenLead(
            node.Database.Source, http, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), TimeProvider.System, NullLogger<ScreenLead>.Instance);
        var lead = new Lead
        {
            Id = new LeadId(Guid.CreateVersion7()), ReceivedAt = Instants.Microseconds(DateTimeOffset.UtcNow), Campaign = Market.Campaign, Source = Market.Source,
            Values = [.. desk.Terms.Rules.Vertical.Fields.Select(field => values.FirstOrDefault(value => value.Field == field.Key).Value)],
        };
        return await screen.ScreenAsync(desk, lead, stage, null, TestContext.Current.CancellationToken);
    }
}
