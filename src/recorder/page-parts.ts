/** What the pages for people have in common: looks, and how they write. Each page holds both, so that it needs nothing else. */

export const pageStyle = `
  :root { --ink: #14213d; --quiet: #5b6579; --line: #dde1e8; --page: #f4f6fa; --card: #fff; --good: #0a7d50; --bad: #c0392b; --warn: #9a6400; --accent: #2458c6; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e6edf3; --quiet: #9aa5b4; --line: #2c3440; --page: #0d1117; --card: #161b22; --good: #3fb98a; --bad: #ff7b6b; --warn: #e0b050; --accent: #7aa7ff; }
  }
  body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
  main { max-width: 60rem; margin: auto; }
  h1 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
  #state { margin: .25rem 0 1rem; font-weight: 600; overflow-wrap: anywhere; }
  #state.good { color: var(--good); } #state.bad { color: var(--bad); } #state.warn { color: var(--warn); }
  dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1rem; }
  dl div, table { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
  dl div { padding: .6rem .8rem; }
  dt { color: var(--quiet); font-size: .8rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
  .wide { overflow-x: auto; }
  table { width: 100%; border-spacing: 0; font-variant-numeric: tabular-nums; }
  th, td { padding: .45rem .8rem; text-align: right; white-space: nowrap; }
  th { color: var(--quiet); font-size: .8rem; font-weight: 500; } tbody td { border-top: 1px solid var(--line); }
  @media (max-width: 40rem) { body { padding: 1rem; } }`;

/** Values are set as text, never as markup. */
export const pageScript = `
  const count = new Intl.NumberFormat('en-US');
  const element = (id) => document.getElementById(id);
  const row = (cells) => {
    const tr = document.createElement('tr');
    for (const cell of cells) tr.insertCell().textContent = cell;
    return tr;
  };
  const figure = ([name, value]) => {
    const div = document.createElement('div');
    div.append(Object.assign(document.createElement('dt'), { textContent: name }));
    div.append(Object.assign(document.createElement('dd'), { textContent: value }));
    return div;
  };
  const span = (s) => s === null ? 'never' : s < 90 ? s.toFixed(1) + ' s' : s < 5400 ? Math.round(s / 60) + ' min' : (s / 3600).toFixed(1) + ' h';`;
