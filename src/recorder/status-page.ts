/** The recorder's page for a browser: asks /status every second. Values are set as text, never as markup. */
export const statusPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>truetape recorder</title>
<style>
  :root { --ink: #14213d; --quiet: #5b6579; --line: #dde1e8; --page: #f4f6fa; --card: #fff; --good: #0a7d50; --bad: #c0392b; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e6edf3; --quiet: #9aa5b4; --line: #2c3440; --page: #0d1117; --card: #161b22; --good: #3fb98a; --bad: #ff7b6b; }
  }
  body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
  main { max-width: 60rem; margin: auto; }
  h1 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
  #state { margin: .25rem 0 1rem; font-weight: 600; overflow-wrap: anywhere; }
  #state.good { color: var(--good); } #state.bad { color: var(--bad); }
  dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1rem; }
  dl div, table { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
  dl div { padding: .6rem .8rem; }
  dt { color: var(--quiet); font-size: .8rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
  .wide { overflow-x: auto; }
  table { width: 100%; border-spacing: 0; font-variant-numeric: tabular-nums; }
  th, td { padding: .45rem .8rem; text-align: right; white-space: nowrap; }
  th:last-child, td:last-child { width: 50%; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  th { color: var(--quiet); font-size: .8rem; font-weight: 500; } tbody td { border-top: 1px solid var(--line); }
  @media (max-width: 40rem) {
    body { padding: 1rem; }
    th, td { padding: .45rem .35rem; font-size: .8rem; white-space: normal; vertical-align: top; }
  }
</style>
<main>
  <h1 id="tape">truetape recorder</h1>
  <p id="state" role="status">asking</p>
  <dl id="figures"></dl>
  <div class="wide"><table>
    <thead><tr><th>socket<th>opened<th>frames<th>gaps<th>last heard<th>state</tr></thead>
    <tbody id="connections"></tbody>
  </table></div>
</main>
<script>
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
  const span = (s) => s === null ? 'never' : s < 90 ? s.toFixed(1) + ' s' : s < 5400 ? Math.round(s / 60) + ' min' : (s / 3600).toFixed(1) + ' h';
  const bytes = (b) => b === null ? 'n/a' : b < 1e9 ? (b / 1e6).toFixed(1) + ' MB' : (b / 1e9).toFixed(1) + ' GB';
  function show(s) {
    element('tape').textContent = s.feed + ' to ' + s.tape;
    element('state').textContent = s.trouble || 'recording';
    element('state').className = s.trouble ? 'bad' : 'good';
    element('figures').replaceChildren(...[
      ['frames', count.format(s.frames)], ['frames a second', count.format(s.framesPerSecond)], ['recording for', span(s.seconds)],
      ['last frame', span(s.lastFrameSeconds)], ['gaps', count.format(s.gaps)], ['reconnects', count.format(s.reconnects)],
      ['markets', s.markets === 0 ? 'all' : count.format(s.markets)], ['payload', bytes(s.rawBytes)], ['on disk', bytes(s.diskBytes)],
      ['free disk', bytes(s.diskFreeBytes)], ['timer lag', s.lagMs + ' ms'], ['venue lag', s.venueLagMs === null ? 'n/a' : Math.round(s.venueLagMs) + ' ms'],
    ].map(figure));
    element('connections').replaceChildren(...s.connections.map((c, i) =>
      row([c.line ? i + 1 + ', line ' + c.line : i + 1, count.format(c.opened), count.format(c.frames), count.format(c.gaps), span(c.heardSeconds), c.connected ? 'connected' : c.trouble || 'connecting'])));
  }
  async function ask() {
    try {
      const answer = await fetch('/status' + location.search);
      if (!answer.ok) throw new Error(await answer.text());
      show(await answer.json());
    } catch (error) {
      element('state').textContent = 'the recorder does not answer: ' + error.message;
      element('state').className = 'bad';
    }
    setTimeout(ask, 1000);
  }
  ask();
</script>
</html>
`;
