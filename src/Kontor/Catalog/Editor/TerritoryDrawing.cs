using System.Globalization;
using System.Text;

namespace Kontor.Catalog.Editor;

/// <summary>Draws the squares of a map as paths of SVG, one for each shade: thousands of shapes would be most of the page.</summary>
internal static class TerritoryDrawing
{
    private const int Darkest = 4;

    /// <summary>Squares that lie beside each other are one rectangle.</summary>
    /// <param name="squares">By row, and in a row by column.</param>
    public static IReadOnlyList<(int Shade, string Path)> Shades(IReadOnlyList<MapSquare> squares)
    {
        var paths = new SortedDictionary<int, StringBuilder>();
        for (var at = 0; at < squares.Count;)
        {
            var (first, shade, width) = (squares[at], Math.Min(squares[at].Most, Darkest), 1);
            while (++at < squares.Count && squares[at].Y == first.Y && squares[at].X == first.X + width && Math.Min(squares[at].Most, Darkest) == shade)
            {
                width++;
            }

            if (!paths.TryGetValue(shade, out var path))
            {
                paths[shade] = path = new StringBuilder();
            }

            path.Append(CultureInfo.InvariantCulture, $"M{first.X} {first.Y}h{width}v1h-{width}z");
        }

        return [.. paths.Select(path => (path.Key, path.Value.ToString()))];
    }

    /// <summary>A dot in each square with unsold leads, a larger one for ten and more; empty without any.</summary>
    public static string Unsold(IReadOnlyList<MapSquare> squares)
    {
        var path = new StringBuilder();
        foreach (var square in squares.Where(one => one.Unsold > 0))
        {
            var (left, radius) = square.Unsold >= 10 ? (-0.4, 0.9) : (0, 0.5);
            path.Append(CultureInfo.InvariantCulture, $"M{square.X + left} {square.Y}.5a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 -{2 * radius} 0z");
        }

        return path.ToString();
    }
}
