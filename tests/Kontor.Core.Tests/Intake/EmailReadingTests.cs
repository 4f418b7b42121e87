using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Intake;

public sealed class EmailReadingTests
{
    [Theory]
    [InlineData(" Erika.Muster@Example.ORG ", "erika.muster@example.org")]
    [InlineData("erika+solar@example.org", "erika+solar@example.org")]
    [InlineData("o'brien@sub.example.co.uk", "o'brien@sub.example.co.uk")]
    [InlineData("info@müller.de", "info@xn--mller-kva.de")]
    [InlineData("info@MÜLLER.de", "info@xn--mller-kva.de")]
    [InlineData("info@mu\u0308ller.de", "info@xn--mller-kva.de")]
    [InlineData("x@xn--mller-kva.de", "x@xn--mller-kva.de")]
    [InlineData("jürgen@example.org", "jürgen@example.org")]
    [InlineData("info@例え。テスト", "info@xn--r8jz45g.xn--zckzah")]
    public void addresses_come_out_in_lower_case_with_ascii_hosts(string posted, string expected) =>
        Given.Read(FieldType.Email, posted).Shown().ShouldBe(expected);

    [Theory]
    [InlineData("erika")]
    [InlineData("@example.org")]
    [InlineData("erika@")]
    [InlineData("erika@example")]
    [InlineData("erika@example.org.")]
    [InlineData("erika@.example.org")]
    [InlineData("erika@exa mple.org")]
    [InlineData("erika..m@example.org")]
    [InlineData(".erika@example.org")]
    [InlineData("erika.@example.org")]
    [InlineData("erika@@example.org")]
    [InlineData("erika m@example.org")]
    [InlineData("Erika <erika@example.org>")]
    [InlineData("\"erika m\"@example.org")]
    [InlineData("erika@[192.0.2.1]")]
    [InlineData("erika@192.0.2.1")]
    [InlineData("erika@-example.org")]
    [InlineData("erika@example-.org")]
    [InlineData("erika@exa_mple.org")]
    [InlineData("erika@example.o")]
    [InlineData("erika@example.org\u0000")]
    [InlineData("erika@☃.org")]
    [InlineData("a@b.org, c@d.org")]
    public void rubbish_is_refused(string posted) => Given.Read(FieldType.Email, posted).Code.ShouldBe("invalid_email");

    [Theory]
    [InlineData(63, 63, true)]
    [InlineData(64, 63, true)]
    [InlineData(65, 63, false)]
    [InlineData(64, 64, false)]
    public void local_part_and_label_have_limits(int local, int label, bool accepted) =>
        Given.Read(FieldType.Email, $"{new string('a', local)}@{new string('b', label)}.org").IsProblem.ShouldBe(!accepted);

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void address_has_at_most_254_characters(int length, bool accepted)
    {
        var labels = string.Concat(Enumerable.Repeat(new string('b', 59) + ".", 3)) + "org";
        var address = $"{new string('a', 10)}@{new string('c', length - 12 - labels.Length)}.{labels}";
        address.Length.ShouldBe(length);
        Given.Read(FieldType.Email, address).IsProblem.ShouldBe(!accepted);
    }
}
