using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>Collects the members of a post and hashes them in the order of their keys, so that two posts of the same content are known as one
/// whatever the order in which a client wrote them. Each text goes with its length; no two different contents are written alike.</summary>
internal sealed class ContentHash(int size)
{
    /// <summary>Bytes of the hash.</summary>
    public const int Length = 16;

    private readonly List<Member> members = new(16);
    private byte[] buffer = new byte[size + 256];
    private int written;

    private readonly record struct Member(string Key, int Start, int End);

    /// <summary>Begins a member; what is added until <see cref="End"/> belongs to it.</summary>
    public int Begin(string key)
    {
        var start = written;
        Add(PostedKind.Nothing, key);
        members.Add(new Member(key, start, start));
        return members.Count - 1;
    }

    /// <summary>Ends the member.</summary>
    public void End(int member) => members[member] = members[member] with { End = written };

    /// <summary>Adds a scalar or the bracket of a list.</summary>
    public void Add(PostedKind kind, ReadOnlySpan<char> text)
    {
        const int head = 1 + sizeof(int);
        var most = head + Encoding.UTF8.GetMaxByteCount(text.Length);
        if (buffer.Length - written < most)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, written + most));
        buffer[written] = (byte)kind;
        var length = Encoding.UTF8.GetBytes(text, buffer.AsSpan(written + head));
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(written + 1), length);
        written += head + length;
    }

    /// <summary>Adds a value of any shape; the members of objects in the order of their keys.</summary>
    public void Add(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Add(PostedKind.Other, "{");
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Add(PostedKind.Nothing, member.Name);
                    Add(member.Value);
                }

                Add(PostedKind.Other, "}");
                break;
            case JsonValueKind.Array:
                Add(PostedKind.List, "[");
                foreach (var item in element.EnumerateArray())
                    Add(item);
                Add(PostedKind.List, "]");
                break;
            case JsonValueKind.String:
                Add(PostedKind.Text, element.GetString());
                break;
            case JsonValueKind.Null:
                Add(PostedKind.Nothing, default);
                break;
            default:
                Add(element.ValueKind == JsonValueKind.Number ? PostedKind.Number : PostedKind.Flag, element.GetRawText());
                break;
        }
    }

    /// <summary>The hash over all members; of a key that came twice, the last value counts.</summary>
    public byte[] Finish()
    {
        members.Sort(static (left, right) =>
            string.CompareOrdinal(left.Key, right.Key) is var order and not 0 ? order : left.Start.CompareTo(right.Start));
        var sorted = ArrayPool<byte>.Shared.Rent(written);
        var length = 0;
        for (var i = 0; i < members.Count; i++)
        {
            if (i + 1 < members.Count && members[i + 1].Key == members[i].Key)
                continue;
            var content = buffer.AsSpan(members[i].Start..members[i].End);
            content.CopyTo(sorted.AsSpan(length));
            length += content.Length;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(sorted.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(sorted, clearArray: true);
        return hash[..Length].ToArray();
    }
}
