using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads how a buyer's answer is read.</summary>
internal static partial class ReadResponse
{
    private const int LongestPattern = 200;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>The rules with everything that could be read.</summary>
    /// <param name="shape">The rules.</param>
    /// <param name="ofBid">Whether they read bids: those need a price and may name its currency.</param>
    public static ResponseRules Read(ShapeReader shape, bool ofBid)
    {
        var accepted = shape.Object("accepted") is { } rule ? Accepted(rule) : null;
        var rules = new ResponseRules
        {
            Accepted = accepted,
            Price = Place(shape, "price"),
            Currency = Place(shape, "currency"),
            Token = Place(shape, "token"),
            ExpiresIn = Place(shape, "expires_in"),
            Reason = Place(shape, "reason"),
            Transfer = Place(shape, "transfer"),
        };
        if (ofBid && !shape.Has("price"))
        {
            shape.Problem("price", "required", "A bid is a price: rules have to say where it stands; without rules the standard answer is read.");
        }
        else if (!ofBid && shape.Has("currency"))
        {
            shape.Problem("currency", "unexpected", "Only bids name a currency: a sold lead has its price already.");
        }

        if (!ofBid && !shape.Has("accepted") && !shape.Has("price"))
        {
            shape.Problem("accepted", "required", "Rules have to say where acceptance or a price stands; without rules the standard answer is read.");
        }

        AnswerPlace?[] places = [rules.Accepted?.Place, rules.Price, rules.Currency, rules.Token, rules.ExpiresIn, rules.Reason, rules.Transfer];
        if (places.Select(place => place?.Path?.Syntax).OfType<AnswerSyntax>().Distinct().Count() > 1)
        {
            shape.Problem("accepted", "invalid", "An answer is either JSON or XML: all paths must begin with $, or all with /.");
        }

        shape.Close();
        return rules;
    }

    private static AcceptedRule? Accepted(ShapeReader shape)
    {
        var place = Place(shape);
        var rule = new AcceptedRule(place ?? new AnswerPlace(null, null))
        {
            EqualTo = Values(shape, "equals"),
            NotEqualTo = Values(shape, "not_equals"),
            GreaterThan = shape.Number("greater_than"),
        };
        shape.Close();
        return place is null ? null : rule;
    }

    // One value may stand without a list.
    private static ImmutableArray<string> Values(ShapeReader shape, string key)
    {
        if (ShapeReader.WordOf(shape.Take(key)) is { Length: > 0 } single)
        {
            return [single];
        }

        var words = shape.Words(key);
        if (shape.Has(key) && words.Count == 0 && shape.List(key).Count == 0)
        {
            shape.Problem(key, "required", "Needs at least one value.");
        }

        return [.. words];
    }

    private static AnswerPlace? Place(ShapeReader shape, string key)
    {
        if (shape.Object(key) is not { } nested)
        {
            return null;
        }

        var place = Place(nested);
        nested.Close();
        return place;
    }

    private static AnswerPlace? Place(ShapeReader shape)
    {
        var path = shape.Text("path");
        var pattern = shape.Text("pattern", longest: LongestPattern);
        if (path is not null && pattern is not null)
        {
            shape.Problem("pattern", "unexpected", "Either path or pattern says where to look.");
            return null;
        }

        if (path is not null)
        {
            var read = AnswerPath.TryParse(path);
            if (read is null)
            {
                shape.Problem("path", "invalid_path", "Must be a path such as $.result.items[0].status in JSON or /answer/result/@status in XML.");
                return null;
            }

            return new AnswerPlace(read, null);
        }

        if (pattern is not null)
        {
            return Pattern(shape, pattern) is { } regex ? new AnswerPlace(null, regex) : null;
        }

        if (!shape.Has("path") && !shape.Has("pattern"))
        {
            shape.Problem("path", "required", "Needs a path, or a pattern for plain text.");
        }

        return null;
    }

    // Without backtracking the time of a match grows with the text and not with what is in it; large counts would blow the pattern itself up.
    private static Regex? Pattern(ShapeReader shape, string pattern)
    {
        try
        {
            if (!LargeCount().IsMatch(pattern))
            {
                return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
            }
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            // Reported below: it is no pattern, or it needs backtracking.
        }

        shape.Problem(
            "pattern", "invalid_pattern", "Must be a regular expression without look-around, back references, counts above 99 and counts of groups.");
        return null;
    }

    [GeneratedRegex("""\{[0-9]*,?[0-9]{3,}|\)\{""")]
    private static partial Regex LargeCount();
}
