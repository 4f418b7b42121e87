using Kontor.Platform;
using Kontor.Portal.SignIn;

namespace Kontor.Tests.Portal;

/// <summary>The first person of an installation, and the keys of cookies: once, however many nodes start.</summary>
public sealed class FirstOwnerTests
{
    [Fact]
    public async Task first_owner_is_made_once_with_a_password_that_is_shown_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new KontorOptions { Url = "http://127.0.0.1:0", Database = database.ConnectionStringOfNode };
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Server.StartAsync(options, CancellationToken.None)));
        try
        {
            var owner = nodes.Select(node => node.NewOwner).Where(made => made is not null).ShouldHaveSingleItem()!;
            owner.Email.ShouldBe("operator@localhost");
            (await database.ScalarAsync<long>("select count(*) from protection_keys")).ShouldBe(1);
            (await database.ScalarAsync<long>("select count(*) from users where password_hash like '%' || $1 || '%'", owner.Password)).ShouldBe(0);
            using var person = new PageClient(nodes[0].Url);
            (await People.KnockAsync(person, owner.Email, owner.Password)).Target().ShouldBe("/console");
            // What one node protects, the others read.
            foreach (var node in nodes)
                (await person.ReadAsync(new Uri(node.Url, "/account").AbsoluteUri)).Text.ShouldContain(owner.Email);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }

        await using var again = await Server.StartAsync(options, CancellationToken.None);
        again.NewOwner.ShouldBeNull();
    }

    [Fact]
    public async Task configured_owner_signs_in_with_the_configured_password()
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new KontorOptions
        {
            Url = "http://127.0.0.1:0", Database = database.ConnectionStringOfNode, OperatorEmail = "chef@example.org", OperatorPassword = "configured at the start",
        };
        await using (var node = await Server.StartAsync(options, CancellationToken.None))
        {
            node.NewOwner.ShouldBeNull();
            using var person = new PageClient(node.Url);
            (await People.KnockAsync(person, "chef@example.org", "configured at the start")).Target().ShouldBe("/console");
        }

        // Later starts change nobody's password.
        await using var later = await Server.StartAsync(options with { OperatorPassword = "configured some other day" }, CancellationToken.None);
        using var thief = new PageClient(later.Url);
        (await People.KnockAsync(thief, "chef@example.org", "configured some other day")).Status.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task weak_password_is_refused_at_the_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new KontorOptions { Url = "http://127.0.0.1:0", Database = database.ConnectionStringOfNode, OperatorPassword = "secret" };
        (await Should.ThrowAsync<CommandException>(() => Server.StartAsync(options, CancellationToken.None))).Message.ShouldContain("KONTOR_OPERATOR_PASSWORD");
        (await database.ScalarAsync<long>("select count(*) from users")).ShouldBe(0);
    }

    [Theory]
    [InlineData("elevenchars", false)]
    [InlineData("twelve chars", true)]
    [InlineData("abababababababab", false)]
    [InlineData("my Erika.Muster pass", false)]
    public void password_is_long_and_not_what_one_tries_first(string password, bool taken) =>
        (PasswordRule.ProblemOf(password, "erika.muster@example.org") is null).ShouldBe(taken);
}
