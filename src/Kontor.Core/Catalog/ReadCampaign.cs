using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>Reads a campaign and its plan.</summary>
internal static class ReadCampaign
{
    private const string OneTier = "This release sells with one tier, the methods priority and highest_bid and the modes exclusive and shared.";

    /// <summary>The campaign, or null when its country or currency cannot be read, without which no contract on it can be.
    /// Beside the published shape it takes <c>status</c>, <c>answer_within</c> and <c>duplicates.match: all | any</c>.</summary>
    public static Campaign? Read(string key, ShapeReader shape, CatalogReferences references)
    {
        var vertical = references.Key(shape, "vertical", CatalogKind.Verticals, required: true);
        var country = shape.Text("country", required: true);
        if (country is not null && Countries.Find(country) != country)
        {
            shape.Problem("country", "invalid_country", "Must be an ISO 3166-1 code of two capital letters such as DE or US.");
            country = null;
        }

        var currency = ReadParties.ReadCurrency(shape, "currency", required: true);
        var fields = references.Verticals.GetValueOrDefault(vertical);
        var duplicates = shape.Object("duplicates") is { } rule ? ReadDuplicates(rule, fields) : null;
        var plan = shape.Object("plan", required: true) is { } written ? ReadPlan(written, currency) : null;
        var name = shape.Text("name");
        var answerWithin = shape.Length("answer_within", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        var status = shape.Name<Status>("status") ?? Status.Active;
        shape.Close();
        if (country is null || currency is null)
        {
            return null;
        }

        return new Campaign
        {
            Key = key,
            Name = name,
            Vertical = vertical,
            Country = country,
            Currency = currency.Value,
            Duplicates = duplicates,
            Plan = plan ?? new Plan { Mode = PlanMode.Exclusive, MaxBuyers = 1, Tiers = [new Tier { Method = Method.Priority }] },
            AnswerWithin = answerWithin ?? TimeSpan.FromSeconds(10),
            Status = status,
        };
    }

    /// <summary>A duplicate rule: which fields name a person, for how long, and whether all or any of them must agree.</summary>
    public static DuplicateRule ReadDuplicates(ShapeReader shape, Vertical? vertical)
    {
        var fields = shape.Words("fields", required: true);
        for (var i = 0; vertical is not null && i < fields.Count; i++)
        {
            if (vertical.IndexOf(fields[i]) < 0)
            {
                var hint = Nearest.Hint(fields[i], vertical.Fields.Select(field => field.Key));
                shape.Problem($"fields[{i}]", "unknown_field", $"The vertical has no such field{hint}.");
            }
        }

        var window = shape.Length("window", TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650), required: true);
        var match = shape.Name<DuplicateMatch>("match") ?? DuplicateMatch.All;
        shape.Close();
        return new DuplicateRule([.. fields], window ?? TimeSpan.FromDays(1), match);
    }

    private static Plan ReadPlan(ShapeReader shape, Currency? currency)
    {
        var mode = shape.Name<PlanMode>("mode", required: true, "best_revenue");
        var most = shape.Integer("max_buyers", 1, 10, required: mode == PlanMode.Shared);
        if (mode == PlanMode.Exclusive && most > 1)
        {
            shape.Problem("max_buyers", "out_of_range", "An exclusive lead is sold to one buyer: leave max_buyers out or choose mode shared.");
        }
        else if (mode == PlanMode.Shared && most == 1)
        {
            shape.Problem("max_buyers", "out_of_range", "A shared lead is promised to 2 up to 10 buyers.");
        }

        var order = shape.Name<OfferOrder>("order") ?? OfferOrder.Simultaneous;
        var total = shape.Integer("max_total_sales", 1, 100);
        foreach (var later in (ReadOnlySpan<string>)["split", "resale", "upgrade"])
        {
            shape.NotYet(later, $"'{later}' is not supported by this release. {OneTier}");
        }

        if (ShapeReader.WordOf(shape.Take("hold_back")) is { } held && Duration.TryParse(held) != TimeSpan.Zero)
        {
            shape.Problem("hold_back", "not_supported", $"A head start is not supported by this release. {OneTier}");
        }

        var tier = ReadTiers(shape, currency);
        shape.Close();
        return new Plan
        {
            Mode = mode ?? PlanMode.Exclusive,
            MaxBuyers = mode == PlanMode.Shared ? most ?? 2 : 1,
            Order = order,
            Tiers = [tier],
            MaxTotalSales = total,
        };
    }

    private static Tier ReadTiers(ShapeReader shape, Currency? currency)
    {
        if (!shape.Has("tiers"))
        {
            return ReadTier(shape, currency);
        }

        var tiers = shape.Objects("tiers", required: true).Select(item =>
        {
            var tier = ReadTier(item, currency);
            item.Close();
            return tier;
        }).ToList();
        if (tiers.Count > 1)
        {
            shape.Problem("tiers[1]", "not_supported", $"Several tiers are not supported by this release. {OneTier}");
        }

        foreach (var inline in (ReadOnlySpan<string>)["name", "contracts", "method", "floor"])
        {
            if (shape.Has(inline))
            {
                shape.Problem(inline, "unexpected", "Belongs into the tier where tiers are listed.");
            }
        }

        return tiers.Count > 0 ? tiers[0] : new Tier { Method = Method.Priority };
    }

    private static Tier ReadTier(ShapeReader shape, Currency? currency)
    {
        shape.NotYet("timeout", $"A tier's timeout is not supported by this release. {OneTier}");
        shape.NotYet("then", $"'then' is not supported by this release. {OneTier}");
        return new Tier
        {
            Name = shape.Text("name"),
            Tags = ReadTags(shape),
            Method = shape.Name<Method>("method", required: true, "second_price", "round_robin", "weighted", "fastest") ?? Method.Priority,
            Floor = shape.Amount("floor", currency, zeroAllowed: true),
        };
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
