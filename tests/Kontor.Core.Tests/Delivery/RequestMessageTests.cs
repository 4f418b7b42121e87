using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Delivery;

public sealed class RequestMessageTests
{
    private static readonly TemplateValues Values = Hostile.Values(
        ("lead.name", FieldValue.Of("Erika Müller")), ("lead.bill", FieldValue.Of(120.50m)), ("lead.owner", FieldValue.Of(true)),
        ("price", FieldValue.Of(90.00m)), ("contract", FieldValue.Of("nord")));

    [Fact]
    public void json_nests_keeps_the_order_and_writes_numbers_and_flags_as_such()
    {
        var message = Build(RequestBody.Json, ("b.name", "{{lead.name}}"), ("a", "{{price}}"), ("b.owner", "{{lead.owner}}"), ("text", "{{price}} EUR"), ("none", "{{lead.zip}}"), ("b.c.d", "x"));
        Text(message).ShouldBe("""{"b":{"name":"Erika Müller","owner":true,"c":{"d":"x"}},"a":90.00,"text":"90.00 EUR","none":null}""");
        message.ContentType.ShouldBe("application/json");
        message.Method.ShouldBe("POST");
    }

    [Fact]
    public void constants_keep_their_kind()
    {
        var rule = Rule(RequestBody.Json) with { Fields = [new RequestField("n", Template.Of(FieldValue.Of(5m))), new RequestField("f", Template.Of(FieldValue.Of(false)))] };
        Text(RequestMessage.Build(rule, Values)).ShouldBe("""{"n":5,"f":false}""");
        Text(RequestMessage.Build(rule with { Body = RequestBody.Form }, Values)).ShouldBe("n=5&f=false");
    }

    [Fact]
    public void form_is_encoded_as_browsers_do()
    {
        var message = Build(RequestBody.Form, ("Full Name", "{{lead.name}}"), ("a.b", "1+1=2&x"), ("none", "{{lead.zip}}"));
        Text(message).ShouldBe("Full+Name=Erika+M%C3%BCller&a.b=1%2B1%3D2%26x&none=");
        message.ContentType.ShouldBe("application/x-www-form-urlencoded");
    }

    [Fact]
    public void xml_nests_below_its_root()
    {
        var message = RequestMessage.Build(Rule(RequestBody.Xml, ("customer.name", "{{lead.name}}"), ("price", "{{price}}"), ("customer.zip", "{{lead.zip|-}}")) with { Root = "order" }, Values);
        Text(message).ShouldBe(
            """<?xml version="1.0" encoding="utf-8"?><order><customer><name>Erika Müller</name><zip>-</zip></customer><price>90.00</price></order>""");
    }

    [Theory]
    [InlineData("https://crm.example/in", "https://crm.example/in?name=Erika%20M%C3%BCller")]
    [InlineData("https://crm.example/in?", "https://crm.example/in?name=Erika%20M%C3%BCller")]
    [InlineData("https://crm.example/in?k=1", "https://crm.example/in?k=1&name=Erika%20M%C3%BCller")]
    [InlineData("https://crm.example/{{contract}}/in?n={{lead.name}}&", "https://crm.example/nord/in?n=Erika%20M%C3%BCller&name=Erika%20M%C3%BCller")]
    public void query_is_added_to_what_the_address_holds(string url, string expected)
    {
        var message = RequestMessage.Build(
            Rule(RequestBody.Query, ("name", "{{lead.name}}")) with { Url = Template.TryParse(url)!, Method = RequestMethod.Get }, Values);
        message.Url.ShouldBe(expected);
        message.Method.ShouldBe("GET");
        message.Body.ShouldBeEmpty();
        message.ContentType.ShouldBeNull();
    }

    [Fact]
    public void content_type_can_be_named_by_the_operator()
    {
        var rule = Rule(RequestBody.Xml, ("a", "b")) with { Headers = [new("content-type", Template.TryParse("text/xml")!), new("X-Key", Template.TryParse("k-{{contract}}")!)] };
        var message = RequestMessage.Build(rule, Values);
        message.ContentType.ShouldBe("text/xml");
        message.Headers.ShouldBe([new("X-Key", "k-nord")]);
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_value_breaks_out_of_json(string value)
    {
        var text = Text(RequestMessage.Build(Rule(RequestBody.Json, ("name", "{{lead.name}}"), ("in", "<{{lead.name}}>"), ("end", "e")), Hostile.Named(value)));
        using var json = JsonDocument.Parse(text);
        json.RootElement.EnumerateObject().Select(member => (member.Name, member.Value.GetString())).ShouldBe(
            [("name", Hostile.Sound(value)), ("in", $"<{Hostile.Sound(value)}>"), ("end", "e")]);
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_value_breaks_out_of_xml(string value)
    {
        var root = XDocument.Parse(Text(RequestMessage.Build(Rule(RequestBody.Xml, ("name", "{{lead.name}}"), ("end", "e")), Hostile.Named(value))), LoadOptions.PreserveWhitespace).Root!;
        root.Elements().Select(element => (element.Name.LocalName, element.HasElements, element.Value)).ShouldBe(
            [("name", false, Hostile.InXml(value)), ("end", false, "e")]);
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_value_breaks_out_of_a_form_or_an_address(string value)
    {
        var expected = new[] { ("name", Hostile.Sound(value)), ("end", "e") };
        Pairs(Text(RequestMessage.Build(Rule(RequestBody.Form, ("name", "{{lead.name}}"), ("end", "e")), Hostile.Named(value)))).ShouldBe(expected);
        var rule = Rule(RequestBody.Query, ("end", "e")) with { Url = Template.TryParse("https://crm.example/in/x?name={{lead.name}}")! };
        var url = new Uri(RequestMessage.Build(rule, Hostile.Named(value)).Url);
        (url.Host, url.AbsolutePath, url.Fragment).ShouldBe(("crm.example", "/in/x", ""));
        Pairs(url.GetComponents(UriComponents.Query, UriFormat.UriEscaped)).ShouldBe(expected);
    }

    [Fact]
    public void address_of_any_length_is_one()
    {
        var fields = Enumerable.Range(0, 50).Select(i => ($"field {i}", "{{lead.name}}")).ToArray();
        var url = new Uri(RequestMessage.Build(Rule(RequestBody.Query, fields), Hostile.Named(new string('ü', 20_000))).Url);
        url.Host.ShouldBe("crm.example");
        url.Query.Length.ShouldBeGreaterThan(50 * 6 * 20_000);
    }

    [Theory]
    [MemberData(nameof(Hostile.Data), MemberType = typeof(Hostile))]
    public void no_value_begins_another_header(string value)
    {
        var rule = Rule(RequestBody.Json, ("a", "b")) with { Headers = [new("X-Name", Template.TryParse("n:{{lead.name}}")!)] };
        var header = RequestMessage.Build(rule, Hostile.Named(value)).Headers.ShouldHaveSingleItem();
        header.Value.ShouldStartWith("n:");
        header.Value.ShouldAllBe(character => !char.IsControl(character));
    }

    private static (string, string)[] Pairs(string query) =>
        [.. query.Split('&').Select(pair => pair.Split('=')).Select(parts => parts.Length == 2 ? (Plain(parts[0]), Plain(parts[1])) : ("not a pair", ""))];

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static RequestMessage Build(RequestBody body, params (string Name, string Value)[] fields) => RequestMessage.Build(Rule(body, fields), Values);

    private static RequestRule Rule(RequestBody body, params (string Name, string Value)[] fields) => new()
    {
        Url = Template.TryParse("https://crm.example/in")!,
        Body = body,
        Fields = [.. fields.Select(field => new RequestField(field.Name, Template.TryParse(field.Value)!))],
    };

    private static string Text(RequestMessage message) => Encoding.UTF8.GetString(message.Body);
}
