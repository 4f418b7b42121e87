using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontor.Core.Delivery;

/// <summary>Reads buyers' answers by the rules of their contract.</summary>
public static class ResponseReading
{
    /// <summary>The most bytes of an answer; a longer one says nothing.</summary>
    public const int MostBytes = 64 * 1024;

    private const int LongestToken = 500;
    private const decimal LongestExpiry = 366 * 86_400m;

    /// <summary>What an answer inside a 2xx status says. Without rules it is read as <see cref="BuyerAnswer.Read"/> does. With rules: a price of zero
    /// or less refuses; else the rule for acceptance decides; else a price above zero accepts. An answer that does not hold what the rules need is
    /// <see cref="BuyerAnswer.Unreadable"/>. It never throws.</summary>
    /// <param name="body">As it arrived.</param>
    /// <param name="rules">Those of the contract, or null.</param>
    public static BuyerAnswer Read(ReadOnlySpan<byte> body, ResponseRules? rules)
    {
        if (rules is null)
        {
            return BuyerAnswer.Read(body);
        }

        if (body.Length > MostBytes || body.IsEmpty)
        {
            return BuyerAnswer.Unreadable;
        }

        try
        {
            using var answer = new AnswerDocument(body);
            return Read(answer, rules);
        }
        catch (RegexMatchTimeoutException)
        {
            return BuyerAnswer.Unreadable;
        }
    }

    private static BuyerAnswer Read(AnswerDocument answer, ResponseRules rules)
    {
        var offered = rules.Price is { } place ? answer.Find(place) : null;
        var price = NumberOf(offered);
        var status = Status(answer, rules, offered, price);
        if (status == AnswerStatus.Unreadable)
        {
            return BuyerAnswer.Unreadable;
        }

        var desk = rules.Transfer is { } number ? TransferTarget.TryParse(answer.Find(number)) : null;
        if (rules.Transfer is not null && desk is null && status == AnswerStatus.Accepted)
        {
            return BuyerAnswer.Unreadable;
        }

        var token = rules.Token is { } where ? answer.Find(where) : null;
        var seconds = NumberOf(rules.ExpiresIn is { } expiry ? answer.Find(expiry) : null);
        TimeSpan? expiresIn = seconds is > 0 and <= LongestExpiry ? TimeSpan.FromSeconds((double)seconds) : null;
        return new BuyerAnswer(status, rules.Reason is { } why && answer.Find(why) is { } reason ? BuyerAnswer.Printable(reason) : null)
        {
            Price = price,
            Token = token is { Length: > 0 and <= LongestToken } ? token : null,
            ExpiresIn = expiresIn,
            Transfer = desk is { } target && status == AnswerStatus.Accepted ? new TransferRule(target, expiresIn ?? rules.TransferLasts) : null,
        };
    }

    private static AnswerStatus Status(AnswerDocument answer, ResponseRules rules, string? offered, decimal? price)
    {
        if (price <= 0)
        {
            return AnswerStatus.Rejected;
        }

        // A price that is there but is no number leaves open what the buyer agreed to.
        if (rules.Accepted is not { } accepted)
        {
            return price is null ? AnswerStatus.Unreadable : AnswerStatus.Accepted;
        }

        var status = Status(answer, accepted);
        return status == AnswerStatus.Accepted && offered is not null && price is null ? AnswerStatus.Unreadable : status;
    }

    private static AnswerStatus Status(AnswerDocument answer, AcceptedRule rule)
    {
        var value = answer.Find(rule.Place);
        if (!rule.Compares)
        {
            return rule.Place.Pattern is not null
                ? value is null ? AnswerStatus.Rejected : AnswerStatus.Accepted
                : value?.ToLowerInvariant() switch
                {
                    "true" or "1" or "yes" => AnswerStatus.Accepted,
                    "false" or "0" or "no" => AnswerStatus.Rejected,
                    _ => AnswerStatus.Unreadable,
                };
        }

        if (value is null || (rule.GreaterThan is not null && NumberOf(value) is null))
        {
            return AnswerStatus.Unreadable;
        }

        var holds = (rule.EqualTo.IsEmpty || rule.EqualTo.Any(one => Same(one, value)))
            && !rule.NotEqualTo.Any(one => Same(one, value))
            && (rule.GreaterThan is not { } least || NumberOf(value) > least);
        return holds ? AnswerStatus.Accepted : AnswerStatus.Rejected;
    }

    // 1 and 1.0 are the same number.
    private static bool Same(string wanted, string found) =>
        wanted.Equals(found, StringComparison.OrdinalIgnoreCase) || (NumberOf(wanted) is { } number && NumberOf(found) == number);

    private static decimal? NumberOf(string? text) =>
        text is { Length: > 0 and <= 100 } && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
