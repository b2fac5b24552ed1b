/** Looks of the page. Charts use the same variables, so they follow light, dark and print by themselves. */

const light = `
  --page: #f4f6f9; --card: #ffffff; --text: #17212f; --muted: #5a6678; --line: #e2e7ee; --strong: #c9d1dc;
  --accent: #2458c6; --gain: #0b7d57; --loss: #c43a2a; --weak: #8a95a5;
  --alert: #fdecea; --alert-line: #eeb4ac; --alert-text: #8d1f14;
  --series-1: #2458c6; --series-2: #8894a6; --bid: #2f74d0; --ask: #d07a1d; --maker: #0d8578; --taker: #a8327f;
  --grade-1: #0b7d57; --grade-2: #3f9d6d; --grade-3: #2f74d0; --grade-4: #b9912a; --grade-5: #d07a1d; --grade-6: #c43a2a;`;

const dark = `
  --page: #0e131a; --card: #161d27; --text: #e3e9f1; --muted: #97a4b6; --line: #28323f; --strong: #3c4858;
  --accent: #7aa7ff; --gain: #43cd98; --loss: #ff7f6e; --weak: #77849a;
  --alert: #351a19; --alert-line: #6e302b; --alert-text: #ffb4a9;
  --series-1: #7aa7ff; --series-2: #8592a6; --bid: #6ea8ff; --ask: #f0a24d; --maker: #3fd0be; --taker: #f07fc4;
  --grade-1: #43cd98; --grade-2: #7fd8a9; --grade-3: #6ea8ff; --grade-4: #e0c060; --grade-5: #f0a24d; --grade-6: #ff7f6e;`;

export const style = `
:root { color-scheme: light dark; ${light}
}
@media (prefers-color-scheme: dark) { :root { ${dark}
} }
@media print { :root { color-scheme: light; ${light}
  --page: #ffffff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1380px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.2; margin: 2px 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 14px; letter-spacing: -0.005em; }
h3 { font-size: 12.5px; font-weight: 550; margin: 0; color: var(--muted); }
p { margin: 0 0 8px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.brand { font-size: 12px; font-weight: 650; letter-spacing: 0.09em; text-transform: uppercase; color: var(--accent); }
.about { color: var(--muted); margin-bottom: 4px; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13.5px; }
.facts code { overflow-wrap: anywhere; }
code, .setting { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 18px 0 0; padding: 10px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: 13.5px; }
[id] + .run { margin-top: 44px; }
.run + .run { margin-top: 56px; border-top: 2px solid var(--strong); padding-top: 32px; }
section { margin-top: 18px; padding: 20px 22px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section.bare { padding: 0; background: none; border: 0; }
section.bare > h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.alert { overflow-wrap: anywhere; margin-top: 18px; padding: 14px 18px; background: var(--alert); border: 1px solid var(--alert-line); border-left: 5px solid var(--loss); border-radius: 8px; color: var(--alert-text); }
.alert h2 { font-size: 14px; margin-bottom: 4px; }
.alert ul { margin: 0; padding-left: 18px; }
.tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; }
.tile { padding: 14px 16px 12px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; min-width: 0; }
.value { font-size: 25px; font-weight: 620; line-height: 1.25; margin: 2px 0 4px; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.value.none { color: var(--weak); font-weight: 500; }
.weak { color: var(--weak); }
.gain { color: var(--gain); }
.loss { color: var(--loss); }
.note { font-size: 12.5px; line-height: 1.45; color: var(--muted); margin: 0; }
section > .note { margin-top: 8px; }
.badge { display: inline-block; margin-top: 4px; padding: 0 7px; border: 1px solid var(--strong); border-radius: 9px; font-size: 11.5px; }
.bar { display: block; width: 100%; height: 10px; margin: 3px 0 6px; }
.bar .track { fill: var(--line); } .bar .band { fill: var(--series-1); opacity: 0.35; } .bar .point { fill: var(--series-1); } .bar .even { fill: var(--loss); }
.bar .printed_through { fill: var(--grade-1); } .bar .printed_at_price { fill: var(--grade-2); } .bar .walked_depth { fill: var(--grade-3); }
.bar .book_crossed { fill: var(--grade-4); } .bar .inferred_print { fill: var(--grade-5); } .bar .modelled { fill: var(--grade-6); }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 28px; }
figure { margin: 0 0 18px; min-width: 0; }
figcaption { font-size: 13px; font-weight: 550; color: var(--muted); margin-bottom: 8px; }
.plot { width: 100%; overflow: hidden; }
.plot svg { display: block; max-width: 100%; }
.picture { overflow-x: auto; }
.picture svg { display: block; width: 100%; min-width: 620px; height: auto; }
.zoom { display: flex; gap: 6px; margin-bottom: 8px; }
.zoom button { min-width: 34px; height: 30px; padding: 0 9px; border: 1px solid var(--strong); border-radius: 6px; background: var(--card); color: var(--text); font: inherit; font-size: 13px; cursor: pointer; }
.zoom button:hover { background: var(--line); }
.data { margin-top: 4px; font-size: 12.5px; color: var(--muted); }
.data > summary { width: fit-content; cursor: pointer; }
.data[open] > summary { margin-bottom: 8px; }
.data > div + div { margin-top: 12px; }
.scroll { overflow: auto; border: 1px solid var(--line); border-radius: 8px; }
.long { max-height: 560px; }
.scroll + .scroll, figure + .scroll, .note + .scroll, .note + h3, .columns + .scroll, .figures-list + .scroll, .scroll + figure, .scroll + .figures-list, .figures-list + .columns, .scroll + .columns, section > .figures-list + h3, .scroll + h3, .figures-list + .tiles { margin-top: 16px; }
.figures-list { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 12px 20px; margin: 10px 0 0; }
.figures-list dt { font-size: 12.5px; color: var(--muted); }
.figures-list dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
caption { text-align: left; font-weight: 550; color: var(--muted); padding: 9px 11px 7px; }
caption span { display: block; position: sticky; left: 11px; width: fit-content; max-width: calc(100vw - 76px); }
th, td { padding: 6px 11px; text-align: left; vertical-align: top; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { white-space: normal; vertical-align: bottom; position: sticky; top: 0; background: var(--card); color: var(--muted); font-weight: 550; font-size: 12px; box-shadow: 0 1px 0 var(--strong); }
th button { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 6%, transparent); }
.prose { white-space: normal; min-width: 200px; overflow-wrap: anywhere; }
.figures { text-align: right; font-variant-numeric: tabular-nums; }
.whole { white-space: nowrap; }
.sub { color: var(--muted); font-size: 12px; }
#tip { position: fixed; z-index: 9; pointer-events: none; max-width: 300px; padding: 7px 10px; background: var(--text); color: var(--page); border-radius: 6px; font-size: 12px; line-height: 1.45; font-variant-numeric: tabular-nums; }
#tip span { opacity: 0.7; margin-right: 8px; }
footer { margin-top: 26px; color: var(--muted); font-size: 12.5px; }
@media (max-width: 900px) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
@media (max-width: 680px) {
  main { padding: 18px 12px 40px; }
  h1 { font-size: 22px; }
  section { padding: 16px 14px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .tile { padding: 11px 12px 10px; }
  .value { font-size: 20px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  th, td { padding: 6px 9px; }
  thead th { white-space: nowrap; }
}
@media print {
  body { font-size: 12px; }
  main { max-width: none; padding: 0; }
  nav, #tip, .zoom, .data { display: none; }
  section { break-inside: auto; border-color: #d5dae2; }
  .tile, figure, .alert, tr { break-inside: avoid; }
  .scroll { max-height: none; overflow: visible; break-inside: auto; }
  thead th { position: static; }
  th, td { white-space: normal; padding: 3px 6px; }
}
`;

/** Of a page with one chart alone. */
export const chartStyle = `
:root { ${light}
}
body { margin: 0 20px; background: var(--card); color: var(--text); font: 14px/56px system-ui, sans-serif; }
h1 { height: 56px; margin: 0; overflow: hidden; font-size: 15px; font-weight: 600; white-space: nowrap; text-overflow: ellipsis; }
svg { display: block; }
`;
