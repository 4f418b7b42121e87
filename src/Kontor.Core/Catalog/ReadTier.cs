using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>Reads the tiers of a plan.</summary>
internal static class ReadTier
{
    private const int MostTiers = 20;

    /// <summary>The tiers in the order in which they are tried: those of <c>tiers</c>, or the one whose keys stand in the plan itself.</summary>
    /// <param name="shape">The plan.</param>
    /// <param name="currency">What floors are in, as far as it could be read.</param>
    /// <param name="listedPricesOnly">What needs methods under which a contract pays what it lists, ranked by that or by priority; null
    /// where every method will do.</param>
    public static ImmutableArray<Tier> ReadAll(ShapeReader shape, Currency? currency, string? listedPricesOnly)
    {
        if (!shape.Has("tiers"))
        {
            return [Read(shape, currency, listedPricesOnly)];
        }

        var tiers = ImmutableArray.CreateBuilder<Tier>();
        foreach (var item in shape.Objects("tiers", required: true, longest: MostTiers))
        {
            var tier = Read(item, currency, listedPricesOnly);
            if (tier.Name is { } name && tiers.Any(other => name.Equals(other.Name, StringComparison.OrdinalIgnoreCase)))
            {
                item.Problem("name", "duplicate", "Another tier of the plan has this name.");
            }

            item.Close();
            tiers.Add(tier);
        }

        foreach (var inline in (ReadOnlySpan<string>)["name", "contracts", "method", "floor", "timeout", "then", "share", "clamp"])
        {
            if (shape.Has(inline))
            {
                shape.Problem(inline, "unexpected", "Belongs into the tier where tiers are listed.");
            }
        }

        return tiers.Count > 0 ? tiers.ToImmutable() : ReadPlan.Placeholder.Tiers;
    }

    private static Tier Read(ShapeReader shape, Currency? currency, string? listedPricesOnly)
    {
        var method = shape.Name<Method>("method", required: true);
        if (listedPricesOnly is not null && method is not null and not Method.HighestBid and not Method.Priority)
        {
            shape.Problem(
                "method", "method_not_for_plan", $"The promise is chosen by listed prices, so {listedPricesOnly} needs highest_bid or priority.");
        }

        var (share, clamp) = ReadShare(shape, method);
        return new Tier
        {
            Share = share,
            Clamp = clamp,
            Name = shape.Text("name"),
            Tags = ReadTags(shape),
            Method = method ?? Method.Priority,
            Floor = shape.Amount("floor", currency, zeroAllowed: true),
            Timeout = shape.Length("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30)) ?? Tier.UsualTimeout,
            Then = shape.Name<Then>("then") ?? Then.Continue,
        };
    }

    private static (Share Share, int Clamp) ReadShare(ShapeReader shape, Method? method)
    {
        var share = shape.Name<Share>("share");
        var clamp = shape.Integer("clamp", 2, 1_000);
        if (share is not null && method is not (null or Method.Weighted or Method.RoundRobin))
        {
            shape.Problem("share", "unexpected", "Only weighted and round_robin share leads.");
        }

        if (clamp is not null && share != Share.Absolute)
        {
            shape.Problem("clamp", "unexpected", "Only share: absolute has a clamp.");
        }

        return (share ?? Share.Eligible, clamp ?? Tier.UsualClamp);
    }

    private static ImmutableArray<string> ReadTags(ShapeReader shape)
    {
        var contracts = shape.Take("contracts");
        if (contracts is null || (contracts.GetValueKind() == JsonValueKind.String && contracts.GetValue<string>() == "all"))
        {
            return [];
        }

        if (contracts is not JsonObject || shape.Object("contracts") is not { } chosen)
        {
            shape.Problem("contracts", "wrong_type", "Must be all or an object with tags.");
            return [];
        }

        var tags = chosen.Words("tags", required: true);
        chosen.Close();
        return [.. tags];
    }
}
