using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Intake.Dialects;

/// <summary>Turns a post of another system into one of ours, and problems with our fields back into problems with theirs.</summary>
internal sealed class Translation
{
    private const string Consent = "consent.";
    private const string Their = "their_";
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, PostedValue> ours = [];
    private readonly List<string> order = [];
    private readonly Dictionary<string, string> theirs = [];
    private readonly List<FieldProblem> problems;

    private Translation(IEnumerable<FieldProblem> problems) => this.problems = [.. problems];

    /// <summary>The post in our form: it has everything that was posted but the key and what else steers the post.</summary>
    public PostedLead? Lead { get; private set; }

    /// <summary>What is wrong with it as far as it was read; our names.</summary>
    public IReadOnlyList<FieldProblem> Problems => problems;

    /// <summary>Translates a post.</summary>
    /// <param name="post">The post.</param>
    /// <param name="dialect">Its format.</param>
    /// <param name="setting">What the source's operator says of names and campaigns.</param>
    /// <param name="network">The catalog in force.</param>
    public static Translation Of(ForeignPost post, Dialect dialect, SourceDialect setting, Network network)
    {
        var translation = new Translation(post.Problems);
        if (!post.IsReadable)
        {
            return translation;
        }

        var campaign = translation.Campaign(post, dialect, setting);
        var vertical = campaign is not null && network.Campaigns.TryGetValue(campaign, out var known) ? network.Verticals[known.Vertical] : null;
        translation.Ping(post, dialect);
        translation.Steer("test", dialect.Names.Test, post.Text(dialect.Names.Test) is { } mark && dialect.IsTest(mark) ? "true" : null);
        translation.Fields(post, dialect, setting, vertical);
        translation.Lead = PostedLead.TryReadJson(translation.Write(setting), out var found);
        translation.problems.AddRange(found.Where(problem => !translation.problems.Contains(problem)));
        return translation;
    }

    /// <summary>A problem by the name that was posted.</summary>
    public FieldProblem InTheirWords(FieldProblem problem, SourceDialect setting)
    {
        // Of a list the problem names the place as well.
        var name = theirs.GetValueOrDefault(problem.Field) ?? theirs.GetValueOrDefault(problem.Field.Split('[')[0])
            ?? setting.Fields.Where(field => field.Value == problem.Field).Select(field => field.Key).Order(StringComparer.Ordinal).FirstOrDefault();
        return name is null ? problem : problem with { Field = PostedLead.Shown(name) };
    }

    private string? Campaign(ForeignPost post, Dialect dialect, SourceDialect setting)
    {
        var name = dialect.Names.Campaign;
        theirs["campaign"] = name;
        if (post.Text(name) is not { } id)
        {
            problems.Add(new FieldProblem("campaign", "required", "Name the campaign the lead is for, once."));
            return null;
        }

        if (!setting.Campaigns.TryGetValue(id, out var campaign))
        {
            problems.Add(new FieldProblem("campaign", "unknown_campaign", "This source has no campaign of this id."));
            return null;
        }

        Steer("campaign", name, campaign);
        return campaign;
    }

    // A post that names two pings is not sold as if it named none.
    private void Ping(ForeignPost post, Dialect dialect)
    {
        var name = dialect.Names.PingId;
        var ping = dialect.AnswersPings(post) ? post.Text(name) : null;
        Steer("ping_id", name, ping);
        if (ping is null && dialect.AnswersPings(post) && post.Has(name))
        {
            problems.Add(new FieldProblem("ping_id", "invalid", "Send the id of one ping, once."));
        }
    }

    private void Steer(string key, string name, string? text)
    {
        theirs[key] = name;
        if (text is not null)
        {
            Put(key, name, PostedValue.OfText(text));
        }
    }

    // The key is left out, under whatever name it came. What the operator names comes first, then what is customary, then what has our own name already.
    private void Fields(ForeignPost post, Dialect dialect, SourceDialect setting, Vertical? vertical)
    {
        var own = SourceDialect.OwnNames(dialect.Type);
        var secret = post.Text(dialect.Names.Key);
        var rest = post.Fields.Where(field => !own.Contains(field.Key) && (secret is null || field.Value.Text?.Contains(secret, StringComparison.Ordinal) != true)).ToList();
        foreach (var (name, value) in rest)
        {
            if (setting.Fields.TryGetValue(name, out var target))
            {
                Put(target, name, value);
            }
        }

        rest.RemoveAll(field => setting.Fields.ContainsKey(field.Key));
        foreach (var (customary, target) in dialect.Names.Customary.Where(custom => vertical?.IndexOf(custom.Theirs) is null or < 0))
        {
            foreach (var (name, value) in rest.Where(field => field.Key.Equals(customary, StringComparison.OrdinalIgnoreCase)))
            {
                Put(target, name, value);
            }

            rest.RemoveAll(field => field.Key.Equals(customary, StringComparison.OrdinalIgnoreCase));
        }

        foreach (var (name, value) in rest)
        {
            Put(OurName(name, vertical), name, value);
        }
    }

    // Their "First_Name" is our "first_name". Our reserved keys mean nothing in their posts: only the operator can point a field at one.
    private static string OurName(string name, Vertical? vertical)
    {
        var lower = name.ToLowerInvariant();
        return vertical?.IndexOf(lower) >= 0 ? lower : ReservedKeys.Has(lower) || name.StartsWith(Consent, StringComparison.Ordinal) ? Their + name : name;
    }

    // Of several values for one of our fields the first counts; the others are kept, as fields that nobody knows.
    private void Put(string key, string name, PostedValue value)
    {
        if (ours.TryGetValue(key, out var first) && first.Kind != PostedKind.Nothing)
        {
            if (value.Kind == PostedKind.Nothing)
            {
                return;
            }

            key = Their + name;
        }

        if (!ours.ContainsKey(key))
        {
            order.Add(key);
        }

        ours[key] = value;
        theirs[key] = name;
    }

    private byte[] Write(SourceDialect setting)
    {
        var json = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            foreach (var key in order.Where(key => !key.StartsWith(Consent, StringComparison.Ordinal)))
            {
                writer.WritePropertyName(key);
                Write(writer, ours[key], setting.Choices.GetValueOrDefault(key));
            }

            var consent = order.Where(key => key.StartsWith(Consent, StringComparison.Ordinal) && ours[key].Kind != PostedKind.Nothing).ToList();
            if (consent.Count > 0)
            {
                writer.WriteStartObject("consent");
                foreach (var key in consent)
                {
                    writer.WritePropertyName(key.AsSpan(Consent.Length));
                    Write(writer, ours[key], null);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, PostedValue value, FrozenDictionary<string, string>? choices)
    {
        switch (value.Kind)
        {
            case PostedKind.Nothing:
                writer.WriteNullValue();
                break;
            case PostedKind.List:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                {
                    writer.WriteStringValue(Chosen(item, choices));
                }

                writer.WriteEndArray();
                break;
            case PostedKind.Other:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            case PostedKind.Number or PostedKind.Flag when choices?.ContainsKey(value.Text!) != true:
                writer.WriteRawValue(value.Text!);
                break;
            default:
                writer.WriteStringValue(Chosen(value.Text!, choices));
                break;
        }
    }

    private static string Chosen(string text, FrozenDictionary<string, string>? choices) => choices?.GetValueOrDefault(text.Trim()) ?? text;
}
