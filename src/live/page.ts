import { pageScript, pageStyle } from '../recorder/page-parts.ts';

/** A session's page for a browser: shows what comes over /live, and asks for nothing. */
export const livePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>truetape paper</title>
<style>${pageStyle}
  main { max-width: 80rem; } #figures { grid-template-columns: repeat(6, 1fr); }
  .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 1rem; }
  h2 { font-size: .95rem; margin: 1.4rem 0 .5rem; } h2 small { color: var(--quiet); font-weight: 400; }
  #about { color: var(--quiet); font-size: .85rem; margin: 0; overflow-wrap: anywhere; }
  #content.stale { opacity: .5; }
  .good { color: var(--good); } .bad { color: var(--bad); } .none { color: var(--quiet); margin: 0; font-size: .9rem; }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .8rem; }
  #line svg { display: block; width: 100%; height: 180px; }
  #line path { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
  #line line { stroke: var(--quiet); stroke-dasharray: 3 4; vector-effect: non-scaling-stroke; }
  .ends { display: flex; justify-content: space-between; gap: 1rem; color: var(--quiet); font-size: .8rem; font-variant-numeric: tabular-nums; }
  #positions { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .75rem; }
  #positions h3 { font-size: .9rem; margin: 0; overflow-wrap: anywhere; } #positions p { margin: 0; }
  #positions .title { color: var(--quiet); font-size: .8rem; overflow-wrap: anywhere; }
  #positions .held { font-size: 1.15rem; font-variant-numeric: tabular-nums; } #positions .more { color: var(--quiet); font-size: .8rem; font-variant-numeric: tabular-nums; }
  th, td { padding: .35rem .7rem; text-align: left; font-size: .85rem; vertical-align: top; }
  td { white-space: normal; overflow-wrap: anywhere; } td.number, th.number { text-align: right; white-space: nowrap; } td.fixed { white-space: nowrap; }
  @media (max-width: 40rem) {
    #figures { grid-template-columns: repeat(2, 1fr); gap: .5rem; } dl dd { font-size: 1.1rem; }
    thead { display: none; } table, tbody { display: block; }
    tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .8rem; padding: .4rem .7rem; } tr + tr { border-top: 1px solid var(--line); }
    tbody td, tbody td.number { border: 0; padding: .05rem 0; text-align: left; white-space: normal; } td.whole { grid-column: 1 / -1; } td:empty { display: none; }
    td::before { content: attr(data-name) ' '; color: var(--quiet); }
  }
</style>
<main>
  <h1 id="strategy">truetape paper</h1>
  <p id="about"></p>
  <p id="state" role="status">asking</p>
  <div id="content">
    <dl id="figures"></dl>
    <h2>Equity <small id="gain"></small></h2><div id="line" class="card"></div>
    <h2>Positions <small id="position-count"></small></h2><div id="positions"></div>
    <h2>Open orders <small id="order-count"></small></h2><div id="orders"></div>
    <h2>Last decisions</h2><div id="decisions"></div>
    <h2>Last fills</h2><div id="fills"></div>
    <h2>Feed <small id="feed-about"></small></h2><div id="connections"></div>
    <div class="pair">
      <div><h2>Parts</h2><div id="parts"></div></div>
      <div><h2>Last states</h2><div id="history"></div></div>
    </div>
    <h2>Last notes</h2><div id="notes"></div>
  </div>
</main>
<script>${pageScript}
  const SHOWN = 8;
  const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const amount = (text) => money.format(text).replace(/^-(?=0\\.00$)/, '');
  const signed = (text) => (Number(text) > 0 ? '+' : '') + amount(text);
  const clock = (micros) => new Date(micros / 1000).toISOString().slice(11, 19);
  const node = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text, className: className || '' });
  const sign = (text) => Number(text) > 0 ? 'good' : Number(text) < 0 ? 'bad' : '';
  const none = (text) => node('p', text, 'none');
  const market = (instrument) => instrument.replace(/^[^:]*:/, '');
  /** A column is its name, its class, and its cell's text of a row. */
  function table(rows, empty, columns) {
    if (rows.length === 0) return none(empty);
    const whole = document.createElement('table');
    const head = whole.createTHead().insertRow();
    for (const [name, className] of columns) head.append(node('th', name, className));
    const body = whole.createTBody();
    for (const one of rows) {
      const tr = body.insertRow();
      for (const [name, className, text] of columns) {
        const td = node('td', text(one), className);
        td.dataset.name = name;
        tr.append(td);
      }
    }
    const wide = node('div', '', 'wide');
    wide.append(whole);
    return wide;
  }
  const put = (id, ...nodes) => element(id).replaceChildren(...nodes);
  function equityLine(points, start) {
    if (points.length < 2) return [none('no equity yet')];
    const values = points.map((point) => point[1]).concat(start);
    const least = Math.min(...values), most = Math.max(...values);
    const from = points[0][0], to = points[points.length - 1][0];
    const x = (time) => (1000 * (time - from) / Math.max(to - from, 1e-9)).toFixed(1);
    const y = (value) => (most === least ? 90 : 8 + 164 * (most - value) / (most - least)).toFixed(1);
    const shape = (tag, attributes) => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const name in attributes) made.setAttribute(name, attributes[name]);
      return made;
    };
    const svg = shape('svg', { viewBox: '0 0 1000 180', preserveAspectRatio: 'none', role: 'img', 'aria-label': 'equity over time' });
    svg.append(shape('line', { x1: 0, x2: 1000, y1: y(start), y2: y(start) }));
    svg.append(shape('path', { d: 'M' + points.map(([time, value]) => x(time) + ' ' + y(value)).join('L') }));
    const ends = (left, middle, right) => {
      const div = node('div', '', 'ends');
      div.append(node('span', left), node('span', middle), node('span', right));
      return div;
    };
    return [svg, ends(clock(from * 1e6), 'lowest ' + amount(least) + ', highest ' + amount(most), clock(to * 1e6))];
  }
  function card(p) {
    const div = node('div', '', 'card');
    div.append(node('h3', market(p.instrument)));
    if (p.title) div.append(node('p', p.title, 'title'));
    div.append(node('p', (p.outcome ? p.outcome.toUpperCase() + ' ' : '') + p.size + (p.price === null ? '' : ' at ' + p.price), 'held'));
    div.append(node('p', signed(p.unrealised) + ' unrealised', sign(p.unrealised)));
    div.append(node('p', 'valued at ' + p.mark + ', realised ' + signed(p.realised) + ', fees ' + amount(p.fees), 'more'));
    return div;
  }
  const listed = (shown, all) => all === 0 ? '' : shown < all ? shown + ' of ' + count.format(all) : count.format(all);
  function show(s) {
    const m = s.money;
    element('strategy').textContent = s.strategy + ' on paper';
    element('about').textContent = s.tape + ' to ' + s.run;
    const trouble = s.halted !== null ? 'HALTED: ' + s.halted : s.stopped !== null ? 'strategy stopped: ' + s.stopped : '';
    element('state').textContent = [trouble, s.isWell ? s.state + ', ' + s.health : s.health].filter(Boolean).join(' \\u00b7 ');
    element('state').className = !s.isWell || trouble ? 'bad' : s.health === 'ok' ? 'good' : 'warn';
    const c = s.counts;
    put('figures', ...[
      ['equity', m ? amount(m.equity) : 'n/a'], ['profit and loss', m ? signed(m.profit) : 'n/a', m && m.profit], ['cash', m ? amount(m.cash) : 'n/a'],
      ['positions worth', m ? amount(m.positionValue) : 'n/a'], ['realised', m ? signed(m.realised) : 'n/a', m && m.realised], ['unrealised', m ? signed(m.unrealised) : 'n/a', m && m.unrealised],
      ['fees', m ? amount(m.fees) : 'n/a'], ['tape time (UTC)', s.time ? s.time.slice(11, 19) : 'n/a'], ['decisions', count.format(c.decisions)],
      ['orders placed', count.format(c.placed)], ['fills', count.format(c.fills)], ['blocked, rejected', count.format(c.blocked) + ', ' + count.format(c.rejected)],
    ].map(([name, value, colour]) => {
      const made = figure([name, value]);
      if (colour) made.lastChild.className = sign(colour);
      return made;
    }));
    element('gain').textContent = m ? signed(m.profit) : '';
    put('line', ...equityLine(s.equityLine, m ? Number(m.equity) - Number(m.profit) : 0));
    element('position-count').textContent = listed(s.positions.length, s.positionCount);
    put('positions', ...(s.positions.length === 0 ? [none('nothing is held')] : s.positions.map(card)));
    element('order-count').textContent = listed(s.orders.length, s.orderCount);
    const time = ['time', 'fixed', (r) => clock(r.time)], instrument = ['market', 'whole', (r) => market(r.instrument)];
    const order = (r) => [r.side, r.size, r.outcome === 'no' ? 'NO' : '', r.price === '' ? 'at the market' : 'at ' + r.price].filter(Boolean).join(' ');
    put('orders', table(s.orders, 'no order is open', [time, instrument, ['order', 'whole', order], ['filled', 'number', (r) => r.filled], ['state', '', (r) => r.state], ['tag', '', (r) => r.tag]]));
    put('decisions', table(s.decisions.slice(0, SHOWN), 'none yet', [time, instrument, ['action', '', (r) => r.action], ['confidence', 'number', (r) => r.confidence === null ? '' : r.confidence.toFixed(2)], ['reason', 'whole', (r) => r.reason]]));
    put('fills', table(s.fills.slice(0, SHOWN), 'none yet', [time, instrument, ['fill', 'whole', (r) => r.kind === 'settlement' ? 'settled ' + r.size + ' at ' + r.price : order(r)], ['fee', 'number', (r) => r.fee], ['position', 'number', (r) => r.position], ['evidence', '', (r) => r.grade.replaceAll('_', ' ')]]));
    const f = s.feed;
    element('feed-about').textContent = f ? count.format(f.frames) + ' frames, ' + count.format(f.framesPerSecond) + ' a second, last ' + span(f.lastFrameSeconds) + ' ago' : '';
    put('connections', table(f ? f.connections.map((connection, i) => ({ i, ...connection })) : [], 'none yet', [['socket', 'number', (r) => r.i + 1 + (r.line ? ', line ' + r.line : '')], ['opened', 'number', (r) => count.format(r.opened)], ['frames', 'number', (r) => count.format(r.frames)], ['gaps', 'number', (r) => count.format(r.gaps)], ['last heard', 'number', (r) => span(r.heardSeconds)], ['state', 'whole', (r) => r.connected ? 'connected' : r.trouble || 'connecting']]));
    put('parts', table(s.parts, '', [['part', '', (r) => r.name + (r.isCritical ? ' (critical)' : '')], ['state', 'whole', (r) => r.trouble || 'works']]));
    put('notes', table(s.notes.slice(0, SHOWN), 'none yet', [time, ['kind', '', (r) => r.kind], instrument, ['text', 'whole', (r) => r.text]]));
    put('history', table(s.history.slice(-SHOWN).reverse(), 'none yet', [['at', 'fixed', (r) => r.at.slice(11, 19)], ['change', '', (r) => r.from + ' to ' + r.to + (r.times > 1 ? ', ' + r.times + ' times' : '')], ['reason', 'whole', (r) => r.reason]]));
  }
  let heardAt = performance.now();
  function lost(text) {
    element('state').textContent = text;
    element('state').className = 'bad';
    element('content').className = 'stale';
  }
  function open() {
    const socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/\\/(?=$|[?#])/, '/live').replace(/#.*/, ''));
    socket.onmessage = ({ data }) => {
      heardAt = performance.now();
      element('content').className = '';
      show(JSON.parse(data));
    };
    socket.onclose = () => {
      lost('the session does not answer');
      setTimeout(open, 1000);
    };
  }
  setInterval(() => {
    const silent = (performance.now() - heardAt) / 1000;
    if (silent > 5) lost('the session has said nothing for ' + span(silent));
  }, 1000);
  open();
</script>
</html>
`;
