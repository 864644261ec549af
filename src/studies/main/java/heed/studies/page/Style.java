package heed.studies.page;

/// How pages and pictures look: one place, in custom properties of CSS, so that dark is only other values.
///
/// The colours of series are Okabe and Ito's, which people with colour blindness tell apart.
final class Style {
    /// Colours of series.
    static final int COLORS = 7;

    private Style() {}

    /// The name of a series' colour.
    static String color(int series) {
        return "var(--c" + Math.floorMod(series, COLORS) + ")";
    }

    /// What all pages share.
    static final String SHEET = """
            :root {
              color-scheme: light dark;
              --paper: #fff; --ink: #1b1b1b; --faint: #5c5c5c; --rule: #d4d4d4; --raised: #f5f5f4; --map: #14507d;
              --good: #0a6b3d; --bad: #b3261e; --odd: #8a5a00;
              --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #b58900; --c5: #3d9fd6; --c6: #555;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --paper: #16181a; --ink: #e8e6e3; --faint: #a5a29d; --rule: #3c4043; --raised: #202326; --map: #7cc4f5;
                --good: #63d297; --bad: #ff8f87; --odd: #f2c14e;
                --c0: #5ab0e8; --c1: #ff8a4c; --c2: #3fcf9f; --c3: #e5a3c8; --c4: #e0c04c; --c5: #9ad7f7; --c6: #b5b5b5;
              }
            }
            * { box-sizing: border-box; }
            body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink);
              font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
            h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; }
            p { margin: .5rem 0; max-width: 44rem; } .faint { color: var(--faint); }
            a { color: var(--c0); }
            .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1.2rem; margin: .8rem 0; }
            figure { margin: 0; padding: .8rem; background: var(--raised); border-radius: .5rem; min-width: 0; }
            figure h3 { margin: 0 0 .4rem; font-size: 1rem; }
            figcaption { font-size: .9rem; color: var(--faint); margin-top: .4rem; }
            svg { display: block; width: 100%; height: auto; }
            svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
            svg text.tick { fill: var(--faint); font-size: 12px; }
            svg .rule { stroke: var(--rule); stroke-width: 1; } svg .frame { stroke: var(--faint); stroke-width: 1; fill: none; }
            svg .none { fill: none; stroke: var(--rule); stroke-dasharray: 2 2; }
            ul.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; margin: .5rem 0 0; padding: 0; font-size: .88rem; }
            ul.legend svg { display: inline-block; width: 1.6rem; height: .7rem; margin-right: .35rem; vertical-align: middle; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .9rem; }
            th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
            td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
            .passed { color: var(--good); } .failed { color: var(--bad); font-weight: 600; } .finding { color: var(--odd); font-weight: 600; }
            pre { background: var(--raised); padding: .7rem; border-radius: .4rem; overflow-x: auto; }
            @media (max-width: 40rem) { table.checks thead { display: none; } table.checks tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
              table.checks td { display: block; border: 0; padding: .05rem 0; white-space: normal; }
              table.checks td:not(:first-child) { display: inline-block; margin-right: 1rem; }
              table.checks td[data-name]::before { content: attr(data-name) ": "; color: var(--faint); } }
            """;
}
