namespace Kontor.Core;

/// <summary>A lead's identity: a UUIDv7 made by the shell with the request's <c>now</c>. It names the lead, it is no secret.</summary>
public readonly record struct LeadId(Guid Value)
{
    /// <summary>The lower-case form with hyphens that the API shows.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A sale's identity: a UUIDv7.</summary>
public readonly record struct SaleId(Guid Value)
{
    /// <summary>The lower-case form with hyphens that the API shows.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A delivery's identity: a UUIDv7. It is also the <c>webhook-id</c>, so that a buyer can tell a repeat.</summary>
public readonly record struct DeliveryId(Guid Value)
{
    /// <summary>The lower-case form with hyphens that the API shows.</summary>
    public override string ToString() => Value.ToString();
}
