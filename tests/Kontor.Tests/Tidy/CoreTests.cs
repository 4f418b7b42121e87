using System.Xml.Linq;
using Kontor.Core;

namespace Kontor.Tests.Tidy;

public sealed class CoreTests
{
    [Fact]
    public void core_references_analyzers_and_nothing_else()
    {
        var project = XDocument.Parse(Repository.Read("src/Kontor.Core/Kontor.Core.csproj"));
        project.Descendants("PackageReference")
            .Where(package => (string?)package.Attribute("PrivateAssets") != "all")
            .Select(package => (string?)package.Attribute("Include"))
            .ShouldBeEmpty();
        project.Descendants("ProjectReference").ShouldBeEmpty();
        project.Descendants("FrameworkReference").ShouldBeEmpty();
    }

    [Fact]
    public void compiled_core_stands_on_the_framework_alone() =>
        typeof(Money).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void core_contains_no_async_code() =>
        Repository.Sources("src/Kontor.Core/")
            .Where(file => CSharpText.Parse(Repository.Read(file)).Code.Split(' ', '\n', '(', ')').Any(word => word is "async" or "await"))
            .ShouldBeEmpty();
}
