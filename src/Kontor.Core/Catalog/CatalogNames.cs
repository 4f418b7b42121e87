using System.Text.Json;

namespace Kontor.Core.Catalog;

/// <summary>The names of enumerations in the API.</summary>
public static class CatalogNames
{
    /// <summary>The snake_case name: <c>not_in</c>, <c>postal_code</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
