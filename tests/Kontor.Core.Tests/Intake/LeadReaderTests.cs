using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

public sealed class LeadReaderTests
{
    private static readonly Vertical Solar = new()
    {
        Key = "solar",
        Name = "Solar systems",
        Fields =
        [
            new Field { Key = "email", Type = FieldType.Email, Required = true, Personal = true },
            new Field { Key = "phone", Type = FieldType.Phone, Required = true, Personal = true },
            new Field { Key = "postal_code", Type = FieldType.PostalCode, Required = true },
            new Field { Key = "roof", Type = FieldType.Choice, Options = ["owner", "tenant"], Required = true },
            new Field { Key = "power_bill", Type = FieldType.Money },
        ],
    };

    private static LeadReading Read(Dictionary<string, PostedValue> posted) =>
        LeadReader.Read(Solar, key => posted.GetValueOrDefault(key), Given.Campaign("DE"));

    [Fact]
    public void values_stand_in_the_order_of_the_verticals_fields()
    {
        var reading = Read(new()
        {
            ["roof"] = PostedValue.OfText("Owner"),
            ["phone"] = PostedValue.OfText("0151 23456789"),
            ["email"] = PostedValue.OfText("Erika@Example.org"),
            ["postal_code"] = PostedValue.OfText("20095"),
        });
        reading.IsValid.ShouldBeTrue();
        reading.Values.ShouldBe([
            FieldValue.Of("erika@example.org"), FieldValue.Of("+4915123456789"), FieldValue.Of("20095"), FieldValue.Of("owner"), FieldValue.Missing,
        ]);
    }

    [Fact]
    public void all_problems_come_at_once_in_the_order_of_the_fields()
    {
        var reading = Read(new()
        {
            ["phone"] = PostedValue.OfText("12"),
            ["postal_code"] = PostedValue.OfText("   "),
            ["roof"] = PostedValue.OfText("neither"),
            ["power_bill"] = Given.Number("120.505"),
        });
        reading.IsValid.ShouldBeFalse();
        reading.Values.IsDefault.ShouldBeTrue();
        reading.Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([
            ("email", "required"), ("phone", "invalid_phone"), ("postal_code", "required"), ("roof", "not_an_option"), ("power_bill", "too_many_digits"),
        ]);
    }

    [Fact]
    public void malformed_value_of_an_optional_field_is_dropped_where_the_campaign_says_so()
    {
        var vertical = Solar with { Fields = [.. Solar.Fields.Select(field => field with { Required = field.Key == "email" })] };
        var posted = new Dictionary<string, PostedValue> { ["email"] = PostedValue.OfText("erika@example.org"), ["power_bill"] = Given.Number("120.505") };
        var reading = LeadReader.Read(vertical, key => posted.GetValueOrDefault(key), Given.Campaign("DE"), dropMalformed: true);
        reading.IsValid.ShouldBeTrue();
        reading.Dropped.Select(problem => (problem.Field, problem.Code)).ShouldBe([("power_bill", "too_many_digits")]);
        reading.Values[vertical.IndexOf("power_bill")].ShouldBe(FieldValue.Missing);
        reading.Values[vertical.IndexOf("email")].Text.ShouldBe("erika@example.org");
        posted["email"] = PostedValue.OfText("erika");
        LeadReader.Read(vertical, key => posted.GetValueOrDefault(key), Given.Campaign("DE"), dropMalformed: true)
            .Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([("email", "invalid_email")], "a required value is never dropped");
        LeadReader.Read(vertical, key => posted.GetValueOrDefault(key), Given.Campaign("DE")).Dropped.ShouldBeEmpty();
    }

    [Fact]
    public void list_without_any_choice_is_no_answer_to_a_required_field()
    {
        var vertical = Solar with { Fields = [new Field { Key = "wants", Type = FieldType.Choices, Options = ["a"], Required = true }] };
        LeadReader.Read(vertical, _ => Given.List(" "), Given.Campaign("DE")).Problems.Single().Code.ShouldBe("required");
    }

    [Fact]
    public void every_field_type_has_a_reader()
    {
        foreach (var type in Enum.GetValues<FieldType>())
            Should.NotThrow(() => Given.Read(type, "x", options: "x"), type.ToString());
    }

    [Fact]
    public void messages_never_repeat_the_posted_value()
    {
        const string posted = "zq\u0001zq";
        foreach (var type in Enum.GetValues<FieldType>())
        {
            var reading = Given.Read(type, posted, options: "x");
            reading.IsProblem.ShouldBeTrue(type.ToString());
            reading.Message!.ShouldNotContain("zq");
            reading.Message.ShouldEndWith(".");
        }
    }
}
