using Kontor.Intake;
using Kontor.Platform;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Intake;

public sealed class ImportLeadsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kontor-import-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task every_row_arrives_once_and_a_second_run_sells_nothing()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        var path = Write("email,phone\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"a{i}@example.org,{i}\n")));
        (await RunAsync(server, path)).Accepted.ShouldBe(500);
        server.Taken.Count.ShouldBe(500);

        var again = await RunAsync(server, path);
        again.Rows.ShouldBe(500);
        again.AlreadyImported.ShouldBe(500);
        again.Accepted.ShouldBe(0);
        server.Taken.Count.ShouldBe(500);
    }

    [Fact]
    public async Task rows_that_are_not_taken_come_back_with_their_reasons()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        server.Instead = (_, body) => body.GetProperty("email").GetString() switch
        {
            "bad" => Results.Json(
                new { status = 400, errors = new[] { new { field = "email", code = "invalid_email", message = "Must be an e-mail address." } } },
                statusCode: 400),
            "again@example.org" => Results.Json(new { status = "duplicate", reason_code = "duplicate", message = "Seen before." }),
            "far@example.org" => Results.Json(new { status = "rejected", reason_code = "unsold" }),
            "other@example.org" => Results.Json(new { status = 409, code = "idempotency_conflict" }, statusCode: 409),
            _ => null,
        };
        var path = Write("email;note\nok@example.org;\nbad;\"a;b\"\nagain@example.org;x\nfar@example.org;y\nother@example.org;z\nwide@example.org;1;2\n");
        var summary = await RunAsync(server, path);
        summary.Accepted.ShouldBe(1);
        summary.Refused.Sum(entry => entry.Count).ShouldBe(5);
        summary.RejectedFile.ShouldBe(path + ".rejected.csv");

        using var rejected = await ImportLeadsFile.OpenAsync(File.OpenRead(summary.RejectedFile!), null, null, Cancelled);
        rejected.Headers.ShouldBe(["email", "note", "kontor_row", "kontor_status", "kontor_reason_code", "kontor_message"]);
        var rows = new Dictionary<string, string[]>();
        await foreach (var row in rejected.ReadAsync(Cancelled))
            rows[row.Cells[0]] = row.Cells;
        rows["bad"][1..5].ShouldBe(["a;b", "2", "rejected", "invalid_fields"]);
        rows["bad"][5].ShouldContain("invalid_email");
        rows["again@example.org"][3..5].ShouldBe(["duplicate", "duplicate"]);
        rows["far@example.org"][3..5].ShouldBe(["rejected", "unsold"]);
        rows["other@example.org"][4].ShouldBe("idempotency_conflict");
        rows["wide@example.org"][3..5].ShouldBe(["unreadable", "unreadable_row"]);
    }

    [Fact]
    public async Task rejected_file_put_right_can_be_imported()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        server.Instead = (post, _) => post == 1 ? Results.Json(new { status = "rejected", reason_code = "unsold" }) : null;
        var first = await RunAsync(server, Write("email\na@example.org\n"));
        (await RunAsync(server, first.RejectedFile!)).Accepted.ShouldBe(1);
        server.Taken.Values.ShouldHaveSingleItem().Body.ShouldNotContain("kontor_");
    }

    [Fact]
    public async Task nothing_rejected_leaves_no_file()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        var path = Write("email\na@example.org\n");
        await File.WriteAllTextAsync(path + ".rejected.csv", "of an earlier run", Cancelled);
        (await RunAsync(server, path)).RejectedFile.ShouldBeNull();
        File.Exists(path + ".rejected.csv").ShouldBeFalse();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task row_is_posted_again_until_the_server_takes_it(int busy)
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        server.Instead = (post, _) => post % 3 != 0 ? new Busy(busy) : null;
        var path = Write("email\n" + string.Concat(Enumerable.Range(0, 5).Select(i => $"a{i}@example.org\n")));
        (await RunAsync(server, path, parallel: 1)).Accepted.ShouldBe(5);
        server.Posts.ShouldBe(15);
    }

    [Fact]
    public async Task posts_under_way_never_exceed_the_limit()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        var (now, most) = (0, 0);
        server.Instead = (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            Thread.Sleep(5);
            Interlocked.Decrement(ref now);
            return null;
        };
        await RunAsync(server, Write("email\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"a{i}@example.org\n"))), parallel: 3);
        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task unknown_campaign_stops_the_import_at_once()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        server.Instead = (_, _) => Results.Json(
            new { status = 400, errors = new[] { new { field = "campaign", code = "unknown", message = "There is no such campaign." } } }, statusCode: 400);
        var path = Write("email\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"a{i}@example.org\n")));
        (await Should.ThrowAsync<CommandException>(() => RunAsync(server, path))).Message.ShouldContain("no such campaign");
        server.Posts.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task refused_key_stops_the_import()
    {
        await using var server = await StandInServer.StartAsync(Cancelled);
        var path = Write("email\na@example.org\n");
        (await Should.ThrowAsync<CommandException>(() => RunAsync(server, path, source: "ksr_wrong"))).Message.ShouldContain("source key");
        (await Should.ThrowAsync<CommandException>(() => RunAsync(server, path, source: "bright-landing"))).Message.ShouldContain("KONTOR_OPERATOR_KEY");
    }

    [Fact]
    public async Task missing_server_and_missing_file_are_told_apart()
    {
        var nowhere = new ImportLeads(new Uri("http://127.0.0.1:9/"), null, TimeProvider.System);
        var request = Request(Write("email\na@example.org\n"), "ksr_test", 1);
        (await Should.ThrowAsync<CommandException>(() => nowhere.RunAsync(request, new(), _ => { }, Cancelled))).Message.ShouldContain("No server answers");
        request = request with { File = Path.Combine(folder, "missing.csv") };
        (await Should.ThrowAsync<CommandException>(() => nowhere.RunAsync(request, new(), _ => { }, Cancelled))).Message.ShouldContain("cannot be read");
    }

    private static async Task<ImportLeadsSummary> RunAsync(StandInServer server, string path, string source = "ksr_test", int parallel = 8)
    {
        var summary = new ImportLeadsSummary();
        await new ImportLeads(server.Url, null, TimeProvider.System).RunAsync(Request(path, source, parallel), summary, _ => { }, Cancelled);
        return summary;
    }

    private static ImportLeadsRequest Request(string path, string source, int parallel) =>
        new() { File = path, Source = source, Campaign = "solar", Parallel = parallel };

    private string Write(string text)
    {
        var path = Path.Combine(folder, $"leads-{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Busy(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        }
    }
}
