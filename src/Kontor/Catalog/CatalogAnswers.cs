using System.Globalization;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary>What the addresses of the catalog have in common.</summary>
internal static class CatalogAnswers
{
    /// <summary>The answer to an edit that changed nothing because it may not.</summary>
    public static IResult Refusal(HttpContext context, CatalogOutcome outcome) => outcome switch
    {
        CatalogOutcome.Invalid invalid => Problems.Of(
            context, 400, "invalid_catalog", "The catalog would have problems; nothing was changed.", invalid.Problems),
        CatalogOutcome.StillReferenced still => Problems.Of(
            context, 409, "still_referenced", "Other entries refer to it; nothing was changed.", still.Problems),
        CatalogOutcome.VersionMismatch => Problems.Of(
            context, 412, "version_mismatch", "The entry has another version by now; read it again before changing it."),
        _ => NotFound(context),
    };

    /// <summary>There is no such entry.</summary>
    public static IResult NotFound(HttpContext context) => Problems.Of(context, 404, "not_found", "There is no such entry.");

    /// <summary>Who changes the catalog, for its record.</summary>
    public static Actor ChangedBy(HttpContext context) => Actor.Of(context);

    /// <summary>An instant as the API shows it.</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture);
}
