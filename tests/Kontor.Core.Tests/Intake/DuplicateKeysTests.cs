using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class DuplicateKeysTests
{
    private static readonly Vertical Vertical = new()
    {
        Key = "v",
        Name = "v",
        Fields =
        [
            new Field { Key = "email", Type = FieldType.Email },
            new Field { Key = "phone", Type = FieldType.Phone },
            new Field { Key = "born", Type = FieldType.Date },
        ],
    };

    private static readonly FieldValue Email = FieldValue.Of("erika@example.org");
    private static readonly FieldValue Phone = FieldValue.Of("+4915123456789");

    private static string[] Keys(DuplicateMatch match, FieldValue[] values, params string[] fields) =>
        [.. DuplicateKeys.Of(new DuplicateRule([.. fields], TimeSpan.FromDays(30), match), Vertical, [.. values]).Select(Convert.ToHexString)];

    [Fact]
    public void all_fields_together_make_one_key_whatever_their_order()
    {
        var key = Keys(DuplicateMatch.All, [Email, Phone, default], "phone", "email").ShouldHaveSingleItem();
        key.Length.ShouldBe(32);
        Keys(DuplicateMatch.All, [Email, Phone, default], "email", "phone").ShouldBe([key]);
        Keys(DuplicateMatch.All, [Email, default, default], "email", "phone").ShouldNotBe([key]);
    }

    [Fact]
    public void each_present_field_makes_a_key_of_its_own()
    {
        var both = Keys(DuplicateMatch.Any, [Email, Phone, default], "email", "phone", "born");
        both.Length.ShouldBe(2);
        Keys(DuplicateMatch.Any, [Email, default, default], "email", "phone").ShouldBe([both[0]]);
        Keys(DuplicateMatch.Any, [default, Phone, default], "email", "phone").ShouldBe([both[1]]);
    }

    [Fact]
    public void lead_without_any_of_the_fields_has_no_key()
    {
        Keys(DuplicateMatch.All, [default, default, default], "email", "phone").ShouldBeEmpty();
        Keys(DuplicateMatch.Any, [default, default, default], "email", "phone").ShouldBeEmpty();
        Keys(DuplicateMatch.All, [Email, default, default], "no_such_field").ShouldBeEmpty();
    }

    [Fact]
    public void same_text_in_another_field_is_another_key() =>
        Keys(DuplicateMatch.Any, [Email, default, default], "email").ShouldNotBe(Keys(DuplicateMatch.Any, [default, Email, default], "phone"));

    [Fact]
    public void values_that_run_into_each_other_are_told_apart() =>
        Keys(DuplicateMatch.All, [FieldValue.Of("ab"), FieldValue.Of("c"), default], "email", "phone")
            .ShouldNotBe(Keys(DuplicateMatch.All, [FieldValue.Of("a"), FieldValue.Of("bc"), default], "email", "phone"));

    [Fact]
    public void case_does_not_tell_people_apart() =>
        Keys(DuplicateMatch.Any, [FieldValue.Of("Erika"), default, default], "email")
            .ShouldBe(Keys(DuplicateMatch.Any, [FieldValue.Of("ERIKA"), default, default], "email"));

    [Fact]
    public void trailing_zeros_do_not_tell_numbers_apart() =>
        Keys(DuplicateMatch.Any, [FieldValue.Of(12.50m), default, default], "email")
            .ShouldBe(Keys(DuplicateMatch.Any, [FieldValue.Of(12.5m), default, default], "email"));

    // Stored keys must be found by every later version: this value may never change.
    [Fact]
    public void encoding_is_pinned() =>
        Keys(DuplicateMatch.Any, [Email, default, default], "email").ShouldHaveSingleItem().ShouldBe("8718BB690799B01586821C4ACCF8E2DB");
}
