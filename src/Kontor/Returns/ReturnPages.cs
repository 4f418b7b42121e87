using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Returns;
using Kontor.Delivery;
using Kontor.Portal;

namespace Kontor.Returns;

/// <summary>What a buyer needs to give one lead back.</summary>
/// <param name="Reasons">For which reasons he may; empty when he may not.</param>
/// <param name="Until">Until when.</param>
/// <param name="Over">Whether that time is over.</param>
public sealed record ReturnTerms(IReadOnlyList<ReturnReason> Reasons, DateTimeOffset Until, bool Over)
{
    /// <summary>The reason that was chosen and refused, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The note as it was typed.</summary>
    public string? Note { get; init; }

    /// <summary>By the rule a sale was made under.</summary>
    public static ReturnTerms Of(ReturnRule? rule, DateTimeOffset soldAt, DateTimeOffset now) =>
        rule is null ? new ReturnTerms([], soldAt, true) : new ReturnTerms(rule.Reasons, soldAt + rule.Within, now - soldAt > rule.Within);
}

/// <summary><c>POST /buyer/leads/{sale}/return</c>: a buyer gives a lead back in his pages. It goes the way of the API.</summary>
internal static class ReturnPages
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/buyer/leads/{sale:guid}/return", ReturnAsync).ForBuyers().ExcludeFromDescription();

    /// <summary>A reason in words.</summary>
    public static string Words(Viewer viewer, ReturnReason reason) => reason switch
    {
        ReturnReason.WrongNumber => viewer["The number or address leads to nobody"],
        ReturnReason.NotReachable => viewer["Nobody answers, however often I call"],
        ReturnReason.WrongPerson => viewer["Somebody else answers"],
        ReturnReason.NoRequest => viewer["The person asked for nothing"],
        ReturnReason.Duplicate => viewer["I had this person already"],
        ReturnReason.WrongArea => viewer["Outside of my area"],
        ReturnReason.CriteriaNotMet => viewer["What the lead says is not so"],
        _ => viewer["Something else"],
    };

    private static async Task ReturnAsync(HttpContext context, Guid sale)
    {
        if (await OutcomePages.OwnAsync(context, sale) is not { } own)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var returns = context.RequestServices.GetRequiredService<ReturnSale>();
        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var rule = await returns.RuleAsync(own, context.RequestAborted);
        var problems = new List<FieldProblem>();
        var request = ReturnRequest.Read(Body(form), rule?.Reasons ?? ReturnRequest.AllReasons, problems);
        var result = request is null ? null : await returns.GiveBackAsync(own, rule, (request, ReturnedBy.Buyer, null), context.RequestAborted);
        if (result?.Verdict is ReturnVerdict.Returned or ReturnVerdict.Repeated)
        {
            await Pages.Done(context, $"/buyer/leads/{sale}", viewer["The lead is given back, and its price is on your account again."]).ExecuteAsync(context);
            return;
        }

        List<(string, string)> shown = request is null
            ? problems.ConvertAll(problem => (problem.Field, ProblemWords.Of(viewer, problem)))
            : [("reason", Refusal(viewer, result?.Verdict))];
        var model = (await BuyerLeadPage.ModelAsync(context, sale))!;
        model = model with { ReturnProblems = shown, Returns = model.Returns with { Reason = form["reason"], Note = form["note"] } };
        await Pages.Show<BuyerLeadView>(context, model, 422).ExecuteAsync(context);
    }

    private static JsonObject Body(IFormCollection form)
    {
        var body = new JsonObject();
        foreach (var name in (string[])["reason", "note"])
        {
            if (!string.IsNullOrWhiteSpace(form[name]))
            {
                // A browser ends lines with two characters, which would count against the note's length.
                body[name] = form[name].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\0", string.Empty, StringComparison.Ordinal);
            }
        }

        return body;
    }

    private static string Refusal(Viewer viewer, ReturnVerdict? verdict) => verdict switch
    {
        ReturnVerdict.NotAllowed => viewer["This contract takes nothing back. Ask the operator."],
        ReturnVerdict.TooLate => viewer["The time to give this lead back is over. Ask the operator."],
        ReturnVerdict.AlreadyReturned => viewer["The lead was given back before."],
        ReturnVerdict.NotConfirmed => viewer["This lead cannot be given back."],
        _ => viewer["More comes in than can be taken at this moment. Send it once more."],
    };
}
