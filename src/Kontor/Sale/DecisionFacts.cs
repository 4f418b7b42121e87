using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>How a decision's facts are written to its row: compact UTF-8 JSON that names contracts by key, so that it outlives any
/// ordering in memory. <c>{"c":[[key,[used...],available,last_sold_us,has_person,[quotas...]]...],
/// "l":[[contract,buyer,slot,max,tier,promised_payout,no_deal]...],"r":[[contract,reason]...],"o":index of the resale,"k":[[tier,contract,micro]...],
/// "b":[[contract,reason or "",promise,amount,order,expires_us,elapsed_ms,token,{"p":ping id,"a":1 for asked anyway,"f":fault,"n":the buyer's words}]...],
/// "w":when the bids were weighed,"p":[promise,chosen,[contract,price,payout]...],"a":[[contract,returned,sales]...] where ranks hang on returns,
/// "v":[leads counted under each cap of campaign and source...],"s":"reason that stopped it","sc":{"at":stage,"list":[end, status, elapsed_ms],"seen":flag}}</c>; empty parts are left out.</summary>
public static partial class DecisionFacts
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? json;

    /// <summary>Writes the facts of a round.</summary>
    public static byte[] Write(SaleTerms terms, SaleFacts facts, ReasonCode stopped)
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        json ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        WriteCandidates(json, terms, facts.Candidates);
        WriteLive(json, facts.Live);
        WriteRefusals(json, facts.Refusals);
        WriteOffer(json, terms, facts);
        WriteBids(json, terms, facts);
        WritePing(json, facts.Ping);
        WriteReturns(json, terms, facts);
        if (!facts.Volume.IsEmpty)
        {
            WriteNumbers(json, "v"u8, facts.Volume);
        }

        if (stopped != ReasonCode.None)
        {
            json.WriteString("s"u8, stopped.Text());
        }

        ScreeningJson.Write(json, facts.Screening);

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the facts of a source's lead back against the rules they were written under. Whether a cap of campaign or source stopped it is
    /// decided anew.</summary>
    public static (SaleFacts Facts, ReasonCode Stopped) Read(ReadOnlyMemory<byte> stored, SaleTerms terms, string source)
    {
        using var document = JsonDocument.Parse(stored);
        var root = document.RootElement;
        var ordinals = Ordinals(terms);
        var candidates = Items(root, "c").Select(item => new CandidateFacts(
            ordinals[item[0].GetString()!],
            [.. item[1].EnumerateArray().Select(used => used.GetInt64())],
            item[2].ValueKind == JsonValueKind.Null ? null : item[2].GetInt64(),
            Instant(item[3].GetInt64()),
            item[4].GetInt32() == 1)
        {
            Quotas = item.GetArrayLength() < 6 ? [] : [.. item[5].EnumerateArray().Select(quota => quota.GetInt64())],
        });
        var live = Items(root, "l").Select(item => new LiveSale(item[0].GetString()!, item[1].GetString()!, item[2].GetInt32(),
            item[3].ValueKind == JsonValueKind.Null ? null : item[3].GetInt32())
        {
            Tier = item.GetArrayLength() < 5 || item[4].ValueKind == JsonValueKind.Null ? null : item[4].GetInt32(),
            PromisedPayout = item.GetArrayLength() < 6 || item[5].ValueKind == JsonValueKind.Null ? null : item[5].GetInt64(),
            NoDeal = item.GetArrayLength() > 6,
        });
        var refusals = Items(root, "r").Select(item => new Refusal(item[0].GetString()!, ReasonCodes.Parse(item[1].GetString())));
        var stopped = root.TryGetProperty("s", out var reason) ? ReasonCodes.Parse(reason.GetString()) : ReasonCode.None;
        var credits = Items(root, "k").Select(item => new MemberCredit(item[0].GetInt32(), ordinals[item[1].GetString()!], item[2].GetInt64()));
        var facts = new SaleFacts([.. candidates], [.. live], [.. refusals])
        {
            Resale = root.TryGetProperty("o", out var offer) ? offer.GetInt32() : null,
            Credits = [.. credits],
            Bids = Bids(root, ordinals),
            Returns = ReturnRates.Of(Items(root, "a").Select(item =>
                KeyValuePair.Create(ordinals[item[0].GetString()!], new ReturnRate(item[1].GetInt32(), item[2].GetInt32())))),
            BidsAt = root.TryGetProperty("w", out var weighed) ? Instant(weighed.GetInt64()) : DateTimeOffset.MinValue,
            Ping = Ping(root),
            Screening = ScreeningJson.Read(root),
            Volume = [.. Items(root, "v").Select(item => item.GetInt64())],
        };
        return (facts, facts.Volume.IsEmpty ? stopped : terms.VolumeOf(source).FirstFull(facts.Volume));
    }

    /// <summary>The bids of a round for another one, which may be decided under newer rules: those of contracts that are gone are left
    /// out.</summary>
    public static ImmutableArray<BidFact> ReadBids(ReadOnlyMemory<byte> stored, SaleTerms terms)
    {
        using var document = JsonDocument.Parse(stored);
        return Bids(document.RootElement, Ordinals(terms));
    }

    private static Dictionary<string, int> Ordinals(SaleTerms terms) =>
        terms.Contracts.Select((contract, ordinal) => (contract.Contract.Key, ordinal)).ToDictionary(pair => pair.Key, pair => pair.ordinal);

    private static ImmutableArray<BidFact> Bids(JsonElement root, Dictionary<string, int> ordinals) =>
    [
        .. Items(root, "b").Where(item => ordinals.ContainsKey(item[0].GetString()!)).Select(item => WithRest(item, new BidFact
        {
            Contract = ordinals[item[0].GetString()!],
            Reason = item[1].GetString() is { Length: > 0 } reason ? ReasonCodes.Parse(reason) : ReasonCode.None,
            Promise = item[2].GetInt32(),
            Amount = item[3].GetInt64(),
            Order = item[4].GetInt32(),
            ExpiresAt = Instant(item[5].GetInt64()),
            ElapsedMs = item[6].GetInt32(),
            Token = item[7].GetString(),
        })),
    ];

    // What most bids do not have stands behind the rest, by name.
    private static BidFact WithRest(JsonElement item, BidFact bid) => item.GetArrayLength() < 9 ? bid : bid with
    {
        Ping = item[8].TryGetProperty("p", out var ping) ? ping.GetGuid() : null,
        AskedAnyway = item[8].TryGetProperty("a", out _),
        Fault = item[8].TryGetProperty("f", out var fault) && Enum.TryParse<BidFault>(fault.GetString(), out var known) ? known : BidFault.None,
        Note = item[8].TryGetProperty("n", out var note) ? note.GetString() : null,
    };

    private static void WriteRest(Utf8JsonWriter writer, in BidFact bid)
    {
        if (bid is { Ping: null, AskedAnyway: false, Fault: BidFault.None, Note: null })
        {
            return;
        }

        writer.WriteStartObject();
        if (bid.Ping is { } ping)
        {
            writer.WriteString("p"u8, ping);
        }

        if (bid.AskedAnyway)
        {
            writer.WriteNumber("a"u8, 1);
        }

        if (bid.Fault != BidFault.None)
        {
            writer.WriteString("f"u8, bid.Fault.ToString());
        }

        if (bid.Note is { } note)
        {
            writer.WriteString("n"u8, note);
        }

        writer.WriteEndObject();
    }

    private static void WriteBids(Utf8JsonWriter writer, SaleTerms terms, SaleFacts facts)
    {
        if (facts.Bids.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("b"u8);
        foreach (var bid in facts.Bids)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(terms.Contracts[bid.Contract].Contract.Key);
            writer.WriteStringValue(bid.Reason == ReasonCode.None ? "" : bid.Reason.Text());
            writer.WriteNumberValue(bid.Promise);
            writer.WriteNumberValue(bid.Amount);
            writer.WriteNumberValue(bid.Order);
            writer.WriteNumberValue(Microseconds(bid.ExpiresAt));
            writer.WriteNumberValue(bid.ElapsedMs);
            writer.WriteStringValue(bid.Token);
            WriteRest(writer, bid);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteNumber("w"u8, Microseconds(facts.BidsAt));
    }

    private static void WriteReturns(Utf8JsonWriter writer, SaleTerms terms, SaleFacts facts)
    {
        if (facts.Returns.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("a"u8);
        foreach (var (contract, rate) in facts.Returns.All)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(terms.Contracts[contract].Contract.Key);
            writer.WriteNumberValue(rate.Returned);
            writer.WriteNumberValue(rate.Sales);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void WriteCandidates(Utf8JsonWriter writer, SaleTerms terms, ImmutableArray<CandidateFacts> candidates)
    {
        if (candidates.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("c"u8);
        foreach (var candidate in candidates)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(terms.Contracts[candidate.Contract].Contract.Key);
            writer.WriteStartArray();
            foreach (var used in candidate.Used)
            {
                writer.WriteNumberValue(used);
            }

            writer.WriteEndArray();
            if (candidate.Available is { } available)
            {
                writer.WriteNumberValue(available);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteNumberValue(Microseconds(candidate.LastSoldAt));
            writer.WriteNumberValue(candidate.HasPerson ? 1 : 0);
            WriteQuotas(writer, candidate.Quotas);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteQuotas(Utf8JsonWriter writer, ImmutableArray<long> quotas)
    {
        if (quotas.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray();
        foreach (var quota in quotas)
        {
            writer.WriteNumberValue(quota);
        }

        writer.WriteEndArray();
    }

    private static void WriteLive(Utf8JsonWriter writer, ImmutableArray<LiveSale> live)
    {
        if (live.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("l"u8);
        foreach (var sale in live)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(sale.Contract);
            writer.WriteStringValue(sale.Buyer);
            writer.WriteNumberValue(sale.Slot);
            if (sale.MaxBuyers is { } promise)
            {
                writer.WriteNumberValue(promise);
            }
            else
            {
                writer.WriteNullValue();
            }

            WriteTier(writer, sale);

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    // What follows the last that is known is left out; in the common case that is all.
    private static void WriteTier(Utf8JsonWriter writer, LiveSale sale)
    {
        if (sale.Tier is { } tier)
        {
            writer.WriteNumberValue(tier);
        }
        else if (sale.PromisedPayout is not null || sale.NoDeal)
        {
            writer.WriteNullValue();
        }

        if (sale.PromisedPayout is { } payout)
        {
            writer.WriteNumberValue(payout);
        }
        else if (sale.NoDeal)
        {
            writer.WriteNullValue();
        }

        if (sale.NoDeal)
        {
            writer.WriteNumberValue(1);
        }
    }

    private static void WriteRefusals(Utf8JsonWriter writer, ImmutableArray<Refusal> refusals)
    {
        if (refusals.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("r"u8);
        foreach (var refusal in refusals)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(refusal.Contract);
            writer.WriteStringValue(refusal.Reason.Text());
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteOffer(Utf8JsonWriter writer, SaleTerms terms, SaleFacts facts)
    {
        if (facts.Resale is { } resale)
        {
            writer.WriteNumber("o"u8, resale);
        }

        if (facts.Credits.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("k"u8);
        foreach (var credit in facts.Credits)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(credit.Tier);
            writer.WriteStringValue(terms.Contracts[credit.Contract].Contract.Key);
            writer.WriteNumberValue(credit.Micro);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    // The earliest instant stands for "never" and is written as 0.
    private static long Microseconds(DateTimeOffset instant) => instant == DateTimeOffset.MinValue
        ? 0
        : (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset Instant(long microseconds) => microseconds == 0
        ? DateTimeOffset.MinValue
        : DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
