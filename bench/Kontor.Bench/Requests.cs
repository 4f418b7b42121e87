namespace Kontor.Bench;

/// <summary>What a load sends.</summary>
internal abstract class Requests
{
    /// <summary>Bytes of the longest request.</summary>
    public abstract int Longest { get; }

    /// <summary>What an answer holds that is as it should be.</summary>
    public abstract ReadOnlySpan<byte> Good { get; }

    /// <summary>Writes the request of a number and answers its length.</summary>
    public abstract int Write(Span<byte> to, int number);
}

/// <summary>The same bytes every time.</summary>
internal sealed class SameRequest(byte[] request, string good) : Requests
{
    private readonly byte[] good = System.Text.Encoding.UTF8.GetBytes(good);

    public override int Longest => request.Length;

    public override ReadOnlySpan<byte> Good => good;

    public override int Write(Span<byte> to, int number)
    {
        request.CopyTo(to);
        return request.Length;
    }
}
