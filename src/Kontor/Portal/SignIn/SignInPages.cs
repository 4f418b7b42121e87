namespace Kontor.Portal.SignIn;

/// <summary>Composes the pages of sign-in, account, users, keys and the record of changes.</summary>
public static class SignInPages
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        SignInPage.Map(app);
        CodePage.Map(app);
        PasskeyDoor.Map(app);
        InvitationPage.Map(app);
        AccountPage.Map(app);
        SecondFactorPage.Map(app);
        PasskeysPage.Map(app);
        UsersPage.Map(app);
        KeysPage.Map(app);
        AuditPage.Map(app);
    }
}
