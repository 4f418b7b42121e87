using System.Text.Json;
using Kontor.Intake;
using Kontor.Platform;

namespace Kontor.Tests.Intake;

public sealed class ImportLeadsColumnsTests
{
    private static readonly string[] Solar = ["first_name", "last_name", "email", "phone", "postal_code", "power_bill"];

    [Theory]
    [InlineData("first_name")]
    [InlineData("First Name")]
    [InlineData(" FIRST-NAME ")]
    [InlineData("FirstName")]
    [InlineData("firstname")]
    public void column_matches_a_field_whatever_its_case_spaces_and_underscores(string header) =>
        Map([header]).Fields.ShouldBe(["first_name"]);

    [Theory]
    [InlineData("First Name", "first_name")]
    [InlineData("PowerBill", "power_bill")]
    [InlineData("ZIP code", "zip_code")]
    public void column_keeps_its_own_name_where_the_fields_are_not_known(string header, string field) =>
        ImportLeadsColumns.Map([header], None, null).Fields.ShouldBe([field]);

    [Theory]
    [InlineData("ZIP", "postal_code")]
    [InlineData("E-Mail", "email")]
    [InlineData("Telephone", "phone")]
    [InlineData("Surname", "last_name")]
    [InlineData("Lead ID", "external_id")]
    public void usual_name_of_a_field_is_understood(string header, string field) =>
        Map([header, "First Name"]).Fields.ShouldBe([field, "first_name"]);

    [Fact]
    public void mapping_that_is_given_wins_and_an_empty_one_leaves_out() =>
        Map(["phone", "Mobile no", "email"], ("phone", ""), ("mobile no", "phone")).Fields.ShouldBe([null, "phone", "email"]);

    [Fact]
    public void column_nobody_takes_is_left_out() => Map(["first_name", "favourite colour", "kontor_message"]).Fields.ShouldBe(["first_name", null, null]);

    [Fact]
    public void two_columns_for_one_field_are_refused() =>
        Should.Throw<CommandException>(() => Map(["phone", "Telephone", "email"])).Message.ShouldContain("phone, Telephone");

    [Fact]
    public void file_without_any_field_is_refused() => Should.Throw<CommandException>(() => Map(["1", "2"])).Message.ShouldContain("--map");

    [Fact]
    public void mapping_of_a_column_that_is_not_there_is_refused() =>
        Should.Throw<CommandException>(() => Map(["phone"], ("mobile", "phone"))).Message.ShouldContain("mobile");

    [Fact]
    public void row_is_posted_as_written_without_empty_cells()
    {
        var post = Map(["First Name", "ZIP", "Email", "Lead ID"]).Post([" zoë ", "", "z@example.org", "a-1"], "solar");
        post.ExternalId.ShouldBe("a-1");
        var body = JsonDocument.Parse(post.Body).RootElement;
        body.EnumerateObject().Select(member => $"{member.Name}={member.Value}").ShouldBe(
            ["campaign=solar", "external_id=a-1", "email=z@example.org", "first_name= zoë "]);
    }

    [Fact]
    public void consent_columns_become_the_consent_block()
    {
        var post = Map(["Email", "Consent Given At", "Consent URL", "Consent Purposes"])
            .Post(["z@example.org", "2025-10-01T00:00:00Z", "https://example.org", "contact_by_phone; contact_by_email"], "solar");
        var consent = JsonDocument.Parse(post.Body).RootElement.GetProperty("consent");
        consent.GetProperty("given_at").GetString().ShouldBe("2025-10-01T00:00:00Z");
        consent.GetProperty("purposes").EnumerateArray().Select(purpose => purpose.GetString()).ShouldBe(["contact_by_phone", "contact_by_email"]);
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("1", true)]
    [InlineData("TRUE", true)]
    [InlineData("no", false)]
    [InlineData("0", false)]
    public void test_column_becomes_a_json_boolean(string written, bool test) =>
        JsonDocument.Parse(Map(["Email", "Test"]).Post(["z@example.org", written], "solar").Body).RootElement.GetProperty("test").GetBoolean().ShouldBe(test);

    [Fact]
    public void derived_id_does_not_depend_on_the_files_layout()
    {
        var one = Map(["First Name", "Email", "Phone"]).Post(["Zoë", "z@example.org", ""], "solar");
        var other = Map(["phone", "colour", "E-Mail", "firstname"]).Post(["", "red", " z@example.org ", "Zoë"], "solar");
        one.ExternalId.ShouldBe(other.ExternalId);
        // The value is part of the promise that importing again sells nothing again, also after an upgrade.
        one.ExternalId.ShouldBe("row-f14e894fb3a88491463a9b7b69eaf1f9");
    }

    [Fact]
    public void derived_id_differs_with_content_field_and_campaign()
    {
        var columns = Map(["First Name", "Last Name"]);
        new[]
        {
            columns.Post(["Ann", "Lee"], "solar"), columns.Post(["Lee", "Ann"], "solar"), columns.Post(["AnnLee", ""], "solar"),
            columns.Post(["Ann", "Lee"], "moving"), columns.Post(["ann", "Lee"], "solar"),
        }.Select(post => post.ExternalId).ShouldBeUnique();
    }

    private static IReadOnlyDictionary<string, string> None => new Dictionary<string, string>();

    private static ImportLeadsColumns Map(string[] headers, params (string Column, string Field)[] explicitly) =>
        ImportLeadsColumns.Map(headers, explicitly.ToDictionary(pair => pair.Column, pair => pair.Field), Solar);
}
