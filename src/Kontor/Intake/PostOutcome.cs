using Kontor.Core.Intake;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>Why a post was not taken. Answers in Lead Prosper's form count their codes by these numbers: a new one goes to the end, and the
/// number of one that is gone stays free.</summary>
internal enum PostRefusal
{
    /// <summary>The body is larger than <see cref="PostBody.Limit"/>.</summary>
    BodyTooLarge,

    /// <summary>The body is of no kind that is read.</summary>
    UnsupportedMediaType,

    /// <summary>The post carries no key that a source holds.</summary>
    WrongKey,

    /// <summary>The source of the key may not use this address.</summary>
    NotAllowed,

    /// <summary>Fields are missing or cannot be read.</summary>
    InvalidFields = 5,

    /// <summary>The supplier's id was used before for another content.</summary>
    Conflict,

    /// <summary>Nothing was taken; the same post may succeed in a second.</summary>
    Busy,

    /// <summary>The ping was used before by another lead.</summary>
    PingUsed,
}

/// <summary>What became of a post. Whoever received it says so in the form the supplier understands.</summary>
internal abstract record PostOutcome
{
    /// <summary>The lead is stored and decided, or known from the same post before.</summary>
    /// <param name="Answer">What the supplier is told.</param>
    /// <param name="Replayed">Whether this is the answer to an earlier post.</param>
    public sealed record Taken(SupplierAnswer Answer, bool Replayed) : PostOutcome;

    /// <summary>The ping is answered, and the answer stored.</summary>
    /// <param name="Answer">What the supplier is told.</param>
    /// <param name="Replayed">Whether this is the answer to the same ping before.</param>
    public sealed record Pinged(PingAnswer Answer, bool Replayed) : PostOutcome;

    /// <summary>Nothing is stored but what was wrong.</summary>
    /// <param name="Refusal">Why.</param>
    /// <param name="Detail">The same in a sentence. It never repeats what was posted.</param>
    /// <param name="Problems">The fields at fault.</param>
    public sealed record Refused(PostRefusal Refusal, string Detail, IReadOnlyList<FieldProblem> Problems) : PostOutcome
    {
        public Refused(PostRefusal refusal, string detail)
            : this(refusal, detail, [])
        {
        }
    }

    /// <summary>The body is too large.</summary>
    public static PostOutcome TooLarge { get; } = new Refused(PostRefusal.BodyTooLarge, $"Send at most {PostBody.Limit} bytes.");

    /// <summary>The body is of no kind that is read.</summary>
    public static PostOutcome Unsupported { get; } =
        new Refused(PostRefusal.UnsupportedMediaType, "Send application/json or application/x-www-form-urlencoded.");

    /// <summary>Answers in the form of <c>POST /v1/leads</c> and <c>POST /v1/pings</c>.</summary>
    public Task WriteAsync(HttpContext context)
    {
        if (this is Taken { Replayed: true } or Pinged { Replayed: true })
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
        }

        return this switch
        {
            Taken taken => taken.Answer.SendAsync(context),
            Pinged pinged => pinged.Answer.SendAsync(context),
            _ => WriteRefusalAsync(context),
        };
    }

    private Task WriteRefusalAsync(HttpContext context)
    {
        var refused = (Refused)this;
        var (status, code) = refused.Refusal switch
        {
            PostRefusal.BodyTooLarge => (413, "body_too_large"),
            PostRefusal.UnsupportedMediaType => (415, "unsupported_media_type"),
            PostRefusal.WrongKey => (401, "unauthorized"),
            PostRefusal.NotAllowed => (403, "forbidden"),
            PostRefusal.Conflict => (409, "idempotency_conflict"),
            PostRefusal.PingUsed => (409, "ping_used"),
            PostRefusal.Busy => (503, "busy"),
            _ => (400, "invalid_fields"),
        };
        return status == 503
            ? Problems.TryLater(context, code, refused.Detail, 1).ExecuteAsync(context)
            : Problems.WriteAsync(context, status, code, refused.Detail, refused.Problems.Count == 0 ? null : refused.Problems);
    }
}
