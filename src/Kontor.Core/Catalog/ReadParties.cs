namespace Kontor.Core.Catalog;

/// <summary>Reads suppliers, sources and buyers.</summary>
internal static class ReadParties
{
    /// <summary>A supplier.</summary>
    public static Supplier ReadSupplier(string key, ShapeReader shape)
    {
        var supplier = new Supplier(key, shape.Text("name") ?? key);
        shape.Close();
        return supplier;
    }

    /// <summary>A source. Beside the published shape it takes <c>name</c>, <c>class</c> (what buyers are told), <c>test_mode</c>,
    /// <c>status</c>, <c>caps</c>, <c>dialect</c> and <c>form</c>.</summary>
    public static Source ReadSource(string key, ShapeReader shape, CatalogReferences references)
    {
        var source = new Source
        {
            Key = key,
            Supplier = references.Key(shape, "supplier", CatalogKind.Suppliers, required: true),
            Name = shape.Text("name"),
            Class = shape.Text("class"),
            Payout = shape.Object("payout") is { } payout ? ReadPayout.Read(payout, references) : Payout.None,
            TestMode = shape.Flag("test_mode"),
            Status = shape.Name<Status>("status") ?? Status.Active,
            Caps = ReadCaps.ReadVolume(shape),
            Dialect = ReadDialect.Read(shape, references),
            Form = shape.Object("form") is { } form ? ReadForm.Read(key, form, references) : null,
        };
        shape.Close();
        return source;
    }

    /// <summary>A buyer. Beside the published shape it takes <c>caps</c> over all of his contracts and <c>status</c>.</summary>
    public static Buyer ReadBuyer(string key, ShapeReader shape)
    {
        var zone = shape.Text("time_zone", required: true);
        if (zone is not null && !IsZone(zone))
        {
            shape.Problem("time_zone", "invalid_time_zone", "Must be an IANA time zone such as Europe/Berlin or America/New_York.");
        }

        var billing = shape.Object("billing", required: true) is { } terms ? ReadBilling(terms) : new Billing(BillingType.Prepaid, null, null);
        var group = shape.Word("conflict_group");
        if (group is not null && !CatalogKeys.IsKey(group))
        {
            shape.Problem(
                "conflict_group", "invalid_key",
                "Must be lower-case letters, digits, hyphens and underscores, beginning with a letter or digit, at most 63.");
        }

        var buyer = new Buyer
        {
            Key = key,
            Name = shape.Text("name") ?? key,
            TimeZone = zone ?? "UTC",
            Billing = billing,
            Status = shape.Name<Status>("status") ?? Status.Active,
            ConflictGroup = group,
            Caps = ReadCaps.Read(shape, billing.Currency, ofBuyer: true),
        };
        shape.Close();
        return buyer;
    }

    private static Billing ReadBilling(ShapeReader terms)
    {
        var type = terms.Name<BillingType>("type", required: true);
        var currency = ReadCurrency(terms, "currency", required: false);
        var limit = terms.Amount("credit_limit", currency, zeroAllowed: true);
        if (type == BillingType.Prepaid && limit > 0)
        {
            terms.Problem("credit_limit", "unexpected", "A prepaid buyer has no credit; use type invoice.");
        }

        terms.Close();
        return new Billing(type ?? BillingType.Prepaid, currency, limit);
    }

    /// <summary>A currency by its ISO 4217 code.</summary>
    public static Currency? ReadCurrency(ShapeReader shape, string key, bool required)
    {
        var code = shape.Text(key, required);
        if (code is null)
        {
            return null;
        }

        var currency = Currency.TryParse(code);
        if (currency is null)
        {
            shape.Problem(key, "invalid_currency", "Must be an ISO 4217 code in capital letters such as EUR or USD.");
        }

        return currency;
    }

    // The framework reads zones by file name, so the form is checked first; names of other systems ("W. Europe Standard Time") are refused.
    private static bool IsZone(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-')
        && !name.StartsWith("posix", StringComparison.Ordinal) && !name.StartsWith("right/", StringComparison.Ordinal)
        && !name.StartsWith('/') && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;
}
