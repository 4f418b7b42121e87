namespace Kontor.Portal;

/// <summary>What a person may do in the pages.</summary>
public enum PageRole
{
    /// <summary>Operator: everything, users and keys included.</summary>
    Owner,

    /// <summary>Operator: network, leads, deliveries; sees money.</summary>
    Manager,

    /// <summary>Operator: money and reports; sees the rest.</summary>
    Finance,

    /// <summary>Operator: sees everything, changes nothing.</summary>
    ReadOnly,

    /// <summary>A buyer's person: sees that buyer's sales alone.</summary>
    Buyer,

    /// <summary>A supplier's person: sees that supplier's leads alone.</summary>
    Supplier,
}

/// <summary>Who looks at a page.</summary>
/// <param name="Id">Of the user.</param>
/// <param name="Name">As he calls himself.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Party">Key of his buyer or supplier; null for operators.</param>
public sealed record PageUser(Guid Id, string Name, PageRole Role, string? Party)
{
    /// <summary>Whether he works for the operator.</summary>
    public bool IsOperator => Role <= PageRole.ReadOnly;

    /// <summary>Where his pages begin.</summary>
    public string Home => Role switch
    {
        PageRole.Buyer => "/buyer",
        PageRole.Supplier => "/supplier",
        _ => "/console",
    };

    /// <summary>Whether he may do what a page is for.</summary>
    public bool May(Right right) => right switch
    {
        Right.Read => IsOperator,
        Right.Change => Role is PageRole.Owner or PageRole.Manager,
        Right.Money => Role is PageRole.Owner or PageRole.Finance,
        Right.Export => Role is PageRole.Owner or PageRole.Manager or PageRole.Finance,
        _ => Role == PageRole.Owner,
    };
}

/// <summary>What an operator's page asks of its reader.</summary>
public enum Right
{
    /// <summary>To look.</summary>
    Read,

    /// <summary>To change the network and act on deliveries.</summary>
    Change,

    /// <summary>To move money.</summary>
    Money,

    /// <summary>To take leads away as a file.</summary>
    Export,

    /// <summary>To manage users and keys.</summary>
    Own,
}
