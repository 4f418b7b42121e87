namespace Kontor.Platform;

/// <summary>Instants as PostgreSQL keeps them.</summary>
internal static class Instants
{
    /// <summary>An instant without what is finer than a microsecond, so that what is decided on is what is stored.</summary>
    public static DateTimeOffset Microseconds(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
