using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads where a caller is put through to.</summary>
internal static class ReadTransfer
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The desk of a delivery of type <c>transfer</c>, null for other types, and how long a caller may be put through.</summary>
    /// <param name="shape">The delivery.</param>
    /// <param name="type">Its type, as far as it could be read.</param>
    /// <param name="accept">Whether the answer decides.</param>
    /// <param name="response">How an answer is read: it may say the desk itself.</param>
    public static (TransferTarget? Target, TimeSpan Lasts) Read(ShapeReader shape, DeliveryType? type, Accept accept, ResponseRules? response)
    {
        var number = shape.Text("number");
        var sip = shape.Text("sip", longest: 255);
        var lasts = shape.Length("expires_in", Shortest, Longest) ?? TransferRule.UsualExpiry;
        if (response?.Transfer is not null && accept != Accept.OnResponse)
        {
            shape.Problem("response.transfer", "unexpected", "The answer is read with accept: on_response only.");
        }

        if (type == DeliveryType.Transfer)
        {
            return (Desk(shape, number, sip), lasts);
        }

        foreach (var key in (ReadOnlySpan<string>)["number", "sip", "expires_in"])
        {
            if (shape.Has(key) && type is not null && !(key == "expires_in" && response?.Transfer is not null))
            {
                shape.Problem(key, "unexpected", "Belongs to deliveries of type transfer.");
            }
        }

        return (null, lasts);
    }

    /// <summary>A caller is put through to one buyer: the contract must not be one that buys shared leads.</summary>
    public static void CheckExclusive(ShapeReader shape, Contract contract, Campaign? campaign)
    {
        if (!contract.Delivery.Transfers || campaign is null)
        {
            return;
        }

        var (plan, prices) = (campaign.Plan, contract.Prices.Concat(contract.PriceRules.SelectMany(rule => rule.Prices)));
        var shares = plan.Split.Select(split => split.Plan).Concat(plan.Resale.Select(resale => resale.Plan)).Append(plan).Any(one => one.Mode != PlanMode.Exclusive);
        if (shares && prices.Any(price => price.MaxBuyers > 1))
        {
            shape.Problem(
                "delivery", "not_exclusive", "A caller is put through to one buyer: list prices for max_buyers: 1 only, or sell by plans that are all exclusive.");
        }
    }

    private static TransferTarget? Desk(ShapeReader shape, string? number, string? sip)
    {
        if (number is not null && sip is not null)
        {
            shape.Problem("sip", "unexpected", "A caller is put through to a number or to a sip address, not to both.");
        }
        else if (number is not null && !TransferTarget.IsNumber(number))
        {
            shape.Problem("number", "invalid_number", "Must be a number in E.164: a plus sign, the country's code and at most 15 digits, such as +4940123456.");
        }
        else if (sip is not null && TransferTarget.TryParse(sip)?.Sip is null)
        {
            shape.Problem("sip", "invalid_sip", "Must be a SIP address with user and host, such as sip:desk@example.com.");
        }
        else if (!shape.Has("number") && !shape.Has("sip"))
        {
            shape.Problem("number", "required", "Say where callers are put through to: number, or sip.");
        }
        else
        {
            return TransferTarget.TryParse(number ?? sip);
        }

        return null;
    }
}
