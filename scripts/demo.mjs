/**
 * The main job, with the commands that a user would type: serve recorded sessions on loopback as the exchanges' sockets,
 * record them, check the recording byte for byte, replay strategies over it, and write the report.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { formatTime, openTape } from '../dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const truetape = `${root}dist/cli/main.js`;
const out = 'out/demo';
process.chdir(root);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** As many times as fast as it was: 8 min 39 s of Kalshi in 17 s. */
const SPEED = 30;

const sessions = [
  {
    name: 'kalshi-btc15m',
    feed: 'kalshi',
    subscribe: {
      channels: ['ticker', 'orderbook_delta'],
      markets: ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'],
    },
    // What the market's own page said while it was recorded; the socket does not repeat it.
    instruments: [
      { symbol: 'KXBTC15M-26MAY131415-15', closesAt: '2026-05-13T18:15:00Z' },
      { symbol: 'KXBTC15M-26MAY131430-30', closesAt: '2026-05-13T18:30:00Z' },
    ],
  },
  {
    name: 'binance-btcusdt',
    feed: 'binance',
    subscribe: { messages: ['{"method":"LIST_SUBSCRIPTIONS","id":1}'] },
    instruments: [{ symbol: 'BTCUSDT', tick: '0.01000000', lot: '0.00001000', currency: 'USDT' }],
  },
];

console.log(`Two sessions, served and recorded at ${SPEED} times their speed:\n`);
await Promise.all(sessions.map(recordSession));

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
async function recordSession({ name, feed, subscribe, instruments }) {
  const fixture = `fixtures/${name}`;
  const tape = `${out}/tapes/${name}`;
  const config = `${out}/${name}.yaml`;
  const original = await openTape(fixture);
  const serve = ['serve', fixture, '--speed', String(SPEED), '--once'];
  const server = spawn(process.execPath, [truetape, ...serve, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { url } = JSON.parse(await firstLine(server.stdout));
  const timeLapse = { from: formatTime(original.span.from), speed: SPEED };
  writeFileSync(config, stringify({ tape, feed, url, ...subscribe, instruments, timeLapse }));
  console.log(`$ truetape ${serve.join(' ')}        # ${url}`);
  console.log(`$ truetape record ${config}`);
  const recorder = spawn(process.execPath, [truetape, 'record', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  const recorded = text(recorder.stdout);
  if ((await exit(server)) !== 0) throw new Error(`the server of ${fixture} failed`);
  recorder.kill('SIGINT');
  if ((await exit(recorder)) !== 0) throw new Error(`the recorder of ${tape} failed`);
  console.log((await recorded).trimEnd());
  const [sent, received] = [await payloads(original), await payloads(await openTape(tape))];
  if (sent.length !== received.length || sent.some((payload, i) => !payload.equals(received[i]))) {
    throw new Error(`${tape}: ${received.length} frames recorded are not the ${sent.length} that were sent`);
  }
  console.log(
    `${tape}: all ${sent.length.toLocaleString('en-US')} recorded payloads are byte for byte what was sent\n`,
  );
}

/** What the venue sent, in order. */
async function payloads(tape) {
  const found = [];
  for await (const batch of tape.read()) {
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
  let line = '';
  for await (const chunk of stream) {
    line += chunk;
    if (line.includes('\n')) return line.slice(0, line.indexOf('\n'));
  }
  throw new Error('the server did not start');
}

function exit(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}
