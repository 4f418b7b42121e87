using System.Globalization;

namespace Kontor.Core;

/// <summary>An amount in the minor units of a currency (cents, or whole yen). Never a floating point number.</summary>
/// <remarks>Arithmetic is checked: an overflow throws <see cref="OverflowException"/>, and so does mixing two currencies
/// (<see cref="InvalidOperationException"/>), because both are broken invariants and not outcomes.</remarks>
public readonly record struct Money(long Minor, Currency Currency)
{
    /// <summary>Adds two amounts of one currency.</summary>
    public static Money operator +(Money left, Money right) => new(left.Minor + right.MinorIn(left.Currency), left.Currency);

    /// <summary>Subtracts an amount of the same currency.</summary>
    public static Money operator -(Money left, Money right) => new(left.Minor - right.MinorIn(left.Currency), left.Currency);

    /// <summary>The amount in whole units with exactly the digits of the currency: 1250 minor EUR is 12.50.</summary>
    public decimal ToDecimal()
    {
        var magnitude = (ulong)UInt128.CreateChecked(Int128.Abs(Minor));
        return new decimal(unchecked((int)magnitude), unchecked((int)(magnitude >> 32)), 0, Minor < 0, (byte)Currency.Digits);
    }

    /// <summary>Reads an amount in whole units. Null when it has more digits than the currency or does not fit.</summary>
    public static Money? FromDecimal(decimal amount, Currency currency)
    {
        var scaled = amount * PowerOfTen(currency.Digits);
        if (scaled != decimal.Truncate(scaled) || scaled is < long.MinValue / 2 or > long.MaxValue / 2)
        {
            return null;
        }

        return new Money((long)scaled, currency);
    }

    /// <summary>The share of an amount in basis points (1/10,000), rounded half away from zero to the minor unit.
    /// The one place where a percentage of money is taken.</summary>
    public Money Share(int basisPoints)
    {
        var product = (Int128)Minor * basisPoints;
        var half = product < 0 ? -5_000 : 5_000;
        return new Money((long)((product + half) / 10_000), Currency);
    }

    /// <summary>The amount with its currency, culture-independent: <c>12.50 EUR</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ToDecimal()} {Currency.Code}");

    private long MinorIn(Currency expected) => expected == Currency
        ? Minor
        : throw new InvalidOperationException($"An amount in {Currency.Code} met one in {expected.Code}.");

    private static decimal PowerOfTen(int digits) => digits switch { 0 => 1m, 2 => 100m, 3 => 1_000m, _ => 10_000m };
}
