using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Portal;

namespace Kontor.Catalog;

/// <summary>The form in which a buyer changes a contract: what it shows and what was typed into it.</summary>
public sealed class OwnContractForm
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Field)> places = [];
    private readonly List<FieldProblem> unread = [];

    /// <summary>What a field holds.</summary>
    public string this[string field] => values.GetValueOrDefault(field, string.Empty);

    /// <summary>The classes that can be blocked and preferred: those of the network that the buyer may know of.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The name of a cap's field.</summary>
    public static string CapField(CapWindow window, bool leads) => $"cap-{(leads ? "leads" : "spend")}-{CatalogNames.Of(window)}";

    /// <summary>The form as the contract stands.</summary>
    public static OwnContractForm Of(Contract contract, Network network, IReadOnlyList<string> classes)
    {
        var form = new OwnContractForm { Classes = classes };
        var currency = network.Campaigns[contract.Campaign].Currency;
        foreach (var cap in contract.Caps)
        {
            form.values[CapField(cap.Window, cap.Leads is not null)] =
                cap.Leads?.ToString(CultureInfo.InvariantCulture) ?? Text(cap.Spend!.Value, currency);
        }

        foreach (var price in contract.Prices)
        {
            form.values[$"price-{price.MaxBuyers}"] = Text(price.Price, currency);
        }

        form.values["open"] = contract.Schedule is null ? "always" : "hours";
        for (var day = 0; day < 7; day++)
        {
            form.values["hours-" + ContractWords.Days[day]] = contract.Schedule is { } schedule ? ContractWords.Hours(schedule.Week[day]) : string.Empty;
        }

        form.values["except"] = string.Join(", ", contract.Schedule?.Except.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) ?? []);
        foreach (var name in SourceClasses.Blocked(contract, network))
        {
            form.values["source-" + form.IndexOf(name)] = "block";
        }

        foreach (var (name, points) in SourceClasses.Preferred(contract, network))
        {
            form.values["source-" + form.IndexOf(name)] = (points / 100m).ToString(CultureInfo.InvariantCulture);
        }

        return form;
    }

    /// <summary>Takes what was typed.</summary>
    public OwnContractForm Take(IFormCollection form)
    {
        foreach (var (name, value) in form)
        {
            if (name is not (Pages.FormFieldName or "version"))
            {
                values[name] = value.ToString().Trim();
            }
        }

        return this;
    }

    /// <summary>What differs from the contract, as <see cref="OwnContractChange.Apply"/> takes it.</summary>
    public JsonObject Change(Contract contract, Network network)
    {
        var change = new JsonObject();
        var may = contract.BuyerMay;
        var before = Of(contract, network, Classes);
        if (may.Caps is not null && Differs(before, "cap-"))
        {
            change["caps"] = Caps(contract);
        }

        if (may.Price is not null && Differs(before, "price-"))
        {
            change["prices"] = new JsonArray([.. contract.Prices.Select((price, i) => Price(price.MaxBuyers, i))]);
        }

        if (may.Schedule && (Differs(before, "open") || Differs(before, "hours-") || Differs(before, "except")))
        {
            change["schedule"] = this["open"] == "always" ? "always" : Schedule();
        }

        if (may.Sources && Differs(before, "source-"))
        {
            change["sources"] = Sources();
        }

        return change;
    }

    /// <summary>What could not even be read, by field.</summary>
    public IReadOnlyList<FieldProblem> Unread => unread;

    /// <summary>The field that a problem belongs to; the top of the form where it belongs to none.</summary>
    public string FieldOf(FieldProblem problem)
    {
        foreach (var (path, field) in places)
        {
            if (problem.Field == path || problem.Field.StartsWith(path + ".", StringComparison.Ordinal) || problem.Field.StartsWith(path + "[", StringComparison.Ordinal))
            {
                return field;
            }
        }

        return problem.Field.Split('.', '[')[0] is { Length: > 0 } top ? top : "form";
    }

    private bool Differs(OwnContractForm before, string prefix) =>
        values.Keys.Union(before.values.Keys).Any(name => name.StartsWith(prefix, StringComparison.Ordinal) && this[name] != before[name]);

    // A cap that stays keeps how it is spread over its window.
    private JsonArray Caps(Contract contract)
    {
        var caps = new JsonArray();
        foreach (var window in Enum.GetValues<CapWindow>())
        {
            foreach (var leads in (bool[])[true, false])
            {
                var field = CapField(window, leads);
                if (this[field].Length == 0)
                {
                    continue;
                }

                places.Add(($"caps[{caps.Count}]", field));
                var cap = new JsonObject { ["window"] = CatalogNames.Of(window), [leads ? "leads" : "spend"] = Number(field) };
                if (contract.Caps.FirstOrDefault(one => one.Window == window && one.Leads.HasValue == leads)?.Pace is Pace.Even)
                {
                    cap["pace"] = "even";
                }

                caps.Add((JsonNode)cap);
            }
        }

        return caps;
    }

    private JsonObject Price(int maxBuyers, int index)
    {
        places.Add(($"prices[{index}]", $"price-{maxBuyers}"));
        return new JsonObject { ["max_buyers"] = maxBuyers, ["price"] = Number($"price-{maxBuyers}") };
    }

    private JsonObject Schedule()
    {
        var hours = new JsonObject();
        foreach (var day in ContractWords.Days)
        {
            places.Add(($"schedule.hours.{day}", "hours-" + day));
            string[] spans = this["hours-" + day].Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (spans.Length > 0)
            {
                hours[day] = new JsonArray([.. spans.Select(span => (JsonNode)span.Replace('–', '-').Replace(" ", string.Empty, StringComparison.Ordinal))]);
            }
        }

        places.Add(("schedule.except", "except"));
        string[] except = this["except"].Split([',', ';', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new JsonObject { ["hours"] = hours, ["except"] = new JsonArray([.. except.Select(day => (JsonNode)day)]) };
    }

    private JsonObject Sources()
    {
        var block = new JsonArray();
        var prefer = new JsonObject();
        for (var i = 0; i < Classes.Count; i++)
        {
            var choice = this[$"source-{i}"];
            if (choice == "block")
            {
                block.Add((JsonNode)Classes[i]);
            }
            else if (choice is not ("" or "0"))
            {
                prefer[Classes[i]] = choice;
            }
        }

        return new JsonObject { ["block"] = block, ["prefer"] = prefer };
    }

    private decimal? Number(string field)
    {
        var number = TypedAmount.Read(this[field]);
        if (number is null)
        {
            unread.Add(new FieldProblem(field, this[field].Length == 0 ? "required" : "invalid_number", "Must be a number."));
        }

        return number;
    }

    private string IndexOf(string name) => Classes.ToList().IndexOf(name).ToString(CultureInfo.InvariantCulture);

    private static string Text(long minor, Currency currency) => new Money(minor, currency).ToDecimal().ToString(CultureInfo.InvariantCulture);
}
