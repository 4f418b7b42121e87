using System.Text.Json.Nodes;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>What a buyer wants to change on his own contract, and whether the operator's <see cref="BuyerMay"/> lets him.</summary>
public static class OwnContractChange
{
    /// <summary>How far a buyer may move the rank of a kind of source, in basis points either way.</summary>
    public const int MostPreference = 5_000;

    private static readonly string[] Known = ["status", "caps", "schedule", "prices", "sources"];

    /// <summary>Whether a change does nothing but pause or resume, which never waits for the operator.</summary>
    public static bool OnlyPauses(JsonObject change) => change.Count == 1 && change.ContainsKey("status");

    /// <summary>The document of the contract with the change in it. What the buyer may not touch is reported as <c>not_allowed</c>; whether the
    /// values make sense is for the catalog's reader and <see cref="Check"/> to say.</summary>
    /// <param name="document">The contract as it is stored; it is not changed.</param>
    /// <param name="change">Any of <c>status</c>, <c>caps</c> (the whole list), <c>schedule</c> (<c>"always"</c> removes it), <c>prices</c> (the whole
    /// list) and <c>sources: {block: [class], prefer: {class: percent}}</c>.</param>
    /// <param name="network">The network in which the contract stands.</param>
    /// <param name="problems">Receives every problem.</param>
    public static JsonObject Apply(JsonObject document, JsonObject change, Network network, List<FieldProblem> problems)
    {
        var contract = network.Contracts[document["key"]!.GetValue<string>()];
        var changed = document.DeepClone().AsObject();
        if (change.Count == 0)
        {
            problems.Add(new FieldProblem(string.Empty, "required", $"Send at least one of {string.Join(", ", Known)}."));
        }

        foreach (var (name, value) in change)
        {
            if (!Known.Contains(name))
            {
                problems.Add(new FieldProblem(name, "unknown_key", $"There is no such key that a buyer could change{Nearest.Hint(name, Known)}."));
            }
            else if (!IsAllowed(contract.BuyerMay, name))
            {
                problems.Add(new FieldProblem(name, "not_allowed", "The operator has not opened this to the buyer."));
            }
            else if (name == "status")
            {
                SetStatus(changed, contract, value, problems);
            }
            else if (name == "sources")
            {
                SourceClasses.Set(changed, value, network, problems);
            }
            else if (name == "schedule" && ShapeReader.WordOf(value) == "always")
            {
                changed.Remove(name);
            }
            else
            {
                changed[name] = value?.DeepClone();
            }
        }

        return changed;
    }

    /// <summary>What of a change breaks the bounds that the operator has set: <c>out_of_bounds</c> at the field. A value that was outside before and
    /// stays as it was is no problem.</summary>
    /// <param name="before">The contract before.</param>
    /// <param name="after">The contract as it would be.</param>
    /// <param name="currency">Of its campaign.</param>
    public static IEnumerable<FieldProblem> Check(Contract before, Contract after, Currency currency) =>
        [.. CheckCaps(before, after, currency), .. CheckPrices(before, after, currency), .. CheckSources(before, after)];

    private static bool IsAllowed(BuyerMay may, string name) => name switch
    {
        "status" => may.Pause,
        "caps" => may.Caps is not null,
        "schedule" => may.Schedule,
        "prices" => may.Price is not null,
        _ => may.Sources,
    };

    private static void SetStatus(JsonObject changed, Contract contract, JsonNode? value, List<FieldProblem> problems)
    {
        switch (ShapeReader.WordOf(value))
        {
            case "paused" when contract.Status == Status.Active:
                changed["status"] = "paused";
                changed["paused_by"] = "buyer";
                break;
            case "active" when contract is { Status: Status.Paused, PausedBy: PausedBy.Operator }:
                problems.Add(new FieldProblem("status", "not_allowed", "The operator has paused this contract; only he can resume it."));
                break;
            case "active":
                changed["status"] = "active";
                changed.Remove("paused_by");
                break;
            case "paused":
                break;
            default:
                problems.Add(new FieldProblem("status", "not_an_option", "Must be one of active, paused."));
                break;
        }
    }

    private static IEnumerable<FieldProblem> CheckCaps(Contract before, Contract after, Currency currency)
    {
        if (after.Caps.SequenceEqual(before.Caps) || after.BuyerMay.Caps is not { } bounds)
        {
            yield break;
        }

        foreach (var bound in bounds)
        {
            var cap = after.Caps.FirstOrDefault(one => one.Window == bound.Window && one.Leads.HasValue == bound.Leads.HasValue);
            if (cap is null || cap.Leads > bound.Leads || cap.Spend > bound.Spend)
            {
                var most = bound.Spend is { } spend ? new Money(spend, currency).ToString() : $"{bound.Leads} leads";
                var window = bound.Window == CapWindow.Total ? "in all" : $"per {CatalogNames.Of(bound.Window)}";
                yield return new FieldProblem("caps", "out_of_bounds", $"There must be a cap of at most {most} {window}.");
            }
        }
    }

    private static IEnumerable<FieldProblem> CheckPrices(Contract before, Contract after, Currency currency)
    {
        if (after.BuyerMay.Price is not { } bounds || after.Prices.SequenceEqual(before.Prices))
        {
            yield break;
        }

        if (!after.Prices.Select(price => price.MaxBuyers).SequenceEqual(before.Prices.Select(price => price.MaxBuyers)))
        {
            yield return new FieldProblem("prices", "not_allowed", "The promises stay as they are; only what is paid under each of them may change.");
        }

        foreach (var price in after.Prices.Where(price => !before.Prices.Contains(price) && (price.Price < bounds.Min || price.Price > bounds.Max)))
        {
            yield return new FieldProblem(
                "prices", "out_of_bounds", $"Prices must lie between {new Money(bounds.Min, currency)} and {new Money(bounds.Max, currency)}.");
        }
    }

    private static IEnumerable<FieldProblem> CheckSources(Contract before, Contract after) =>
        after.Sources.Prefer.Any(one => !before.Sources.Prefer.Contains(one) && Math.Abs(one.Value) > MostPreference)
            ? [new FieldProblem("sources.prefer", "out_of_bounds", "A preference must lie between -50 and 50 percent.")]
            : [];
}
