using Kontor.Core.Catalog;
using Kontor.Insight;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>What a buyer himself has reported about leads of each kind of source: his own experience, and nobody else's.</summary>
public sealed class SourceQuality
{
    /// <summary>So many of the newest leads that he has reported about are looked at.</summary>
    public const int Newest = 2_000;

    private readonly Dictionary<string, (long Reported, long Won)> kinds;

    private SourceQuality(Dictionary<string, (long Reported, long Won)> kinds) => this.kinds = kinds;

    /// <summary>About how many leads of a source's kind he has reported, and how many of these he has won. A source without a class is of the kind without one.</summary>
    public (long Reported, long Won) this[Network network, string source] => kinds.GetValueOrDefault(KindOf(network, source));

    /// <summary>Reads a buyer's.</summary>
    internal static async Task<SourceQuality> OfAsync(NpgsqlDataSource database, string buyer, Network network, CancellationToken cancel)
    {
        var kinds = new Dictionary<string, (long Reported, long Won)>(StringComparer.Ordinal);
        foreach (var (source, reported, won) in await BuyerStatisticsSql.OutcomesAsync(database, buyer, Newest, cancel))
        {
            var kind = KindOf(network, source);
            var known = kinds.GetValueOrDefault(kind);
            kinds[kind] = (known.Reported + reported, known.Won + won);
        }

        return new SourceQuality(kinds);
    }

    private static string KindOf(Network network, string source) => network.Sources.GetValueOrDefault(source)?.Class ?? string.Empty;
}
