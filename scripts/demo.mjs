/**
 * The main job, with the commands that a user would type: serve recorded sessions on loopback as the exchanges' sockets,
 * record them, check the recording byte for byte, replay strategies over it, and write the report.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTape } from '../dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const truetape = `${root}dist/cli/main.js`;
const out = 'out/demo';
process.chdir(root);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const sessions = [
  {
    name: 'kalshi-btc15m',
    feed: 'kalshi',
    // What the market's own page said while it was recorded; the socket does not repeat it.
    subscribe: {
      channels: ['ticker', 'orderbook_delta'],
      markets: ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'],
    },
  },
  { name: 'binance-btcusdt', feed: 'binance', subscribe: { messages: ['{"method":"LIST_SUBSCRIPTIONS","id":1}'] } },
];

for (const session of sessions) await recordSession(session);

const kalshi = `${out}/tapes/kalshi-btc15m`;
const settlements = 'fixtures/kalshi-btc15m-settlements.csv';
run('replay', kalshi, '-s', 'spread_capture', '--settlements', settlements, '-o', `${out}/runs/kalshi-spread-capture`);
run('replay', kalshi, '-s', 'yes_80_90', '--settlements', settlements, '-o', `${out}/runs/kalshi-yes-80-90`);
run(
  'replay',
  `${out}/tapes/binance-btcusdt`,
  '-s',
  'spread_capture',
  '--param',
  'size=0.001',
  '--param',
  'maxInventory=0.01',
  '-o',
  `${out}/runs/binance-spread-capture`,
);
const runs = ['kalshi-spread-capture', 'kalshi-yes-80-90', 'binance-spread-capture'].map(
  (name) => `${out}/runs/${name}`,
);
run('report', ...runs, '-o', `${out}/report.html`);
console.log(`\nDone. Open ${out}/report.html; it needs no network.`);

/** Serves a fixture, records it with `truetape record`, stops the recorder as Ctrl-C does, and compares. */
async function recordSession({ name, feed, subscribe }) {
  const fixture = `fixtures/${name}`;
  const tape = `${out}/tapes/${name}`;
  console.log(`$ truetape serve ${fixture} --speed max --once`);
  const server = spawn(process.execPath, [truetape, 'serve', fixture, '--speed', 'max', '--once', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { url } = JSON.parse(await firstLine(server.stdout));
  const { instruments } = (await openTape(fixture)).header;
  const config = `${out}/${name}.yaml`;
  // JSON is YAML too.
  writeFileSync(config, JSON.stringify({ tape, feed, url, ...subscribe, instruments }, null, 2));
  console.log(`$ truetape record ${config}        # ${url}`);
  const recorder = spawn(process.execPath, [truetape, 'record', config], { stdio: ['ignore', 'inherit', 'ignore'] });
  await exit(server);
  recorder.kill('SIGINT');
  if ((await exit(recorder)) !== 0) throw new Error('the recorder failed');
  const [sent, recorded] = [await payloads(fixture), await payloads(tape)];
  if (sent.length !== recorded.length || sent.some((payload, i) => !payload.equals(recorded[i]))) {
    throw new Error(`${tape}: ${recorded.length} frames recorded are not the ${sent.length} that were sent`);
  }
  console.log(
    `${tape}: all ${sent.length.toLocaleString('en-US')} recorded payloads are byte for byte what was sent\n`,
  );
}

/** What the venue sent, in order. */
async function payloads(path) {
  const found = [];
  for await (const batch of (await openTape(path)).read()) {
    for (let i = 0; i < batch.count; i++) {
      if (batch.direction[i] === 0)
        found.push(Buffer.from(batch.bytes.subarray(batch.offsets[i], batch.offsets[i + 1])));
    }
  }
  return found;
}

function run(...args) {
  console.log(`$ truetape ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [truetape, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

async function firstLine(stream) {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('the server did not start');
}

function exit(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}
