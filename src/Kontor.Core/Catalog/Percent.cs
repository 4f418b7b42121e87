using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>Percentages as operators write them.</summary>
internal static class Percent
{
    /// <summary>Basis points of <c>60</c>, <c>12.5</c> or <c>"10%"</c> with at most two decimals. Null when it is no such percentage.</summary>
    public static int? BasisPoints(JsonNode? node)
    {
        var text = ShapeReader.WordOf(node);
        if (text is null || text.Length > 12)
        {
            return null;
        }

        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var number = text.EndsWith('%') ? text[..^1].TrimEnd() : text;
        if (!decimal.TryParse(number, plain, CultureInfo.InvariantCulture, out var percent))
        {
            return null;
        }

        var points = percent * 100m;
        return points == decimal.Truncate(points) && Math.Abs(points) <= 1_000_000m ? (int)points : null;
    }
}
