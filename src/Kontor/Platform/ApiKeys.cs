using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Kontor.Platform;

/// <summary>The kinds of party that hold keys.</summary>
public enum PartyKind
{
    Operator,
    Source,
    Buyer,
}

/// <summary>Who makes a request.</summary>
/// <param name="Kind">What the party is.</param>
/// <param name="Key">Its key in the catalog; empty for operators.</param>
/// <param name="KeyId">The API key it used.</param>
/// <param name="Prefix">The first characters of that key.</param>
public sealed record Caller(PartyKind Kind, string Key, Guid KeyId, string Prefix);

/// <summary>A key that is wanted.</summary>
/// <param name="Kind">What its party is.</param>
/// <param name="Party">The party's key; empty for operators.</param>
/// <param name="Name">What people call the key; may be empty.</param>
public sealed record WantedApiKey(PartyKind Kind, string Party, string Name = "");

/// <summary>A key as it is shown once.</summary>
/// <param name="KeyId">Its id, to revoke it by.</param>
/// <param name="Secret">The key itself; only its hash is stored.</param>
/// <param name="Prefix">Its first characters, which stay visible.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record NewApiKey(Guid KeyId, string Secret, string Prefix, DateTimeOffset CreatedAt);

/// <summary>The API keys in force. Looking one up touches no database: a snapshot is kept in memory and exchanged when keys change anywhere.</summary>
public sealed class ApiKeys(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    private const int LongestKey = 200;
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private volatile FrozenDictionary<KeyHash, LiveKey> live = FrozenDictionary<KeyHash, LiveKey>.Empty;

    /// <summary>The party that holds a key, or null.</summary>
    public Caller? Find(ReadOnlySpan<char> bearer)
    {
        if (bearer.Length is 0 or > LongestKey || !live.TryGetValue(HashOf(bearer), out var key))
        {
            return null;
        }

        // Only the first use of a minute writes, so that parallel requests do not fight for the line.
        if (!key.Used)
        {
            key.Used = true;
        }

        return key.Caller;
    }

    /// <summary>Reads the keys in force.</summary>
    public async Task RefreshAsync(CancellationToken cancellation = default)
    {
        // One after the other: what was read earlier must not replace what was read later, or a key that was just made would be unknown.
        await refreshing.WaitAsync(cancellation);
        try
        {
            var rows = await ApiKeysSql.ReadLiveAsync(database, cancellation);
            var before = live;
            live = rows.ToFrozenDictionary(
                row => KeyHash.Of(row.Hash), row => before.TryGetValue(KeyHash.Of(row.Hash), out var known) ? known : new LiveKey(row.Caller));
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <summary>Notes with each key that was used since the last time that it was.</summary>
    public async Task NoteUseAsync(CancellationToken cancellation = default)
    {
        var used = live.Values.Where(key => key.Used).ToList();
        used.ForEach(key => key.Used = false);
        if (used.Count > 0)
        {
            await ApiKeysSql.NoteUseAsync(database, [.. used.Select(key => key.Caller.KeyId)], Now(), cancellation);
        }
    }

    /// <summary>Makes a key for a party, in force on this node when it returns.</summary>
    public async Task<NewApiKey> CreateAsync(WantedApiKey wanted, Actor by, CancellationToken cancellation = default)
    {
        var secret = Prefix(wanted.Kind) + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var made = Describe(secret);
        await ApiKeysSql.InsertAsync(database, (made, HashBytes(secret)), wanted, by, cancellation);
        await RefreshAsync(cancellation);
        return made;
    }

    /// <summary>Takes a key out of force. False when there is no such key in force.</summary>
    public async Task<bool> RevokeAsync(Guid keyId, Actor by, CancellationToken cancellation = default)
    {
        var revoked = await ApiKeysSql.RevokeAsync(database, keyId, by, Now(), cancellation);
        await RefreshAsync(cancellation);
        return revoked;
    }

    /// <summary>Sees to it that an operator can sign in: takes the configured key, or makes one where no operator key was ever made.
    /// Answers the key that was made, to be printed once, else null.</summary>
    public async Task<string?> EnsureOperatorKeyAsync(string? configured, CancellationToken cancellation = default)
    {
        var secret = configured ?? Prefix(PartyKind.Operator) + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        if (secret.Length > LongestKey)
        {
            throw new ArgumentException($"An operator key has at most {LongestKey} characters.", nameof(configured));
        }

        var inserted = await ApiKeysSql.InsertFirstOperatorAsync(
            database, Describe(secret), HashBytes(secret), onlyIfNone: configured is null, cancellation);
        await RefreshAsync(cancellation);
        return inserted && configured is null ? secret : null;
    }

    /// <summary>The keys of a party, newest last, revoked ones too.</summary>
    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(PartyKind kind, string party, CancellationToken cancellation = default) =>
        ApiKeysSql.ListAsync(database, kind, party, cancellation);

    /// <inheritdoc/>
    public void Dispose() => refreshing.Dispose();

    private NewApiKey Describe(string secret)
    {
        var now = Now();
        return new NewApiKey(Guid.CreateVersion7(now), secret, secret[..Math.Min(8, secret.Length / 2)], now);
    }

    private DateTimeOffset Now() => Instants.Microseconds(time.GetUtcNow());

    private static string Prefix(PartyKind kind) => kind switch { PartyKind.Operator => "kop_", PartyKind.Source => "ksr_", _ => "kby_" };

    private static byte[] HashBytes(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static KeyHash HashOf(ReadOnlySpan<char> bearer)
    {
        Span<byte> bytes = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(bearer, bytes)], hash);
        return KeyHash.Of(hash);
    }

    private sealed class LiveKey(Caller caller)
    {
        private volatile bool used;

        public Caller Caller => caller;

        public bool Used
        {
            get => used;
            set => used = value;
        }
    }

    private readonly record struct KeyHash(UInt128 High, UInt128 Low)
    {
        public static KeyHash Of(ReadOnlySpan<byte> hash) =>
            new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
