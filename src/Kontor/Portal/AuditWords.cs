namespace Kontor.Portal;

/// <summary>The words of the record of changes, as texts of the pages.</summary>
public static class AuditWords
{
    /// <summary>What was done, by its name in the table.</summary>
    public static IReadOnlyDictionary<string, string> Actions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["created"] = "created",
        ["updated"] = "changed",
        ["archived"] = "archived",
        ["credited"] = "credited",
        ["paid"] = "paid",
        ["revoked"] = "revoked",
        ["redelivered"] = "delivered again",
        ["resolved"] = "resolved",
        ["returned"] = "taken back",
        ["exported"] = "exported",
        ["invited"] = "invited",
        ["withdrawn"] = "withdrawn",
        ["joined"] = "joined",
        ["signed_in"] = "signed in",
        ["locked"] = "locked after wrong passwords",
        ["role_changed"] = "given another role",
        ["disabled"] = "disabled",
        ["enabled"] = "enabled",
        ["factors_reset"] = "second factor reset",
        ["password_link_made"] = "sent a link for a new password",
        ["password_changed"] = "password changed",
        ["sessions_ended"] = "other sessions ended",
        ["second_factor_added"] = "second factor added",
        ["second_factor_removed"] = "second factor removed",
        ["recovery_codes_made"] = "new recovery codes made",
        ["recovery_code_used"] = "recovery code used",
        ["passkey_added"] = "passkey added",
        ["passkey_removed"] = "passkey removed",
        ["passkey_used"] = "passkey used",
    };

    /// <summary>Kinds of things that change, by their name in the table.</summary>
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["verticals"] = "Vertical",
        ["suppliers"] = "Supplier",
        ["sources"] = "Source",
        ["campaigns"] = "Campaign",
        ["buyers"] = "Buyer",
        ["contracts"] = "Contract",
        ["requests"] = "Request to change",
        ["postal_codes"] = "Postal codes of",
        ["leads"] = "Lead",
        ["deliveries"] = "Delivery",
        ["sales"] = "Sale",
        ["keys"] = "API key",
        ["users"] = "User",
        ["invitations"] = "Invitation",
    };

    /// <summary>What somebody may do, by its name in the table.</summary>
    public static IReadOnlyDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["owner"] = "Owner: everything, users and keys included",
        ["manager"] = "Manager: network, leads and deliveries",
        ["finance"] = "Finance: money and reports",
        ["read_only"] = "Reader: sees everything, changes nothing",
        ["buyer"] = "Buyer: sees that buyer's leads",
        ["supplier"] = "Supplier: sees that supplier's submissions",
    };
}
