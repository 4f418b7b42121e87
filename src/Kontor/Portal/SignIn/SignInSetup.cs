using Kontor.Platform;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Composes sign-in: ASP.NET Core Identity on our tables, two cookies, keys shared by all nodes.</summary>
public static class SignInSetup
{
    /// <summary>The cookie that carries somebody between two steps of a sign-in, or a passkey's question to its answer.</summary>
    internal const string StepScheme = "kontor-step";

    private static readonly TimeSpan Session = TimeSpan.FromHours(12);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    /// <summary>Registers what sign-in needs. Needs an <see cref="NpgsqlDataSource"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, KontorOptions options)
    {
        services.AddDbContext<UsersContext>((provider, context) => context.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            // Identity maps more than our tables have; UsersContext leaves that out on purpose.
            .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedEntityTypeIgnoredWarning, CoreEventId.MappedPropertyIgnoredWarning)));
        services.AddIdentityCore<User>(identity =>
            {
                identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                identity.User.RequireUniqueEmail = true;
                identity.User.AllowedUserNameCharacters = "";
                // Length is what helps; PasswordRule says the rest.
                identity.Password = new PasswordOptions
                {
                    RequiredLength = PasswordRule.Shortest, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false,
                };
            })
            .AddEntityFrameworkStores<UsersContext>()
            .AddTokenProvider<AuthenticatorTokenProvider<User>>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            // A passkey stands for two factors, so the device has to ask for its finger, face or number; and it names the person by itself.
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
        });
        services.AddScoped<AccountChanges>();
        services.AddSingleton<AddressLimit>();
        services.AddSingleton<ProtectionKeys>();
        services.AddDataProtection().SetApplicationName("kontor");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(keys => keys.XmlRepository = provider.GetRequiredService<ProtectionKeys>()));
        AddCookies(services, options.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return services;
    }

    // Two schemes, and none of them the default: a cookie means nothing to the API, whose callers send keys.
    private static void AddCookies(IServiceCollection services, bool alwaysSecure)
    {
        services.AddAuthentication()
            .AddCookie(PageRights.Scheme, cookie =>
            {
                Secure(cookie, "kontor", SameSiteMode.Lax);
                cookie.ExpireTimeSpan = Session;
                cookie.SlidingExpiration = true;
                cookie.Events.OnValidatePrincipal = Sessions.ValidateAsync;
            })
            .AddCookie(StepScheme, cookie =>
            {
                Secure(cookie, "kontor-step", SameSiteMode.Strict);
                cookie.ExpireTimeSpan = Step;
                cookie.SlidingExpiration = false;
            });

        void Secure(CookieAuthenticationOptions cookie, string name, SameSiteMode sameSite)
        {
            cookie.Cookie.Name = name;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = sameSite;
            cookie.Cookie.SecurePolicy = alwaysSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }
    }
}
