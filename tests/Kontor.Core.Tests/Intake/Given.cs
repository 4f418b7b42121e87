using System.Text.Json;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

/// <summary>Words of the intake tests.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Just enough of two numbering plans to read phones without the embedded data.</summary>
    public static readonly PhonePlans TwoPlans = new([
        new PhonePlan(new PhonePlanParts
        {
            Country = "DE", CallingCode = "49", ExitPrefix = "00", NationalPrefix = "0", Pattern = "[1-9]\\d{5,12}", Lengths = [6, 7, 8, 9, 10, 11],
        }),
        new PhonePlan(new PhonePlanParts
        {
            Country = "US", CallingCode = "1", ExitPrefix = "011", NationalPrefix = "1", Pattern = "[2-9]\\d{9}", Lengths = [10],
        }),
    ]);

    public static ReadingContext Campaign(string country, string currency = "EUR") => new(country, Currency.Parse(currency), TwoPlans, Now);

    public static FieldReading Read(FieldType type, PostedValue value, string country = "DE", string currency = "EUR", params string[] options) =>
        LeadReader.Normalise(new Field { Key = "f", Type = type, Options = [.. options] }, value, Campaign(country, currency));

    public static FieldReading Read(FieldType type, string text, string country = "DE", string currency = "EUR", params string[] options) =>
        Read(type, PostedValue.OfText(text), country, currency, options);

    public static PostedValue Number(string literal) => new(PostedKind.Number, literal, default);

    public static PostedValue List(params string[] items) => new(PostedKind.List, null, [.. items]);

    /// <summary>The normal form as the trace shows it, or the code of the problem in brackets.</summary>
    public static string Shown(this FieldReading reading) => reading.IsProblem ? $"[{reading.Code}]" : reading.Value.ToString();

    /// <summary>A file of cases that lies outside the repository; the test is skipped where it is absent.</summary>
    public static JsonElement Oracle(string name)
    {
        var folder = Environment.GetEnvironmentVariable("KONTOR_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        var path = Path.Combine(folder, "oracles", name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not here; set KONTOR_SHARED to the folder that holds oracles/{name}.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kontor.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
