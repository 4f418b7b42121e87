namespace Kontor.Core.Catalog;

/// <summary>Reads what a campaign checks before any buyer hears of a lead.</summary>
/// <param name="vertical">Whose fields the checks name; null when it could not be read, which is reported elsewhere.</param>
/// <param name="campaign">What filters compare under, without its plan; null when it could not be read, which is reported elsewhere.</param>
/// <param name="duplicates">The campaign's duplicate rule, or null.</param>
internal sealed class ReadScreening(Vertical? vertical, Campaign? campaign, DuplicateRule? duplicates)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The checks. Each is left out or written as an object with <c>at: ping | post | both</c>.</summary>
    public Screening Read(ShapeReader shape)
    {
        var screening = new Screening
        {
            DuplicatesAt = ReadDuplicates(shape),
            Criteria = shape.Object("criteria") is { } criteria ? ReadCriteria(criteria) : null,
            Suppression = shape.Object("suppression") is { } suppression ? ReadSuppression(suppression) : null,
            FormatAt = ReadFormat(shape),
        };
        shape.Close();
        return screening;
    }

    private Stages ReadDuplicates(ShapeReader shape)
    {
        if (shape.Object("duplicates") is not { } rule)
        {
            return Screening.Usual.DuplicatesAt;
        }

        if (duplicates is null)
        {
            shape.Problem("duplicates", "unexpected", "The campaign has no duplicates rule that could be checked.");
        }

        var at = ReadAt(rule, Screening.Usual.DuplicatesAt);
        CheckPings(shape, "duplicates.at", at, duplicates?.Fields ?? []);
        rule.Close();
        return at;
    }

    private CriteriaRule ReadCriteria(ShapeReader shape)
    {
        var at = ReadAt(shape, Stages.Both);
        var filter = shape.Object("filter", required: true) is { } tree ? ReadFilter.Read(tree, vertical, campaign) : new Filter.All([]);
        CheckPings(shape, "filter", at, FieldsOf(filter));
        shape.Close();
        return new CriteriaRule(at, filter);
    }

    private SuppressionRule ReadSuppression(ShapeReader shape)
    {
        var at = ReadAt(shape, Stages.Post);
        var url = shape.Text("url", required: true, longest: 2_000);
        if (url is not null && !ReadDelivery.IsTarget(url))
        {
            shape.Problem("url", "invalid_url", "Must be an absolute http or https address without user name, password or fragment.");
        }

        var timeout = shape.Length("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10)) ?? UsualTimeout;
        var fields = shape.Words("fields", required: true);
        for (var i = 0; i < fields.Count && vertical is not null; i++)
        {
            CheckHashed(shape, vertical, (i, fields[i]));
        }

        CheckPings(shape, "fields", at, fields);
        var unreachable = shape.Name<IfUnreachable>("if_unreachable") ?? IfUnreachable.Accept;
        shape.Close();
        return new SuppressionRule(at, url ?? string.Empty, timeout, [.. fields], unreachable);
    }

    // Only of these is it settled what exactly is hashed.
    private static void CheckHashed(ShapeReader shape, Vertical vertical, (int Index, string Key) field)
    {
        var hashed = vertical.Fields.Where(one => one.Type is FieldType.Phone or FieldType.Email).Select(one => one.Key);
        var at = vertical.IndexOf(field.Key);
        if (at < 0)
        {
            shape.Problem($"fields[{field.Index}]", "unknown_field", $"The vertical has no such field{Nearest.Hint(field.Key, hashed)}.");
        }
        else if (vertical.Fields[at].Type is not (FieldType.Phone or FieldType.Email))
        {
            shape.Problem($"fields[{field.Index}]", "not_hashable", "Only fields of type phone or email are told, as hashes.");
        }
    }

    private static Stages ReadFormat(ShapeReader shape)
    {
        if (shape.Object("format") is not { } rule)
        {
            return Screening.Usual.FormatAt;
        }

        var at = rule.Name<Stages>("at", required: true) ?? Screening.Usual.FormatAt;
        rule.Close();
        return at;
    }

    private static Stages ReadAt(ShapeReader shape, Stages usual)
    {
        var at = shape.Name<Stages>("at") ?? usual;
        if (at != Stages.None)
        {
            return at;
        }

        shape.Problem("at", "not_an_option", "Must be one of ping, post, both; a check that is never made is left out.");
        return usual;
    }

    // A check of pings alone on what no ping carries would never be made, and nobody would notice.
    private void CheckPings(ShapeReader shape, string key, Stages at, IEnumerable<string> fields)
    {
        if (at != Stages.Ping || vertical is null)
        {
            return;
        }

        foreach (var field in fields.Distinct(StringComparer.Ordinal))
        {
            if (vertical.IndexOf(field) is >= 0 and var index && !vertical.Fields[index].Ping)
            {
                shape.Problem(key, "not_for_pings", $"The field {field} is not marked with ping: true, so a ping never carries it; check at post or both.");
            }
        }
    }

    private static IEnumerable<string> FieldsOf(Filter filter) => filter switch
    {
        Filter.All all => all.Parts.SelectMany(FieldsOf),
        Filter.Any any => any.Parts.SelectMany(FieldsOf),
        Filter.Not not => FieldsOf(not.Part),
        Filter.Compare compare => [compare.Field],
        _ => [],
    };
}
