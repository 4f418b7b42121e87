using System.Globalization;
using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Insight.Demo;

/// <summary>The demo's operator pays his suppliers a part of what they earned, so that their pages show payments and something open.</summary>
internal static class DemoPayments
{
    /// <summary>Notes a payment of three fifths of what is open, in whole units, to every supplier.</summary>
    public static async Task PayAsync(KontorClient operators, CancellationToken cancel)
    {
        foreach (var supplier in (await operators.ListAsync("v1/suppliers?limit=100", cancel)).Select(entry => entry.GetProperty("key").GetString()!))
        {
            var account = await operators.GetAsync($"v1/suppliers/{supplier}/account", cancel);
            if (!account.IsSuccess)
            {
                throw new CommandException(account.Explanation());
            }

            foreach (var one in account.Body.GetProperty("accounts").EnumerateArray())
            {
                var amount = Math.Floor(one.GetProperty("open").GetDecimal() * 3 / 5);
                if (amount > 0)
                {
                    await PostAsync(operators, supplier, (amount, one.GetProperty("currency").GetString()!), cancel);
                }
            }
        }
    }

    private static async Task PostAsync(KontorClient operators, string supplier, (decimal Amount, string Currency) payment, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["amount"] = payment.Amount, ["currency"] = payment.Currency, ["reference"] = string.Create(CultureInfo.InvariantCulture, $"transfer of {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss}"),
        });
        var posted = await operators.PostJsonAsync($"v1/suppliers/{supplier}/payments", json, cancel);
        if (!posted.IsSuccess)
        {
            throw new CommandException(posted.Explanation());
        }
    }
}
