using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;

namespace Kontor.Intake;

/// <summary>A specification as one of its pages shows it.</summary>
/// <param name="Spec">The specification; null when there is no campaign to post to.</param>
/// <param name="Sources">Sources of the supplier to choose from; empty where only one is shown.</param>
/// <param name="Here">The address of this page without its query.</param>
/// <param name="Link">The link that was asked for, which anybody can open; else null.</param>
public sealed record SpecificationModel(Specification? Spec, IReadOnlyList<Source> Sources, string Here, string? Link);

/// <summary>The posting specification for people: <c>/supplier/specification/{source}</c>, the operator's <c>/console/specs/{source}</c>, and
/// <c>/specs/{source}?token=</c> for whoever was sent a link, which ends after thirty days.</summary>
internal static class SpecificationPage
{
    /// <summary>The purpose of the mark in a link.</summary>
    internal const string Purpose = "specification";

    private static readonly TimeSpan LinkHolds = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/supplier/specification", FirstAsync).ForSuppliers().ExcludeFromDescription();
        app.MapGet("/supplier/specification/{source}", OwnAsync).ForSuppliers().ExcludeFromDescription();
        app.MapGet("/console/specs/{source}", OperatorAsync).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet("/specs/{source}", SharedAsync).ForAnybody().ExcludeFromDescription();
    }

    private static Task FirstAsync(HttpContext context)
    {
        var sources = SubmissionsPage.SourcesOf(context);
        if (sources.Count == 0)
        {
            return Pages.Show<SpecificationView>(context, new SpecificationModel(null, [], "/supplier/specification", null)).ExecuteAsync(context);
        }

        context.Response.Redirect($"/supplier/specification/{sources[0].Key}");
        return Task.CompletedTask;
    }

    private static Task OwnAsync(HttpContext context, string source)
    {
        var sources = SubmissionsPage.SourcesOf(context);
        return sources.FirstOrDefault(one => one.Key == source) is { } own
            ? Pages.Show<SpecificationView>(context, Model(context, own, sources, $"/supplier/specification/{source}")).ExecuteAsync(context)
            : Pages.FailAsync(context, 404, "not_found");
    }

    private static Task OperatorAsync(HttpContext context, string source) =>
        context.RequestServices.GetRequiredService<LiveNetwork>().Current.Sources.GetValueOrDefault(source) is { } found
            ? Pages.Show<OperatorSpecificationView>(context, Model(context, found, [], $"/console/specs/{source}")).ExecuteAsync(context)
            : Pages.FailAsync(context, 404, "not_found");

    // Who guesses tokens or sources learns nothing: a wrong link, one that has ended and a source that never was look the same.
    private static Task SharedAsync(HttpContext context, string source)
    {
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var mark = SignedMarks.Read(context.RequestServices, Purpose, context.Request.Query["token"]);
        var found = context.RequestServices.GetRequiredService<LiveNetwork>().Current.Sources.GetValueOrDefault(source);
        if (mark is not { } read || read.Text != source || read.At < now || found is null)
        {
            return Pages.FailAsync(context, 404, "not_found");
        }

        var spec = Specification.Of(context, found, context.Request.Query["campaign"]);
        return Pages.Show<SharedSpecificationView>(context, new SpecificationModel(spec, [], string.Empty, null)).ExecuteAsync(context);
    }

    private static SpecificationModel Model(HttpContext context, Source source, IReadOnlyList<Source> sources, string here)
    {
        var spec = Specification.Of(context, source, context.Request.Query["campaign"]);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var link = context.Request.Query.ContainsKey("link")
            ? $"{context.Request.Scheme}://{context.Request.Host}/specs/{source.Key}?token={Uri.EscapeDataString(SignedMarks.Write(context.RequestServices, Purpose, source.Key, now + LinkHolds))}"
            : null;
        return new SpecificationModel(spec, sources, here, link);
    }
}
