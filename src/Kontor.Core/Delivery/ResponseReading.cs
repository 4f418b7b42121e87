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

        var found = Find(body, rules);
        if (found.Status == AnswerStatus.Unreadable)
        {
            return BuyerAnswer.Unreadable;
        }

        var desk = TransferTarget.TryParse(found.Transfer);
        if (rules.Transfer is not null && desk is null && found.Status == AnswerStatus.Accepted)
        {
            return BuyerAnswer.Unreadable;
        }

        var seconds = NumberOf(found.ExpiresIn);
        TimeSpan? expiresIn = seconds is > 0 and <= LongestExpiry ? TimeSpan.FromSeconds((double)seconds) : null;
        return new BuyerAnswer(found.Status, found.Reason)
        {
            Price = found.Price,
            Token = found.Token is { Length: > 0 and <= LongestToken } token ? token : null,
            ExpiresIn = expiresIn,
            Transfer = desk is { } target && found.Status == AnswerStatus.Accepted ? new TransferRule(target, expiresIn ?? rules.TransferLasts) : null,
        };
    }

    /// <summary>What an answer holds by the rules, as it was found. It never throws.</summary>
    internal static FoundAnswer Find(ReadOnlySpan<byte> body, ResponseRules rules)
    {
        if (body.Length > MostBytes || body.IsEmpty)
        {
            return FoundAnswer.Unreadable;
        }

        try
        {
            using var answer = new AnswerDocument(body);
            var offered = Find(answer, rules.Price);
            var price = NumberOf(offered);
            return new FoundAnswer(Status(answer, rules, offered, price), offered, price)
            {
                Currency = Find(answer, rules.Currency),
                Token = Find(answer, rules.Token),
                ExpiresIn = Find(answer, rules.ExpiresIn),
                Transfer = Find(answer, rules.Transfer),
                Reason = Find(answer, rules.Reason) is { } reason ? BuyerAnswer.Printable(reason) : null,
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return FoundAnswer.Unreadable;
        }
    }

    private static string? Find(AnswerDocument answer, AnswerPlace? place) => place is null ? null : answer.Find(place);

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

/// <summary>What the rules found in an answer; null is what is not there.</summary>
/// <param name="Status">What it says.</param>
/// <param name="Offered">The price as written.</param>
/// <param name="Price">The price as a number, or null when it is none.</param>
internal sealed record FoundAnswer(AnswerStatus Status, string? Offered, decimal? Price)
{
    /// <summary>The answer that says nothing.</summary>
    public static FoundAnswer Unreadable { get; } = new(AnswerStatus.Unreadable, null, null);

    /// <summary>As written.</summary>
    public string? Currency { get; init; }

    /// <inheritdoc cref="Currency"/>
    public string? Token { get; init; }

    /// <inheritdoc cref="Currency"/>
    public string? ExpiresIn { get; init; }

    /// <summary>Where a caller is put through to, as written.</summary>
    public string? Transfer { get; init; }

    /// <summary>Printable, at most 200 characters.</summary>
    public string? Reason { get; init; }
}
