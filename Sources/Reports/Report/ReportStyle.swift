/// How a report looks: for narrow and wide screens, light and dark.
enum ReportStyle {
  static let css: StaticString = """
    :root {
      --back: #fff; --front: #1b1f24; --soft: #59626d; --rule: #d5dae0; --card: #f7f8fa;
      --good: #006b4e; --bad: #a3380a; --link: #00589c;
      --s0: #0067a3; --s1: #b8480a; --s2: #00735a; --s3: #9c4a7d; --s4: #7a5c00; --s5: #50606f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --back: #14171b; --front: #e6e9ed; --soft: #a3adb8; --rule: #3a424c; --card: #1c2127;
        --good: #4cc9a0; --bad: #f59a67; --link: #78bdf0;
        --s0: #5cb6ec; --s1: #f2955f; --s2: #44c79f; --s3: #e29cc6; --s4: #dfc04f; --s5: #b3bec9;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--back); color: var(--front);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    main { max-width: 1120px; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; }
    h1 { font-size: 1.6rem; line-height: 1.2; margin: .4em 0; }
    h2 { font-size: 1.35rem; border-top: 3px solid var(--rule); padding-top: .6em; margin: 2em 0 .5em; }
    h3 { font-size: 1.15rem; margin: 2em 0 .6em; }
    h4 { font-size: 1rem; margin: 0 0 .4em; }
    a { color: var(--link); }
    p { margin: .5em 0; max-width: 46em; }
    .claim { font-size: 1.08rem; }
    .source, .note, figcaption, caption { color: var(--soft); font-size: .875rem; }
    .verdict { font-size: 1.2rem; border-left: 5px solid var(--soft); padding: .2em .7em; }
    .verdict.holds { border-color: var(--good); color: var(--good); }
    .findings { list-style: none; padding: 0; margin: .5em 0; }
    .findings li { margin: .3em 0; padding-left: 1.3em; text-indent: -1.3em; }
    .verdict.fails { border-color: var(--bad); color: var(--bad); }
    table.rows { border-collapse: collapse; width: 100%; margin: 1em 0 .4em;
      font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding-bottom: .4em; }
    .rows th, .rows td { padding: .35em .5em; border-bottom: 1px solid var(--rule);
      text-align: left; vertical-align: top; font-weight: 400; }
    .rows .number { text-align: right; overflow-wrap: normal; }
    .rows tbody th, .rows td.text { min-width: 5.2em; }
    .rows tbody th { font-weight: 600; }
    .rows tr.teacher > * { color: var(--soft); }
    .rows small { display: block; font-size: .8125em; font-weight: 400; }
    button.sort { font: inherit; font-size: .875rem; color: inherit; background: none; border: 0;
      padding: .25em 0; cursor: pointer; text-align: inherit; min-height: 24px;
      text-decoration: underline dotted; text-underline-offset: .2em; }
    th[aria-sort=ascending] button::after { content: " ▲"; }
    th[aria-sort=descending] button::after { content: " ▼"; }
    details { margin: .5em 0 1em; }
    summary { cursor: pointer; padding: .25em 0; }
    dl { margin: .5em 0; }
    dt { font-weight: 600; }
    dd { margin: 0 0 .5em; font-variant-numeric: tabular-nums; }
    .facts { display: grid; grid-template-columns: minmax(5em, auto) 1fr; gap: .2em 1em; }
    .facts dd { margin: 0; }
    .grid { display: grid; gap: 16px; margin: 0 0 16px;
      grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); }
    .grid > * { min-width: 0; }
    figure, section.loss { margin: 0; padding: 12px; background: var(--card); border-radius: 8px; }
    figure.wide { grid-column: 1 / -1; }
    figure svg { display: block; width: 100%; height: auto; max-width: 520px; }
    figure :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    figcaption { margin-top: .5em; }
    svg text { fill: var(--front); font-size: 11.5px; font-family: inherit; }
    svg .tick, svg .title { fill: var(--soft); font-size: 11px; }
    svg .label { font-weight: 600; font-size: 12px; stroke: var(--card); stroke-width: 3px;
      paint-order: stroke; stroke-linejoin: round; }
    svg .rule { stroke: var(--rule); stroke-width: .6; }
    svg .axis { stroke: var(--soft); stroke-width: 1; }
    svg .zero { stroke: var(--front); stroke-width: 1.2; }
    .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); }
    .s3 { --c: var(--s3); } .s4 { --c: var(--s4); } .s5 { --c: var(--s5); }
    .teacher { --c: var(--front); }
    svg .line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
    .d1 .line { stroke-dasharray: 5 3; }
    .d2 .line, .teacher .line { stroke-dasharray: 1.5 2.5; }
    svg .band { fill: var(--c); opacity: .18; }
    svg .leader { stroke: var(--c); stroke-width: .8; }
    svg .name { fill: var(--c); font-weight: 600; }
    svg .mark { fill: var(--c); }
    svg .mark.hollow { fill: var(--card); stroke: var(--c); stroke-width: 1.3; }
    svg .halo { fill: var(--c); font-weight: 700; font-size: 10.5px; stroke: var(--card);
      stroke-width: 3px; paint-order: stroke; stroke-linejoin: round; pointer-events: none; }
    svg .hit { fill: transparent; }
    svg .hit.shown { fill: var(--soft); opacity: .14; }
    svg .interval { stroke: var(--c); stroke-width: 2; }
    svg .dot { fill: var(--card); stroke: var(--c); stroke-width: 1.1; }
    svg .diamond { fill: var(--c); }
    svg .matrix { image-rendering: pixelated; }
    .panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; }
    .panel-title { font-size: .8125rem; white-space: nowrap; overflow: hidden;
      text-overflow: ellipsis; }
    .keys { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
    figure .keys svg { width: 148px; }
    svg .cursor { fill: none; stroke: var(--front); stroke-width: 1.5; }
    .marks { display: flex; flex-wrap: wrap; gap: .1em .9em; list-style: none; padding: 0;
      margin: .4em 0; font-size: .8125rem; }
    figure .marks svg { display: inline-block; width: 1.1em; vertical-align: -.1em; }
    .strip { display: flex; flex-wrap: wrap; gap: 4px; margin: 2px 0 8px; }
    .strip img { display: block; width: 32px; height: 32px; image-rendering: pixelated;
      border: 1px solid var(--rule); }
    .strip .sign { display: block; text-align: center; font-size: .75rem; line-height: 1.3;
      font-weight: 700; border-top: 3px solid; }
    .right .sign { color: var(--good); }
    .wrong .sign { color: var(--bad); border-top-color: transparent; }
    code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
      font-size: .875rem; }
    pre { white-space: pre-wrap; background: var(--card); padding: 12px; border-radius: 8px; }
    ul.terms { padding-left: 1.2em; margin: .4em 0; }
    .equation { color: var(--soft); font-size: .9375rem; }
    sub { line-height: 0; }
    ul.tree { list-style: none; padding-left: 0; margin: .3em 0; font-size: .875rem; }
    ul.tree ul.tree { padding-left: 1.4em; margin: 0 0 0 .6em; }
    ul.tree li { position: relative; }
    ul.tree ul.tree > li::before { content: ""; position: absolute; left: -1.4em; top: -.2em;
      width: 1.2em; height: 1.2em; border: solid var(--soft); border-width: 0 0 1.5px 1.5px; }
    ul.tree ul.tree > li:not(:last-child)::after { content: ""; position: absolute; left: -1.4em;
      top: 0; bottom: 0; border-left: 1.5px solid var(--soft); }
    ul.tree span { display: inline-block; padding: .1em .5em; margin: .12em 0;
      border: 1px solid var(--rule); border-radius: 5px; background: var(--back); }
    #tip { position: fixed; z-index: 2; left: 0; top: 0; max-width: min(320px, 92vw);
      padding: .4em .6em; background: var(--front); color: var(--back); font-size: .8125rem;
      line-height: 1.35; white-space: pre-line; border-radius: 6px; pointer-events: none;
      font-variant-numeric: tabular-nums; }
    @media (min-width: 561px) {
      svg text, svg .halo { font-size: 9.5px; }
      svg:not(.key) .tick, svg:not(.key) .title { font-size: 9px; }
      svg .label { font-size: 10px; }
      .strip img { width: 48px; height: 48px; }
    }
    @media (max-width: 560px) {
      .rows { font-size: .8125rem; }
      .rows th, .rows td { padding: .35em .25em; }
      button.sort { font-size: .8125rem; }
    }
    @media print { details > * { display: block; } figure, section.loss { break-inside: avoid; } }

    """
}
