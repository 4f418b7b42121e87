using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Sign-in by a passkey. The device asks for a finger, a face or a number, so one step is enough.</summary>
public static class PasskeyDoor
{
    private const string Refused = "The passkey was not accepted. Try again or use your password.";

    /// <summary>Maps the two steps: the question, as JSON, and the answer, as a form.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-in/passkey/options", (Delegate)AskAsync).ForAnybody().ExcludeFromDescription();
        app.MapPost("/sign-in/passkey", (Delegate)EnterAsync).ForAnybody().ExcludeFromDescription();
    }

    private static async Task<IResult> AskAsync(HttpContext context)
    {
        var asked = await context.RequestServices.GetRequiredService<IPasskeyHandler<User>>().MakeRequestOptionsAsync(null, context);
        await new Step(null, null, null, asked.AssertionState).KeepAsync(context);
        return Results.Text(asked.RequestOptionsJson, "application/json");
    }

    private static async Task<IResult> EnterAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var wanted = Returns.Local(form["return"]);
        if (SignInPage.Limit<SignInView>(context, problem => new SignInModel(null, wanted, problem)) is { } wait)
        {
            return wait;
        }

        var state = (await Step.FindAsync(context))?.Passkey;
        // Each question is answered once.
        await Step.EndAsync(context);
        var shown = state is null ? null : await context.RequestServices.GetRequiredService<IPasskeyHandler<User>>().PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = context, CredentialJson = form["credential"].ToString(), AssertionState = state });
        var known = shown is { Succeeded: true }
            ? await UsersSql.FindAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), shown.User.Id, context.RequestAborted)
            : null;
        if (known is null)
        {
            return Pages.Show<SignInView>(context, new SignInModel(null, wanted, Refused), StatusCodes.Status422UnprocessableEntity);
        }

        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        await changes.TryAsync(
            async _ =>
            {
                // Keeps the device's counter, by which a copied passkey is found out.
                AccountChanges.Require(await changes.Users.AddOrUpdatePasskeyAsync(shown!.User!, shown.Passkey!));
                return new AuditEntry(
                    new Actor(known.Id, known.Name, known.Role, Actor.AddressOf(context)), changes.Now, "passkey_used", ("users", known.Id.ToString()));
            },
            context.RequestAborted);
        return await SignInPage.LetInAsync(context, known, wanted, "passkey");
    }
}
