using System.Security.Cryptography;
using System.Text;

namespace Kontor.Core.Intake;

/// <summary>A value of a lead as a suppression service is told it.</summary>
/// <param name="Field">Key of the field.</param>
/// <param name="Hash">SHA-256 of the normalised value in UTF-8, 64 lower-case hexadecimal digits: of a phone in E.164 (<c>+4915123456789</c>),
/// of an e-mail in lower case.</param>
public readonly record struct ScreeningHash(string Field, string Hash)
{
    /// <summary>Hashes a value that has its final form.</summary>
    internal static ScreeningHash Of(string field, string value)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        return new ScreeningHash(field, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))));
    }
}
