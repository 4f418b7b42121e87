using System.Collections.Frozen;

namespace Kontor.Core;

/// <summary>An ISO 4217 currency in circulation, with the number of digits its minor unit has.</summary>
public readonly record struct Currency
{
    private static readonly FrozenDictionary<string, int> DigitsByCode = Table();

    private Currency(string code, int digits)
    {
        Code = code;
        Digits = digits;
    }

    /// <summary>The three capital letters of ISO 4217.</summary>
    public string Code { get; }

    /// <summary>Digits after the decimal point: 0 (JPY), 2 (EUR), 3 (KWD).</summary>
    public int Digits { get; }

    /// <summary>Reads a code in capital letters. Null when ISO 4217 does not list it.</summary>
    public static Currency? TryParse(string? code) =>
        code is not null && DigitsByCode.TryGetValue(code, out var digits) ? new Currency(code, digits) : null;

    /// <summary>Reads a code that is known to be valid, for example one that was stored.</summary>
    /// <exception cref="FormatException">The code is not in ISO 4217.</exception>
    public static Currency Parse(string code) => TryParse(code) ?? throw new FormatException($"'{code}' is not an ISO 4217 currency.");

    /// <summary>The code.</summary>
    public override string ToString() => Code;

    // ISO 4217 list one, amendment 176; currencies without two digits are named with theirs.
    private static FrozenDictionary<string, int> Table()
    {
        const string two = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
            + "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
            + "KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
            + "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
            + "USD UYU UZS VES WST XCD YER ZAR ZMW ZWG";
        const string none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
        const string three = "BHD IQD JOD KWD LYD OMR TND";
        return Codes(two, 2).Concat(Codes(none, 0)).Concat(Codes(three, 3)).ToFrozenDictionary();

        static IEnumerable<KeyValuePair<string, int>> Codes(string list, int digits) =>
            list.Split(' ').Select(code => KeyValuePair.Create(code, digits));
    }
}
