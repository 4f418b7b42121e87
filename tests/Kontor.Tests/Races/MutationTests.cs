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
        var mutant = folder.Below("mutant");
        Directory.CreateDirectory(mutant);
        foreach (var file in Directory.EnumerateFiles(KontorProcess.ProgramFolder))
            File.Copy(file, Path.Combine(mutant, Path.GetFileName(file)));
        var program = Path.Combine(mutant, "kontor.dll");
        var image = await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
        Cut(image, " where owner = any(@owners) order by owner");
        Cut(image, " unnest(@buyers, @currencies)) order by buyer, currency");
        await File.WriteAllBytesAsync(program, image, TestContext.Current.CancellationToken);

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
