using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>A campaign's screening as it is read, and each mistake at its path.</summary>
public sealed class ScreeningProblemTests
{
    private const string Path = "campaigns[0].screening";

    [Theory]
    [InlineData("""[]""", "", "wrong_type")]
    [InlineData("""{"criterion": {}}""", ".criterion", "unknown_key")]
    [InlineData("""{"duplicates": {"at": "always"}}""", ".duplicates.at", "not_an_option")]
    [InlineData("""{"duplicates": {"at": "none"}}""", ".duplicates.at", "not_an_option")]
    [InlineData("""{"duplicates": {"fields": ["phone"]}}""", ".duplicates.fields", "unknown_key")]
    [InlineData("""{"duplicates": "post"}""", ".duplicates", "wrong_type")]
    [InlineData("""{"criteria": {"at": "both"}}""", ".criteria.filter", "required")]
    [InlineData("""{"criteria": {"at": "none", "filter": {"field": "roof", "op": "exists"}}}""", ".criteria.at", "not_an_option")]
    [InlineData("""{"criteria": {"filter": {"field": "rof", "op": "exists"}}}""", ".criteria.filter.field", "unknown_field")]
    [InlineData("""{"criteria": {"filter": {"all": [{"field": "power_bill", "op": "gte", "value": 40.005}]}}}""", ".criteria.filter.all[0].value", "invalid_operand")]
    [InlineData("""{"criteria": {"filter": {"field": "roof", "op": "within", "value": "1d"}}}""", ".criteria.filter.op", "operator_not_for_type")]
    [InlineData("""{"criteria": {"at": "ping", "filter": {"not": {"field": "rooms", "op": "eq", "value": 1}}}}""", ".criteria.filter", "not_for_pings")]
    [InlineData("""{"criteria": {"filter": {"field": "roof", "op": "exists"}, "then": "stop"}}""", ".criteria.then", "unknown_key")]
    [InlineData("""{"suppression": {"fields": ["phone"]}}""", ".suppression.url", "required")]
    [InlineData("""{"suppression": {"url": "ftp://list.example", "fields": ["phone"]}}""", ".suppression.url", "invalid_url")]
    [InlineData("""{"suppression": {"url": "https://user:word@list.example", "fields": ["phone"]}}""", ".suppression.url", "invalid_url")]
    [InlineData("""{"suppression": {"url": "https://list.example"}}""", ".suppression.fields", "required")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": []}}""", ".suppression.fields", "required")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone", "PHONE"]}}""", ".suppression.fields[1]", "duplicate")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["fone"]}}""", ".suppression.fields[0]", "unknown_field")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone", "first_name"]}}""", ".suppression.fields[1]", "not_hashable")]
    [InlineData("""{"suppression": {"at": "ping", "url": "https://list.example", "fields": ["phone"]}}""", ".suppression.fields", "not_for_pings")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone"], "timeout": "49ms"}}""", ".suppression.timeout", "out_of_range")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone"], "timeout": "11s"}}""", ".suppression.timeout", "out_of_range")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone"], "if_unreachable": "retry"}}""", ".suppression.if_unreachable", "not_an_option")]
    [InlineData("""{"suppression": {"url": "https://list.example", "fields": ["phone"], "secret": "x"}}""", ".suppression.secret", "unknown_key")]
    [InlineData("""{"format": {}}""", ".format.at", "required")]
    [InlineData("""{"format": {"at": "pings"}}""", ".format.at", "not_an_option")]
    public void mistake_is_found_at_its_path(string screening, string field, string code)
    {
        var problem = SampleCatalog.Read(SampleCatalog.With(Path, screening)).Problems.ShouldHaveSingleItem();
        (problem.Field, problem.Code).ShouldBe((Path + field, code));
    }

    [Fact]
    public void duplicates_need_a_rule_and_at_the_ping_alone_one_that_pings_can_meet()
    {
        Problems("""{"duplicates": {"at": "ping"}}""").ShouldBe([($"{Path}.duplicates.at", "not_for_pings"), ($"{Path}.duplicates.at", "not_for_pings")]);
        Problems("""{"duplicates": {"at": "both"}}""").ShouldBeEmpty();
        var catalog = SampleCatalog.With(Path, """{"duplicates": {"at": "post"}}""");
        SampleCatalog.Set(catalog, "campaigns[0].duplicates", null);
        SampleCatalog.Read(catalog).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([($"{Path}.duplicates", "unexpected")]);
        SampleCatalog.Set(catalog, "campaigns[0].duplicates", """{"fields": ["postal_code", "roof"], "window": "1d"}""");
        SampleCatalog.Set(catalog, Path, """{"duplicates": {"at": "ping"}}""");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void every_problem_is_reported_at_once() => Problems("""
        {"duplicates": {"at": "never"}, "criteria": {"at": "all", "filter": {"field": "rof", "op": "exists"}},
         "suppression": {"url": "list", "fields": ["roof"], "timeout": "1d"}, "format": {"at": "x"}}
        """).Select(problem => problem.Field[(Path.Length + 1)..]).ShouldBe(
        ["duplicates.at", "criteria.at", "criteria.filter.field", "suppression.url", "suppression.timeout", "suppression.fields[0]", "format.at"]);

    [Fact]
    public void what_is_left_out_has_its_usual_value()
    {
        Read("{}").ShouldBe(Screening.Usual);
        var screening = Read("""
            {"duplicates": {}, "criteria": {"filter": {"field": "power_bill", "op": "gte", "value": 40}},
             "suppression": {"url": "https://list.example/ask?key=1", "fields": ["phone", "email"]}, "format": {"at": "ping"}}
            """);
        screening.DuplicatesAt.ShouldBe(Stages.Post);
        screening.FormatAt.ShouldBe(Stages.Ping);
        screening.Criteria!.At.ShouldBe(Stages.Both);
        var suppression = screening.Suppression!;
        (suppression.At, suppression.Url, suppression.Timeout, suppression.IfUnreachable).ShouldBe(
            (Stages.Post, "https://list.example/ask?key=1", TimeSpan.FromMilliseconds(500), IfUnreachable.Accept));
        suppression.Fields.ShouldBe(["phone", "email"]);
        SampleCatalog.Read(SampleCatalog.Parse()).Network!.Campaigns["solar-de"].Screening.ShouldBe(Screening.Usual);
    }

    [Fact]
    public void what_is_written_is_read()
    {
        var screening = Read("""
            {"duplicates": {"at": "both"}, "criteria": {"at": "ping", "filter": {"field": "power_bill", "op": "gte", "value": 40}},
             "suppression": {"at": "both", "url": "http://list.example", "fields": ["email"], "timeout": "2s", "if_unreachable": "reject"}, "format": {"at": "none"}}
            """);
        (screening.DuplicatesAt, screening.FormatAt, screening.Criteria!.At).ShouldBe((Stages.Both, Stages.None, Stages.Ping));
        var compare = screening.Criteria.Filter.ShouldBeOfType<Filter.Compare>();
        (compare.Field, compare.Op, compare.Operands.Single()).ShouldBe(("power_bill", FilterOp.Gte, FieldValue.Of(40m)));
        (screening.Suppression!.At, screening.Suppression.Timeout, screening.Suppression.IfUnreachable).ShouldBe((Stages.Both, TimeSpan.FromSeconds(2), IfUnreachable.Reject));
    }

    private static IEnumerable<(string Field, string Code)> Problems(string screening) =>
        SampleCatalog.Read(SampleCatalog.With(Path, screening)).Problems.Select(problem => (problem.Field, problem.Code));

    private static Screening Read(string screening)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With(Path, screening));
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Campaigns["solar-de"].Screening;
    }
}
