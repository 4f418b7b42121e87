using Kontor.Core;
namespace Kontor.Matching;
public sealed class PostalAreas { public PostalGeography Current => PostalGeography.Empty; public Task LoadAsync(CancellationToken cancel) => Task.CompletedTask; }
