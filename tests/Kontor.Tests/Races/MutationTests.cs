using System.Text;

namespace Kontor.Tests.Races;

/// <summary>The proof that the races above can fail: without the row locks of the claim they do. The program is copied, the locking clause is
/// cut out of the statements in its string heap, and two processes of it run the same race.</summary>
public sealed class MutationTests
{
    private const string Clause = " for no key update";

    [Fact]
    public async Task without_the_row_locks_the_race_for_a_contract_is_lost()
    {
        using var folder = new Platform.TemporaryFolder();
        var mutant = await MutantAsync(folder, " where owner = any(@owners) order by owner", " unnest(@buyers, @currencies)) order by buyer, currency");
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        await one.Api.ApplyAsync(HotContract.Network);
        await using var two = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        var outcome = await HotContract.RunAsync(database, one.Api, two.Api);
        outcome.Holds(HotContract.Cap).ShouldBeFalse("The race passes without the locks, so it proves nothing.");

        // The version check behind the lock catches what the lock would have prevented: leads are refused, but nothing is sold too often.
        outcome.Failures.ShouldBeGreaterThan(0);
        outcome.Sold.ShouldBeLessThanOrEqualTo(HotContract.Cap);
        outcome.Sold.ShouldBe(outcome.Counted);
    }

    [Fact]
    public async Task without_the_lock_of_the_lead_the_race_for_a_return_is_lost()
    {
        using var folder = new Platform.TemporaryFolder();
        var mutant = await MutantAsync(folder, " where lead_id = any(@leads) order by lead_id");
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        await one.Api.ApplyAsync(ReturnRace.Network);
        await using var two = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        var answers = await ReturnRace.RunAsync(sales: 32, times: 16, one.Api, two.Api);
        answers.Count(answer => answer.Status != System.Net.HttpStatusCode.OK).ShouldBeGreaterThan(0, "The race passes without the lock, so it proves nothing.");

        // The guarded update and the index of refunds catch what the lock would have prevented: no sale is refunded twice.
        (await database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'"))
            .ShouldBe(await database.ScalarAsync<long>("select count(*) from sales where status = 'returned'"));
        (await database.ScalarAsync<long>("select count(*) from (select sale_id from ledger_postings where kind = 'refund' group by sale_id having count(*) > 1) twice")).ShouldBe(0);
    }

    [Fact]
    public async Task without_the_lock_of_its_volume_the_race_for_the_room_of_a_source_is_lost()
    {
        using var folder = new Platform.TemporaryFolder();
        var mutant = await MutantAsync(folder, " where owner = any(@owners) order by volumes.owner");
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        await one.Api.ApplyAsync(HotVolume.Network("caps: [{window: day, leads: 150}],", "[]"));
        await using var two = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode, mutant);
        await HotVolume.RunAsync(300, one.Api, two.Api);
        (await HotVolume.FoundAsync(database)).ShouldBeLessThan(150, "The race passes without the lock, so it proves nothing.");

        // The constraint behind the lock catches what the lock would have prevented: no lead is sold beyond the cap.
        (await database.ScalarAsync<long>("select count(distinct lead_id) from sales")).ShouldBe(150);
    }

    // A copy of the program whose statements lack the locking clause behind each of these texts.
    private static async Task<string> MutantAsync(Platform.TemporaryFolder folder, params string[] before)
    {
        var mutant = folder.Below("mutant");
        Directory.CreateDirectory(mutant);
        foreach (var file in Directory.EnumerateFiles(KontorProcess.ProgramFolder))
            File.Copy(file, Path.Combine(mutant, Path.GetFileName(file)));
        var program = Path.Combine(mutant, "kontor.dll");
        var image = await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
        foreach (var text in before)
            Cut(image, text);
        await File.WriteAllBytesAsync(program, image, TestContext.Current.CancellationToken);
        return mutant;
    }

    // Blanks keep the length, so that every other string stays where it is. A constant is in the program once as such and once in the string heap.
    private static void Cut(byte[] image, string before)
    {
        var text = Encoding.Unicode.GetBytes(before + Clause);
        var blanks = Encoding.Unicode.GetBytes(new string(' ', Clause.Length));
        var found = 0;
        for (var rest = image.AsSpan(); rest.IndexOf(text) is >= 0 and var at; rest = rest[(at + text.Length)..], found++)
            blanks.CopyTo(rest[(at + text.Length - blanks.Length)..]);
        found.ShouldBeInRange(1, 2, $"The statement is not in the program as expected: {before}{Clause}");
    }
}
