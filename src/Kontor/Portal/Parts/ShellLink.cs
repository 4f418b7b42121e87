namespace Kontor.Portal.Parts;

/// <summary>One entry of the navigation at the side.</summary>
/// <param name="Name">By which a page says that it is the current one.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Text">Its words in the viewer's language.</param>
public sealed record ShellLink(string Name, string Href, string Icon, string Text);
