using System.Collections.Immutable;
using Kontor.Core.Returns;

namespace Kontor.Core.Catalog;

/// <summary>How a contract's buyer may give leads back.</summary>
/// <param name="Within">How long after the sale, from one minute to a year; the end is included.</param>
/// <param name="Reasons">For which reasons, at least one, each once.</param>
/// <param name="GivesBackCap">Whether a sale that is given back no longer counts for the caps of contract and buyer.</param>
public sealed record ReturnRule(TimeSpan Within, ImmutableArray<ReturnReason> Reasons, bool GivesBackCap);
