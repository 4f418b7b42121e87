using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What the search for a person shows.</summary>
/// <param name="Value">As typed.</param>
/// <param name="BeforeText">Leads before this day or time alone, as typed.</param>
/// <param name="Problems">What is wrong, by field.</param>
/// <param name="LookedBackTo">Set when nobody was found: so far it looked back; <see cref="DateTimeOffset.MinValue"/> is the beginning.</param>
public sealed record FindLeadModel(string Value, string? BeforeText, IReadOnlyList<(string Field, string Message)> Problems, DateTimeOffset? LookedBackTo);

/// <summary><c>/console/leads/find</c>: a person by e-mail address, phone number or name. What is looked for is posted, so that it stands in no address, history or
/// log; the answer leads on to the leads' ids.</summary>
public static class FindLeadPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console/leads/find";

    private const int LongestValue = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstSpan = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(120);

    /// <summary>Maps the page and its form.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context) => Pages.Show<FindLeadView>(context, new FindLeadModel("", null, [], null))).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost(Path, FindAsync).ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> FindAsync(HttpContext context, NpgsqlDataSource database, LiveNetwork live, TimeProvider clock)
    {
        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (value, beforeText) = (form["value"].ToString().Trim(), form["before"].ToString().Trim());
        var problems = new List<(string Field, string Message)>();
        var before = beforeText.Length == 0 ? null : LeadFilter.ReadTime(beforeText, viewer.Zone, endOfDay: true);
        if (beforeText.Length > 0 && before is null)
        {
            problems.Add(("before", viewer["Write a day as 2026-03-31, or a time as 2026-03-31T09:30."]));
        }

        if (value.Length is < 2 or > LongestValue || value.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(("value", viewer["Write an e-mail address, a phone number or a name."]));
        }

        if (problems.Count > 0)
        {
            return Show(context, new FindLeadModel(value, beforeText, problems, null), StatusCodes.Status422UnprocessableEntity);
        }

        var (values, keys) = Readings(live.Current, value, context.RequestServices.GetRequiredService<PhonePlans>(), Instants.Microseconds(clock.GetUtcNow()));
        var (found, back) = await SearchAsync(database, values, keys, before, context.RequestAborted);
        return found.Count switch
        {
            0 => Show(context, new FindLeadModel(value, beforeText, [], back ?? DateTimeOffset.MinValue), StatusCodes.Status200OK),
            1 => Pages.Done(context, LeadPage.Address(new LeadId(found[0])), Note(viewer, back)),
            _ => Pages.Done(context, new LeadFilter { Ids = [.. found] }.Address(LeadsPage.Path), Note(viewer, back)),
        };
    }

    private static IResult Show(HttpContext context, FindLeadModel model, int status) => Pages.Show<FindLeadView>(context, model, status);

    private static string? Note(Viewer viewer, DateTimeOffset? back) => back is { } at ? viewer["The leads since {0} were looked through.", viewer.Exact(at)] : null;

    // The value as each campaign's personal fields would have stored it, and under which keys its person would be known as a duplicate.
    private static (ImmutableArray<string> Values, List<(string Scope, byte[] Hash)> Keys) Readings(Network network, string value, PhonePlans phones, DateTimeOffset now)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        var keys = new List<(string, byte[])>();
        foreach (var campaign in network.Campaigns.Values)
        {
            var vertical = network.Verticals[campaign.Vertical];
            var context = new ReadingContext(campaign.Country, campaign.Currency, phones, now);
            for (var i = 0; i < vertical.Fields.Length; i++)
            {
                var field = vertical.Fields[i];
                if (!LeadFields.IsPersonal(field) || LeadReader.Normalise(field, PostedValue.OfText(value), context) is not { IsProblem: false, Value: { Kind: FieldKind.Text } read })
                {
                    continue;
                }

                values.Add(JsonSerializer.Serialize(new Dictionary<string, string> { [field.Key] = read.Text! }));
                if (campaign.Duplicates is { } rule && (rule.Match == DuplicateMatch.Any || rule.Fields.Length == 1))
                {
                    var alone = Enumerable.Repeat(FieldValue.Missing, vertical.Fields.Length).ToImmutableArray().SetItem(i, read);
                    keys.AddRange(DuplicateKeys.Of(rule, vertical, alone).Select(hash => ("c:" + campaign.Key, hash)));
                }
            }
        }

        return ([.. values], keys);
    }

    // First by the keys of duplicates, which costs nothing; then by the fields of the leads themselves, newest first, for as long as a person waits.
    private static async Task<(List<Guid> Found, DateTimeOffset? LookedBackTo)> SearchAsync(
        NpgsqlDataSource database, ImmutableArray<string> values, List<(string Scope, byte[] Hash)> keys, DateTimeOffset? before, CancellationToken cancel)
    {
        if (values.IsEmpty)
        {
            return ([], null);
        }

        var end = LeadSpans.Lower(null, before);
        var known = await LeadSearchSql.OfPersonsAsync(database, keys, cancel);
        var found = new HashSet<Guid>(known.Where(id => id.CompareTo(end) < 0));
        var spans = await LeadSpans.OpenAsync(database, null, end, cancel);
        var (length, began) = (FirstSpan, Stopwatch.GetTimestamp());
        DateTimeOffset? back = null;
        while (spans.Take(length) is { } span)
        {
            var since = Stopwatch.GetTimestamp();
            found.UnionWith(await LeadSearchSql.WithValueAsync(database, values, span, LeadFilter.MostIds, cancel));
            length = LeadSpans.Next(length, Stopwatch.GetElapsedTime(since), LongestSpan);
            if (!spans.IsAtEnd && (found.Count >= LeadFilter.MostIds || Stopwatch.GetElapsedTime(began) > Patience))
            {
                back = LeadSpans.TimeOf(span.From);
                break;
            }
        }

        return ([.. found.OrderDescending().Take(LeadFilter.MostIds)], back);
    }
}
