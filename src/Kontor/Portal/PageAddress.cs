namespace Kontor.Portal;

/// <summary>Addresses of pages with their filters.</summary>
public static class PageAddress
{
    /// <summary>A path with those of the values that are there.</summary>
    public static string Of(string path, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var address = path;
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                address += $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";
            }
        }

        return address;
    }

    /// <summary>An instant as addresses carry it.</summary>
    public static string Instant(DateTimeOffset at) => Catalog.CatalogAnswers.Instant(at);
}
