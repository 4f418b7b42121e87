using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kontor.Core.Catalog;

namespace Kontor.Core.Intake;

/// <summary>The keys under which a person is remembered.</summary>
public static class DuplicateKeys
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 16;

    // Part of every key: another encoding must never meet keys that are stored.
    private const byte Encoding1 = 1;

    /// <summary>The keys of a lead under a rule: with <see cref="DuplicateMatch.All"/> one over all fields of the rule, none when the lead has
    /// none of them; with <see cref="DuplicateMatch.Any"/> one for each field the lead has. Each is the first 16 bytes of SHA-256 over the
    /// field keys and normalised values, text without regard to case. The order of the fields in the rule does not matter; equal leads have
    /// equal keys in every process and version. No key can be turned back into a value except by guessing it.</summary>
    /// <param name="rule">Names fields of the vertical; a name it lacks counts as a value the lead does not have.</param>
    /// <param name="vertical">Gives the order of the values.</param>
    /// <param name="values">A lead's values, normalised.</param>
    public static ImmutableArray<byte[]> Of(DuplicateRule rule, Vertical vertical, ImmutableArray<FieldValue> values)
    {
        var fields = rule.Fields.Length == 1 ? rule.Fields : rule.Fields.Sort(StringComparer.Ordinal);
        var keys = ImmutableArray.CreateBuilder<byte[]>(rule.Match == DuplicateMatch.All ? 1 : fields.Length);
        var content = new ArrayBufferWriter<byte>(128);
        var present = false;
        foreach (var field in fields)
        {
            var index = vertical.IndexOf(field);
            var value = index < 0 ? FieldValue.Missing : values[index];
            if (rule.Match == DuplicateMatch.All)
            {
                present |= value.IsPresent;
                Write(content, field, value);
            }
            else if (value.IsPresent)
            {
                content.ResetWrittenCount();
                Write(content, field, value);
                keys.Add(Hash(content.WrittenSpan));
            }
        }

        if (present)
            keys.Add(Hash(content.WrittenSpan));
        return keys.DrainToImmutable();
    }

    private static byte[] Hash(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return hash[..Length].ToArray();
    }

    // Every part goes with its length, so that no two different contents are written alike.
    private static void Write(ArrayBufferWriter<byte> content, string field, FieldValue value)
    {
        content.Write([Encoding1, (byte)value.Kind]);
        Write(content, field);
        switch (value.Kind)
        {
            case FieldKind.Missing:
                break;
            case FieldKind.Text:
                Write(content, value.Text!.ToLowerInvariant());
                break;
            case FieldKind.Set:
                foreach (var item in value.Items)
                    Write(content, item);
                Write(content, string.Empty);
                break;
            default:
                Write(content, value.Number.ToString("0.############################", CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void Write(ArrayBufferWriter<byte> content, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(content.GetSpan(sizeof(int)), length);
        content.Advance(sizeof(int));
        content.Advance(Encoding.UTF8.GetBytes(text, content.GetSpan(length)));
    }
}
