using System.Collections.Immutable;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads how a contract's buyer bids.</summary>
internal static class ReadBid
{
    private const int MostFields = 100;

    // The only way to ask: a name of its own, so that others can be added.
    private enum BidType
    {
        Ping,
    }

    /// <summary>The bid of a contract.</summary>
    /// <param name="shape">The bid.</param>
    /// <param name="vertical">Whose fields it names; null when it could not be read, which is reported elsewhere.</param>
    /// <param name="currency">What bids are in, as far as it could be read.</param>
    public static BidRule Read(ShapeReader shape, Vertical? vertical, Currency? currency)
    {
        shape.Name<BidType>("type", required: true);
        var url = shape.Text("url", required: true, longest: 2_000);
        var timeout = shape.Length("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30)) ?? TimeSpan.FromMilliseconds(800);
        var fields = ReadFields(shape, vertical);
        var most = shape.Amount("max_bid", currency, required: true);
        var minor = most is { } amount && currency is { } unit ? Money.FromDecimal(amount, unit)?.Minor : null;
        var templates = ReadTemplate.OfPing(vertical, fields);
        var address = ReadRequest.Url(shape, "url", url, templates);
        var rule = new BidRule(url ?? string.Empty, timeout, fields, minor ?? 1)
        {
            Address = address,
            Request = ReadPing(shape, address, templates),
            Response = shape.Object("response") is { } response ? ReadResponse.Read(response, ofBid: true) : null,
            Throttle = shape.Name<Throttle>("throttle") ?? Throttle.On,
            LossNotice = shape.Text("loss_notice", longest: 2_000) is { } notice ? ReadRequest.Url(shape, "loss_notice", notice, ReadTemplate.OfNotice()) : null,
        };
        shape.Close();
        return rule;
    }

    private static RequestRule? ReadPing(ShapeReader shape, Template address, ReadTemplate templates)
    {
        if (shape.Object("request") is not { } request)
        {
            return null;
        }

        var rule = ReadRequest.Read(request, address, templates);
        request.Close();
        return rule;
    }

    private static ImmutableArray<string> ReadFields(ShapeReader shape, Vertical? vertical)
    {
        var fields = shape.Words("fields");
        if (fields.Count > MostFields)
        {
            shape.Problem("fields", "too_long", $"Has more than {MostFields} entries.");
        }

        for (var i = 0; i < fields.Count && vertical is not null; i++)
        {
            if (fields[i] == BuiltInFields.Score)
            {
                continue;
            }

            var at = vertical.IndexOf(fields[i]);
            if (at < 0)
            {
                var hint = Nearest.Hint(fields[i], vertical.Fields.Where(field => field.Ping).Select(field => field.Key).Append(BuiltInFields.Score));
                shape.Problem($"fields[{i}]", "unknown_field", $"The vertical has no such field{hint}.");
            }
            else if (vertical.Fields[at] is { Personal: true } or { Ping: false })
            {
                shape.Problem($"fields[{i}]", "not_for_pings", vertical.Fields[at].Personal
                    ? "A ping never carries a personal field."
                    : "The vertical does not mark the field with ping: true.");
            }
        }

        return [.. fields];
    }
}
