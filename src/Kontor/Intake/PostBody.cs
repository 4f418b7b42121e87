using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Kontor.Intake;

/// <summary>Reads the body of a post, at most <see cref="Limit"/> bytes.</summary>
internal static class PostBody
{
    /// <summary>The most a post may have: far more than any lead, far less than harms.</summary>
    public const int Limit = 128 * 1024;

    /// <summary>The whole body; null when it is larger than the limit.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = Limit + 1;
        }

        if (context.Request.ContentLength > Limit)
        {
            return null;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > Limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
