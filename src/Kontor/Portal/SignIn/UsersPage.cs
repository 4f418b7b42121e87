using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Who can sign in, and who was asked to.</summary>
public sealed record UsersModel(IReadOnlyList<ListedUser> Users, IReadOnlyList<Invitation> Invitations, Network Network)
{
    /// <summary>The link that was just made, shown this once, and whom it is for.</summary>
    public (string Url, string Email)? Link { get; init; }

    /// <summary>What was typed into the form of invitations.</summary>
    public (string Email, string Role, string Party) Typed { get; init; } = ("", "manager", "");

    /// <summary>What was wrong with it: the field, and the text of the pages.</summary>
    public IReadOnlyList<(string Field, string Text)> Problems { get; init; } = [];

    /// <summary>The problem of a field, or null.</summary>
    public string? ProblemOf(string field) => Problems.FirstOrDefault(problem => problem.Field == field).Text;
}

/// <summary><c>/console/users</c>: who can sign in and what he may do. Nothing is mailed: a link is shown once, to be handed over.</summary>
public static class UsersPage
{
    private const int LongestEmail = 254;

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/users", (Delegate)(async (HttpContext context) => Pages.Show<UsersView>(context, await ReadAsync(context))))
            .ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/invite", (Delegate)InviteAsync).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/invitations/{id:guid}/withdraw", WithdrawAsync).ForOperators(Right.Own).ExcludeFromDescription();
        UserChanges.Map(app);
    }

    /// <summary>What the page shows.</summary>
    internal static async Task<UsersModel> ReadAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return new UsersModel(
            await UsersSql.ListAsync(database, context.RequestAborted),
            await InvitationsSql.OpenAsync(database, now, context.RequestAborted),
            services.GetRequiredService<LiveNetwork>().Current);
    }

    /// <summary>The page with a link that was just made.</summary>
    internal static async Task<IResult> ShowLinkAsync(HttpContext context, string token, string email)
    {
        var url = $"{context.Request.Scheme}://{context.Request.Host}/invitations/{token}";
        return Pages.Show<UsersView>(context, await ReadAsync(context) with { Link = (url, email) });
    }

    /// <summary>The role and party of a form; the problem as a text of the pages where they do not fit.</summary>
    internal static (PageRole Role, string? Party, string? Problem) RoleOf(HttpContext context, IFormCollection form)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var party = form["party"].ToString().Trim();
        return UserRoles.Parse(form["role"]) switch
        {
            null => (default, null, "Choose from what is offered."),
            PageRole.Buyer when !network.Buyers.ContainsKey(party) => (PageRole.Buyer, null, "Name the key of a buyer of the network."),
            PageRole.Supplier when !network.Suppliers.ContainsKey(party) => (PageRole.Supplier, null, "Name the key of a supplier of the network."),
            { } role => (role, UserRoles.HasParty(role) ? party : null, null),
        };
    }

    private static async Task<IResult> InviteAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var email = form["email"].ToString().Trim();
        var (role, party, wrong) = RoleOf(context, form);
        var problems = new List<(string Field, string Text)>();
        if (email.Length is 0 or > LongestEmail || email.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) || email.IndexOf('@', StringComparison.Ordinal) <= 0)
        {
            problems.Add(("email", "Must be an e-mail address."));
        }

        if (wrong is not null)
        {
            problems.Add((form["role"] == "buyer" || form["role"] == "supplier" ? "party" : "role", wrong));
        }

        var token = problems.Count == 0 ? await MakeLinkAsync(context, email, (role, party)) : null;
        if (token is not null)
        {
            return await ShowLinkAsync(context, token, email);
        }

        if (problems.Count == 0)
        {
            problems.Add(("email", "Somebody with this address has joined already."));
        }

        var model = await ReadAsync(context) with { Typed = (email, form["role"].ToString(), form["party"].ToString()), Problems = problems };
        return Pages.Show<UsersView>(context, model, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<string?> MakeLinkAsync(HttpContext context, string email, (PageRole Role, string? Party) wanted)
    {
        string? token = null;
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        await changes.TryAsync(
            async transaction =>
            {
                if (await UsersSql.HasEmailAsync(transaction, email, context.RequestAborted))
                {
                    return null;
                }

                var made = new Invitation(Guid.CreateVersion7(changes.Now), email, wanted.Role, wanted.Party, changes.Now + InvitationPage.Lasts)
                {
                    InvitedBy = context.PageUser().Name, CreatedAt = changes.Now,
                };
                token = await InvitationPage.MakeAsync(transaction, made, context.RequestAborted);
                return new AuditEntry(Actor.Of(context), changes.Now, "invited", ("invitations", made.Id.ToString()), (null, Shown(made)));
            },
            context.RequestAborted);
        return token;
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, Guid id)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        await changes.TryAsync(
            async transaction => await InvitationsSql.WithdrawAsync(transaction, id, changes.Now, context.RequestAborted) is { } ended
                ? new AuditEntry(Actor.Of(context), changes.Now, "withdrawn", ("invitations", id.ToString()), (Shown(ended), null))
                : null,
            context.RequestAborted);
        return Pages.Done(context, "/console/users", Viewer.Of(context)["The link does not work any more."]);
    }

    private static JsonObject Shown(Invitation invitation) => new()
    {
        ["email"] = invitation.Email, ["role"] = UserRoles.Text(invitation.Role), ["party"] = invitation.Party,
    };
}
