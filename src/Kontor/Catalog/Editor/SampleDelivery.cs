using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Intake;
using Kontor.Delivery;

namespace Kontor.Catalog.Editor;

/// <summary>Sends a marked sample to a contract's endpoint as it is being edited: by the request, the signature, the address rules and the reading of
/// answers that real deliveries have. Nothing is stored.</summary>
internal static class SampleDelivery
{
    private const int Shown = 4_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The page with what was sent, what came back and how it was read; or with what is wrong with the contract.</summary>
    public static async Task<EditorModel> RunAsync(HttpContext context, EditorModel model)
    {
        WebhookSecrets.Complete(model.Kind, model.Form.Document, model.Form.Network.Live(model.Kind, SaveEntry.KeyOf(model))?.Json);
        var (network, problems) = await TryLead.NetworkAsync(context, model);
        if (network is null)
        {
            return model with { Problems = problems };
        }

        var contract = network.Contracts[SaveEntry.KeyOf(model)];
        if (Kontor.Delivery.Endpoint.Of(contract) is not { } endpoint)
        {
            return model with { Sample = new SampleModel(string.Empty, null, string.Empty, "Nothing is sent by this kind of delivery.", string.Empty) };
        }

        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var due = Due(contract, network, context.RequestServices.GetRequiredService<PhonePlans>(), now);
        var request = endpoint.Sign(endpoint.Request(due, network), new DeliveryId(due.DeliveryId), now);
        var timeout = contract.Timeout < Patience ? contract.Timeout : Patience;
        var exchange = await context.RequestServices.GetRequiredService<OutboundHttp>().PostAsync(request, timeout, context.RequestAborted);
        var decides = contract.Accept == Accept.OnResponse;
        var answer = decides ? ResponseReading.Read(exchange.Answer, endpoint.Response) : BuyerAnswer.Unreadable;
        return model with { Sample = new SampleModel(Text(request), exchange.HttpStatus, Cut(Encoding.UTF8.GetString(exchange.Answer)), Reading(exchange, decides, answer), Details(answer, contract, network)) };
    }

    private static string Reading(Exchange exchange, bool decides, BuyerAnswer answer) => exchange switch
    {
        { End: WireEnd.AddressRefused } => "The address lies in a network that Kontor does not call.",
        { End: WireEnd.NameNotFound } => "The host's name has no address.",
        { End: WireEnd.NotConnected } => "Nothing listens at the address.",
        { End: WireEnd.TlsFailed } => "The certificate of the address is not valid.",
        { End: WireEnd.TimedOut } => "No answer came in time.",
        { HttpStatus: null } => "The connection broke.",
        { HttpStatus: < 200 or >= 300 } => "The answer is no success: a real delivery would be tried again or fail.",
        _ when !decides => "Taken: with this contract any success counts, whatever the answer says.",
        _ => answer.Status switch
        {
            AnswerStatus.Accepted => "Read as accepted.",
            AnswerStatus.Rejected => "Read as rejected.",
            _ => "The answer could not be read: check how it is read.",
        },
    };

    private static string Details(BuyerAnswer answer, Contract contract, Network network)
    {
        string?[] parts = [answer.Price is { } price ? $"{price} {network.Campaigns[contract.Campaign].Currency.Code}" : null, answer.Reason];
        return string.Join(", ", parts.Where(part => part is not null));
    }

    private static DueRow Due(Contract contract, Network network, PhonePlans phones, DateTimeOffset now)
    {
        var campaign = network.Campaigns[contract.Campaign];
        var lead = SampleLead.Of(campaign.Key, network.Verticals[campaign.Vertical], new ReadingContext(campaign.Country, campaign.Currency, phones, now));
        lead.Remove("campaign");
        lead.Remove("test");
        var price = contract.Prices.IsEmpty ? null : contract.Prices[0];
        return new DueRow
        {
            DeliveryId = Guid.CreateVersion7(now),
            SaleId = Guid.CreateVersion7(now),
            LeadId = Guid.CreateVersion7(now),
            Contract = contract.Key,
            Status = "queued",
            OnResponse = contract.Accept == Accept.OnResponse,
            Made = 0,
            LastAttempt = 0,
            LastOutcome = null,
            SaleStatus = "reserved",
            Slot = 1,
            MaxBuyers = (short)(price?.MaxBuyers ?? 1),
            Price = price?.Price ?? 0,
            Currency = campaign.Currency.Code,
            Campaign = campaign.Key,
            Source = network.Sources.Keys.Order(StringComparer.Ordinal).FirstOrDefault() ?? string.Empty,
            Test = true,
            SoldAt = now,
            Fields = lead.ToJsonString(),
            Consent = new JsonObject { ["given_at"] = CatalogAnswers.Instant(now), ["text_version"] = "sample" }.ToJsonString(),
            RulesVersion = null,
            DisabledUrl = null,
        };
    }

    private static string Text(OutboundPost request)
    {
        var text = new StringBuilder().Append(request.Method.Method).Append(' ').Append(request.Url).Append('\n');
        foreach (var (name, value) in request.Headers)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }

        return Cut(text.Append('\n').Append(Encoding.UTF8.GetString(request.Body)).ToString());
    }

    private static string Cut(string text) => text.Length <= Shown ? text : text[..Shown] + "…";
}
