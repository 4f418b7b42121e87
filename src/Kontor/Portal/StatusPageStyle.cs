namespace Kontor.Portal;

/// <summary>The look of the status page: quiet, readable from 360 pixels on, light and dark.</summary>
internal static class StatusPageStyle
{
    public const string Css = """

        :root { color-scheme: light dark; --ink: #1d2430; --soft: #5a6472; --line: #dfe3e8; --paper: #f6f7f9; --card: #fff;
            --good: #1a7f4b; --bad: #b3261e; --idle: #3c5a99; }
        @media (prefers-color-scheme: dark) {
            :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3542; --paper: #12161c; --card: #1a2029; --good: #5fce96; --bad: #ff8a80; --idle: #9db8f2; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 2.5rem; background: var(--paper); color: var(--ink);
            font: 16px/1.5 system-ui, sans-serif; }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-bottom: 1.25rem; }
        h1 { font-size: 1.5rem; margin: 0; letter-spacing: -.01em; }
        h2 { font-size: 1rem; margin: 0 0 .5rem; }
        p { margin: .25rem 0; }
        .state { font-weight: 600; }
        .state::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .45em; background: currentColor; }
        .good { color: var(--good); } .bad { color: var(--bad); } .idle { color: var(--idle); }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin-bottom: 1rem; overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th[scope=row], th:first-child { text-align: left; font-weight: 400; white-space: normal; }
        thead th { color: var(--soft); font-size: .85rem; font-weight: 400; border-top: 0; }
        tbody tr:first-child > * { border-top: 0; }
        thead + tbody tr:first-child > * { border-top: 1px solid var(--line); }
        td:last-child, th:last-child { padding-right: 0; }
        pre { margin: .5rem 0; padding: .6rem .8rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
        footer { color: var(--soft); font-size: .9rem; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
        a { color: inherit; text-underline-offset: .2em; padding: .3rem 0; }
        a:focus-visible { outline: 2px solid var(--idle); outline-offset: 2px; border-radius: .2rem; }
        @media (max-width: 26rem) { th, td { padding-right: .4rem; font-size: .92rem; } }

        """;
}
