using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Kontor.Core;
using Kontor.Platform;

namespace Kontor.Tests.Tidy;

public sealed partial class NameTests
{
    private static readonly string[] Empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Service", "Base", "Dto", "Impl"];

    [Fact]
    public void type_is_named_in_the_words_of_the_trade() =>
        Repository.Sources("src/", "tests/", "bench/")
            .SelectMany(file => Declaration().Matches(CSharpText.Parse(Repository.Read(file)).Code).Select(found => (File: file, Name: found.Groups[1].Value)))
            .Where(type => Empty.Any(word => type.Name.EndsWith(word, StringComparison.Ordinal)))
            .Select(type => $"{type.File}: {type.Name}")
            .ShouldBeEmpty();

    [Fact]
    public void namespace_follows_the_folder() =>
        Repository.Sources("src/", "tests/")
            .Select(file => (File: file, Found: Namespace().Match(Repository.Read(file)).Groups[1].Value))
            .Where(source => source.Found.Length > 0 && source.Found != Path.GetDirectoryName(source.File)!.Replace('\\', '/').Split('/', 2)[1].Replace('/', '.'))
            .Select(source => $"{source.File}: {source.Found}")
            .ShouldBeEmpty();

    [Fact]
    public void class_that_nobody_extends_is_sealed()
    {
        // What the compiler makes of a component cannot be sealed.
        var types = OurTypes().Where(type => !type.IsAssignableTo(typeof(Microsoft.AspNetCore.Components.IComponent)) && type.Name != "_Imports").ToList();
        types.Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false } && !types.Any(other => other.BaseType == type))
            .Select(type => type.FullName)
            .ShouldBeEmpty();
    }

    [Fact]
    public void interface_has_more_than_one_implementation()
    {
        var types = OurTypes();
        types.Where(type => type.IsInterface && types.Count(other => other != type && other.IsAssignableTo(type)) < 2)
            .Select(type => type.FullName)
            .ShouldBeEmpty();
    }

    private static List<Type> OurTypes() =>
        [.. new[] { typeof(Money).Assembly, typeof(KontorOptions).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.FullName!.StartsWith("Kontor.", StringComparison.Ordinal)
                && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.FullName.Contains('<', StringComparison.Ordinal))];

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
