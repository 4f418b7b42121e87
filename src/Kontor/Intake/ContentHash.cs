using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Begins an object within the post.</summary>
    public ObjectMark BeginObject() => new(members.Count, written);

    /// <summary>Ends it: brings its members into the order of their keys; of a key that came twice the last value stays.</summary>
    public void EndObject(ObjectMark mark)
    {
        var own = CollectionsMarshal.AsSpan(members)[mark.Member..];
        own.Sort(static (left, right) =>
            string.CompareOrdinal(left.Key, right.Key) is var order and not 0 ? order : left.Start.CompareTo(right.Start));
        var sorted = ArrayPool<byte>.Shared.Rent(written - mark.Start);
        var length = 0;
        for (var i = 0; i < own.Length; i++)
        {
            if (i + 1 < own.Length && own[i + 1].Key == own[i].Key)
                continue;
            var content = buffer.AsSpan(own[i].Start..own[i].End);
            content.CopyTo(sorted.AsSpan(length));
            length += content.Length;
        }

        sorted.AsSpan(0, length).CopyTo(buffer.AsSpan(mark.Start));
        ArrayPool<byte>.Shared.Return(sorted, clearArray: true);
        written = mark.Start + length;
        members.RemoveRange(mark.Member, members.Count - mark.Member);
    }

    /// <summary>The hash over all members.</summary>
    public byte[] Finish()
    {
        EndObject(new ObjectMark(0, 0));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, written), hash);
        return hash[..Length].ToArray();
    }

    /// <summary>Where an object began.</summary>
    public readonly record struct ObjectMark(int Member, int Start);
}
