using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class TextReadingTests
{
    [Theory]
    [InlineData("  call me  ", "call me")]
    [InlineData("two\r\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("Cafe\u0301", "Café")]
    [InlineData("bell\u0007", "[invalid_text]")]
    [InlineData("nul\0", "[invalid_text]")]
    [InlineData("whole \ud83d\udc4d", "whole \ud83d\udc4d")]
    public void text_is_trimmed_composed_and_free_of_control_characters(string posted, string expected) =>
        Given.Read(FieldType.Text, posted).Shown().ShouldBe(expected);

    [Fact]
    public void half_of_a_surrogate_pair_is_refused()
    {
        Given.Read(FieldType.Text, "half \ud83d").Code.ShouldBe("invalid_text");
        Given.Read(FieldType.Text, "half \udc4d").Code.ShouldBe("invalid_text");
        Given.Read(FieldType.FirstName, "Erika\udc4d\ud83d").Code.ShouldBe("invalid_text");
    }

    [Theory]
    [InlineData(3999, false)]
    [InlineData(4000, false)]
    [InlineData(4001, true)]
    [InlineData(40000, true)]
    public void text_has_at_most_4000_characters(int length, bool refused) =>
        (Given.Read(FieldType.Text, new string('ä', length)).Code == "too_long").ShouldBe(refused);

    [Theory]
    [InlineData("Erika", "Erika")]
    [InlineData("  Anna   Maria ", "Anna Maria")]
    [InlineData("O'Connor-Müller jr.", "O'Connor-Müller jr.")]
    [InlineData("李\u3000小龍", "李 小龍")]
    [InlineData("Θεοδώρα", "Θεοδώρα")]
    [InlineData("김철수", "김철수")]
    [InlineData("Ze\u0301\nSilva", "Zé Silva")]
    [InlineData("12345", "[invalid_text]")]
    [InlineData("--", "[invalid_text]")]
    [InlineData("Er\u0001ika", "[invalid_text]")]
    public void names_keep_their_script_and_have_a_letter(string posted, string expected)
    {
        Given.Read(FieldType.FirstName, posted).Shown().ShouldBe(expected);
        Given.Read(FieldType.LastName, posted).Shown().ShouldBe(expected);
        Given.Read(FieldType.City, posted).Shown().ShouldBe(expected);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void names_have_at_most_100_characters(int length, bool refused) =>
        (Given.Read(FieldType.LastName, new string('x', length)).Code == "too_long").ShouldBe(refused);

    [Theory]
    [InlineData(" Am  Markt 5 ", "Am Markt 5")]
    [InlineData("1600", "1600")]
    public void streets_are_one_line(string posted, string expected) => Given.Read(FieldType.Street, posted).Shown().ShouldBe(expected);

    // Pairs of a text and its form C as other implementations of Unicode compute it.
    [Theory]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0CC6\u0CC2\u0CD5", "\u0CCB")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("e\u0301\u0301", "\u00E9\u0301")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\u1100\u1161x\u11A8", "\uAC00x\u11A8")]
    [InlineData("\u05D0\u05BC", "\u05D0\u05BC")]
    [InlineData("\uFB2C", "\u05E9\u05BC\u05C1")]
    public void composition_is_that_of_unicode(string text, string composed) => Composition.Compose(text).ShouldBe(composed);
}
