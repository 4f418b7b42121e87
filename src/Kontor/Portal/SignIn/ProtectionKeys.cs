using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>The keys that protect cookies and forms, in the database: what one node protects, every node can read, and a restart ends no session.</summary>
public sealed class ProtectionKeys(NpgsqlDataSource database, TimeProvider time) : IXmlRepository
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => [.. ProtectionKeysSql.Read(database).Select(XElement.Parse)];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) =>
        ProtectionKeysSql.Insert(database, friendlyName, element.ToString(SaveOptions.DisableFormatting));

    /// <summary>Makes the first key where there is none. Nodes that start together wait for one another, so that all of them use the same.</summary>
    public Task EnsureAsync(IKeyManager keys, CancellationToken cancellation) => ProtectionKeysSql.WhileLockedAsync(
        database,
        anyKey =>
        {
            if (!anyKey)
            {
                keys.CreateNewKey(time.GetUtcNow(), time.GetUtcNow() + Lifetime);
            }
        },
        cancellation);
}
