using System.Globalization;

namespace Kontor.Bench;

/// <summary>Which of the benchmark's campaigns.</summary>
/// <param name="Key">Its key; contracts bear it as a prefix.</param>
/// <param name="Hot">Whether one contract comes before all others and takes every lead.</param>
/// <param name="WebhookUrl">Where sales are delivered; null leaves them in the portal.</param>
internal sealed record ClaimsCampaign(string Key, bool Hot, string? WebhookUrl)
{
    /// <summary>How it chooses among its contracts.</summary>
    public string Method { get; init; } = "priority";

    /// <summary>How it sells: exclusive, shared or best_revenue.</summary>
    public string Mode { get; init; } = "exclusive";

    /// <summary>At most how many buyers get a lead.</summary>
    public int MaxBuyers { get; init; } = 1;
}

/// <summary>The network the claims benchmark sells in: 200 buyers with five contracts each in every campaign. Most buy in one or two states
/// or in ten areas of neighbouring postal codes, each for one to three of eight products; one contract in a hundred and twenty-five buys a
/// product anywhere, so that no lead stays unsold.</summary>
internal static class ClaimsNetwork
{
    public const string Source = "bench-source";
    public const string Supplier = "bench-supplier";
    public const int Contracts = 1_000;
    public const int Buyers = 200;
    public const string Vertical = "bench-vertical";
    private const int Seed = 42;

    public static readonly string[] PersonFields = ["phone", "email"];

    public static readonly string[] Products = ["roof", "facade", "carport", "storage", "charger", "heatpump", "windows", "boiler"];

    /// <summary>The document for <c>POST /v1/apply</c>.</summary>
    /// <param name="places">Real places; territories are drawn from them.</param>
    /// <param name="campaigns">The campaigns; each gets all of its contracts.</param>
    public static object Document(IReadOnlyList<Place> places, IReadOnlyList<ClaimsCampaign> campaigns)
    {
        var draw = new ContractDraw(places);
        return new
        {
            verticals = new[] { new { key = Vertical, name = "Benchmark", fields = Fields() } },
            suppliers = new[] { new { key = Supplier, name = "Benchmark supplier" } },
            sources = new[] { new { key = Source, supplier = Supplier, payout = new { type = "share_of_revenue", percent = 60 } } },
            buyers = Enumerable.Range(0, Buyers).Select(number => new
            {
                key = BuyerKey(number),
                name = BuyerKey(number),
                time_zone = "America/New_York",
                billing = new { type = "invoice", currency = "USD", credit_limit = 1_000_000_000 },
            }),
            campaigns = campaigns.Select(campaign => new
            {
                key = campaign.Key,
                vertical = Vertical,
                country = "US",
                currency = "USD",
                duplicates = new { fields = PersonFields, window = "30d" },
                plan = Plan(campaign),
            }),
            contracts = campaigns.SelectMany(campaign => Enumerable.Range(0, Contracts).Select(number => draw.Contract(campaign, number))),
        };
    }

    private static Dictionary<string, object> Plan(ClaimsCampaign campaign)
    {
        var plan = new Dictionary<string, object> { ["mode"] = campaign.Mode, ["method"] = campaign.Method };
        if (campaign.MaxBuyers > 1)
        {
            plan["max_buyers"] = campaign.MaxBuyers;
        }

        return plan;
    }

    /// <summary>The fields of a lead.</summary>
    public static object[] Fields() =>
    [
        new { key = "first_name", type = "first_name", required = true, personal = true },
        new { key = "last_name", type = "last_name", required = true, personal = true },
        new { key = "email", type = "email", required = true, personal = true },
        new { key = "phone", type = "phone", required = true, personal = true },
        new { key = "postal_code", type = "postal_code", required = true, ping = true },
        new { key = "state", type = "state", required = true, ping = true },
        new { key = "city", type = "city" },
        new { key = "product", type = "choice", options = Products, required = true, ping = true },
        new { key = "roof", type = "choice", options = new[] { "owner", "tenant" }, required = true, ping = true },
        new { key = "power_bill", type = "money", ping = true },
    ];

    public static string BuyerKey(int number) => string.Create(CultureInfo.InvariantCulture, $"buyer-{number:000}");

    /// <summary>Draws contracts; the same number is the same contract in every campaign.</summary>
    private sealed class ContractDraw(IReadOnlyList<Place> places)
    {
        private readonly string[] states = [.. places.Select(place => place.State).Distinct().Order(StringComparer.Ordinal)];
        private readonly string[] areas = [.. places.Select(place => place.Code[..3] + "*").Distinct().Order(StringComparer.Ordinal)];

        public Dictionary<string, object> Contract(ClaimsCampaign campaign, int number)
        {
            var random = new Random(Seed + number);
            var hot = campaign.Hot && number == 0;
            var anywhere = number < Products.Length;
            var contract = new Dictionary<string, object>
            {
                ["key"] = string.Create(CultureInfo.InvariantCulture, $"{campaign.Key}-{number:0000}"),
                ["buyer"] = BuyerKey(number % Buyers),
                ["campaign"] = campaign.Key,
                ["prices"] = Prices(20 + random.Next(100), campaign.MaxBuyers),
                ["weight"] = 1 + (number % 10),
                ["priority"] = hot ? 1 : anywhere ? 20 : 2 + random.Next(10),
                ["caps"] = new object[] { new { window = "day", leads = 10_000_000 }, new { window = "month", spend = 2_000_000_000 } },
                ["delivery"] = campaign.WebhookUrl is { } url ? new { type = "webhook", url } : new { type = "portal" },
            };
            var parts = new List<object>();
            if (!hot)
            {
                parts.Add(OneOf("product", anywhere ? [Products[number]] : Sample(random, Products, 1 + random.Next(3))));
                AddPlace(contract, parts, anywhere ? 1 : random.NextDouble(), random);
                contract["filter"] = new { all = parts };
            }

            return contract;
        }

        // Who shares a lead pays half as much for it.
        private static object[] Prices(int alone, int maxBuyers) =>
            maxBuyers == 1 ? [new { max_buyers = 1, price = alone }] : [new { max_buyers = 1, price = alone }, new { max_buyers = maxBuyers, price = alone / 2 }];

        // Six in ten by state, three in ten by postal area, the rest by who asks and how much power he uses.
        private void AddPlace(Dictionary<string, object> contract, List<object> parts, double kind, Random random)
        {
            if (kind < 0.6)
            {
                parts.Add(OneOf("state", Sample(random, states, 1 + random.Next(2))));
            }
            else if (kind < 0.9)
            {
                var first = random.Next(areas.Length - 10);
                contract["territory"] = new { postal_codes = areas[first..(first + 10)] };
            }
            else if (kind < 1)
            {
                parts.Add(OneOf("roof", ["owner"]));
                parts.Add(new { field = "power_bill", op = "gte", value = 150 + random.Next(100) });
            }
        }

        private static object OneOf(string field, string[] values) => new { field, op = "in", value = values };

        private static string[] Sample(Random random, string[] from, int count)
        {
            var all = from.ToArray();
            random.Shuffle(all);
            return all[..count];
        }
    }
}

/// <summary>A postal code with its state and city.</summary>
internal sealed record Place(string Code, string State, string City)
{
    /// <summary>The places of the fifty states, from the data that the server itself bears.</summary>
    public static List<Place> OfUnitedStates()
    {
        using var data = typeof(Sale.ClaimLanes).Assembly.GetManifestResourceStream("data/postal-US.txt")!;
        using var reader = new StreamReader(data);
        var places = new List<Place>(42_000);
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split('\t');
            if (columns[4].Length == 2 && columns[4] is not ("AA" or "AE" or "AP" or "PR" or "GU" or "VI" or "AS" or "MP"))
            {
                places.Add(new Place(columns[1], columns[4], columns[2]));
            }
        }

        return places;
    }
}
