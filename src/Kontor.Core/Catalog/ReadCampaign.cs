using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>Reads a campaign and its plan.</summary>
internal static class ReadCampaign
{
    /// <summary>The campaign, or null when its country or currency cannot be read, without which no contract on it can be.
    /// Beside the published shape it takes <c>status</c>, <c>answer_within</c>, <c>ping_valid_for</c>, <c>duplicates.match: all | any</c>,
    /// <c>caps</c> and <c>screening</c>.</summary>
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
        var name = shape.Text("name");
        var answerWithin = shape.Length("answer_within", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        var pingValidFor = shape.Length("ping_valid_for", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        var status = shape.Name<Status>("status") ?? Status.Active;
        var caps = ReadCaps.ReadVolume(shape);
        var campaign = country is null || currency is null ? null : new Campaign
        {
            Key = key,
            Name = name,
            Vertical = vertical,
            Country = country,
            Currency = currency.Value,
            Duplicates = duplicates,
            Plan = ReadPlan.Placeholder,
            AnswerWithin = answerWithin ?? TimeSpan.FromSeconds(10),
            PingValidFor = pingValidFor ?? TimeSpan.FromSeconds(60),
            Status = status,
            Caps = caps,
        };
        var plan = shape.Object("plan", required: true) is { } written
            ? new ReadPlan(fields, campaign, currency).Read(written)
            : ReadPlan.Placeholder;
        var screening = shape.Object("screening") is { } checks ? new ReadScreening(fields, campaign, duplicates).Read(checks) : Screening.Usual;
        shape.Close();
        return campaign is null ? null : campaign with { Plan = plan, Screening = screening };
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
}
