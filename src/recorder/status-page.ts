import { pageScript, pageStyle } from './page-parts.ts';

/** The recorder's page for a browser: asks /status every second. Values are set as text, never as markup. */
export const statusPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>truetape recorder</title>
<style>${pageStyle}
  th:last-child, td:last-child { width: 50%; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  @media (max-width: 40rem) { th, td { padding: .45rem .35rem; font-size: .8rem; white-space: normal; vertical-align: top; } }
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
<script>${pageScript}
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
