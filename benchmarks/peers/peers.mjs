/**
 * `npm run bench:peers [recording..]`: the same orders on the same recordings, through truetape and through hftbacktest; fills are
 * compared one by one, and both are timed. README.md beside this file says what it needs and what it found.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importers } from '../../dist/index.js';
import { fifo } from '../../dist/sim/models/fifo.js';
import { printsOnly } from '../../dist/sim/models/queue.js';
import { apart, compare, count } from './compare.mjs';
import { exported, importTape, loadEvents, play } from './play-truetape.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const data = `${root}../shared/data/`;
const out = `${root}out/peers/`;
const python = `${here}.venv/bin/python`;
/** Microseconds there and back. */
const latency = [20_000, 20_000];
/** Events that are timed without orders. */
const EVENTS_TIMED = 10_000_000;

const ladder = [{ from: 1, to: Number.MAX_SAFE_INTEGER, step: 1 }];
/** A perpetual, so that what is not held can be sold. */
const coin = (priceDecimals, sizeDecimals) => [
  { symbol: 'BTCUSDT', kind: 'perpetual', currency: 'USDT', priceDecimals, sizeDecimals, ticks: ladder, lot: 1 },
];
const binance = `${data}binance-ws-raw/`;
const lobster = `${data}lobster-2012-06-21/`;
const levels = [
  ['partial', 'risk-averse'],
  ['whole', 'risk-averse'],
];
const orders = [['whole', 'fifo']];

/** tick and lot: as the venue has them, then in truetape's units. */
const recordings = [
  {
    name: 'binance-futures',
    files: [`${binance}usdm_btcusdt_20240808.gz`],
    plan: (files) => importers.jsonl(files, { feed: 'binance-futures', facts: coin(1, 3) }),
    convert: 'binance_futures',
    ...{ tick: 0.1, lot: 0.001, ours: { tick: 1, lot: 1 }, sizes: [1, 40], runs: levels },
    schedule: { count: 600, seed: 1, life: 8_000_000 },
  },
  {
    name: 'binance-spot',
    files: [`${binance}spot_btcusdt_20240808.gz`, `${binance}spot_btcusdt_20240809.gz`],
    plan: (files) => importers.jsonl(files, { feed: 'binance', facts: coin(2, 8) }),
    convert: 'decoded',
    ...{ tick: 0.01, lot: 0.00001, ours: { tick: 1, lot: 1000 }, sizes: [100, 20_000], runs: levels },
    schedule: { count: 800, seed: 2, life: 10_000_000 },
  },
  {
    name: 'lobster-levels',
    files: [`${lobster}LOBSTER_SampleFile_AMZN_2012-06-21_5.zip`],
    plan: (files) => importers.lobster(files, {}),
    convert: 'lobster_levels',
    ...{ tick: 0.01, lot: 1, ours: { tick: 100, lot: 1 }, sizes: [1, 250], runs: levels },
    schedule: { count: 1500, seed: 3, life: 60_000_000 },
  },
  {
    name: 'lobster-orders-aapl',
    files: [`${lobster}AAPL_2012-06-21_34200000_37800000_message_50.csv.gz`],
    plan: (files) => importers.lobster(files, {}),
    convert: 'lobster_orders',
    ...{ tick: 0.01, lot: 1, ours: { tick: 100, lot: 1 }, sizes: [1, 250], runs: orders },
    schedule: { count: 1000, seed: 4, life: 20_000_000 },
  },
  {
    name: 'lobster-orders-msft',
    files: [`${lobster}MSFT_2012-06-21_34200000_37800000_message_50.parquet`],
    plan: (files) => importers.lobster(files, {}),
    convert: 'lobster_orders',
    ...{ tick: 0.01, lot: 1, ours: { tick: 100, lot: 1 }, sizes: [1, 250], runs: orders },
    schedule: { count: 1000, seed: 5, life: 60_000_000 },
  },
];

if (!existsSync(data)) stop('the recordings are not at ../shared/data: nothing to compare');
const wanted = process.argv.slice(2);
const chosen = recordings.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) stop(`there are ${recordings.map(({ name }) => name).join(', ')}`);
await makeEnvironment();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const loaded = new Map();
for (const { name, files, plan, convert, runs } of chosen) {
  await importTape(`${out}${name}`, await plan(files));
  const events = await loadEvents(`${out}${name}`);
  // Against a model of levels, the orders are not told to ours either.
  if (runs === levels) for (const batch of events.batches) batch.order = undefined;
  loaded.set(name, events);
  if (convert === 'decoded') writeFileSync(`${out}${name}.events`, exported(events));
}
const jobs = chosen.map(({ name, files, convert, tick, lot, sizes, runs, schedule }) => {
  const file = convert === 'decoded' ? `${out}${name}.events` : files[0];
  return { name, file, convert, tick, lot, sizes, runs, schedule, latency, output: `${out}${name}.json` };
});
writeFileSync(`${out}jobs.json`, JSON.stringify(jobs));
run(python, [`${here}peers.py`, `${out}jobs.json`]);

const results = [];
for (const recording of chosen) results.push(await report(recording));
writeFileSync(`${out}results.json`, `${JSON.stringify(results, null, 2)}\n`);
if (jobs.some(({ name }) => name === 'binance-futures')) run(python, [`${here}play_nautilus.py`, `${out}jobs.json`]);

/** Rules of ours, from the peer's on: what each differs in is named. */
function rulesOf(runs) {
  const minimum = { name: 'as hftbacktest: fifo, crossed, all in view', queue: fifo, fillRule: 'crossed', view: 'all' };
  if (runs === orders) return [minimum, { name: 'fifo, prints', queue: fifo, fillRule: 'prints' }];
  return [
    { ...minimum, name: 'as hftbacktest: least of ahead and displayed, crossed, all in view' },
    { name: 'levels out of view are unknown', queue: fifo, fillRule: 'crossed' },
    { name: 'and crossed quotes fill nothing', queue: fifo, fillRule: 'prints' },
    { name: 'prints-only, crossed', queue: printsOnly, fillRule: 'crossed' },
    { name: 'prints-only, prints (the default)', queue: printsOnly, fillRule: 'prints' },
  ];
}

async function report({ name, ours, runs }) {
  const theirs = JSON.parse(readFileSync(`${out}${name}.json`, 'utf8'));
  const placed = theirs.actions.filter((action) => action.do === 'place').length;
  const filled = new Set(Object.values(theirs.runs)[0].map(({ id }) => id)).size;
  console.log(
    `\n${name}: ${theirs.events} events, ${placed} orders (${filled} filled by hftbacktest), ${theirs.actions.length - placed} changes`,
  );
  const comparisons = [];
  const explained = new Map();
  for (const { name: rules, queue, fillRule, view } of rulesOf(runs)) {
    const events = view === 'all' ? allInView(loaded.get(name)) : loaded.get(name);
    const options = { latency, queue, fillRule, ...ours };
    const alone = await apart(theirs.actions, (actions) => play(events, actions, options));
    const together = (await play(events, theirs.actions, options)).fills;
    for (const [exchange, model] of runs) {
      const how = { fillsWhole: exchange === 'whole', entry: latency[0] };
      const { kinds, others } = compare(theirs.actions, alone, theirs.runs[exchange], how);
      const counts = count(kinds, explained.get(exchange));
      if (!explained.has(exchange)) {
        explained.set(exchange, kinds);
        for (const other of others.slice(0, 10)) console.log(`not explained, ${exchange} ${model}: ${other}`);
      }
      const sharing = count(compare(theirs.actions, together, theirs.runs[exchange], how).kinds).same;
      comparisons.push({ rules, against: `${exchange} ${model}`, ...counts, 'same, all at once': sharing });
    }
  }
  console.table(comparisons);
  const speed = await speedOf(loaded.get(name), theirs, ours);
  console.table(speed);
  return { name, events: theirs.events, orders: placed, filled, comparisons, speed };
}

/** hftbacktest takes a level that falls out of view for one that is gone. */
function allInView({ instruments, ...events }) {
  return { ...events, instruments: instruments.map((instrument) => ({ ...instrument, depth: undefined })) };
}

/** Events a second. */
async function speedOf(events, { actions, speed }, ours) {
  const options = { latency, queue: fifo, fillRule: 'crossed', ...ours };
  const rates = { quiet: 0, busy: 0 };
  for (let i = 0; i < 5; i++) {
    const busy = await play(events, actions, options);
    rates.busy = Math.max(rates.busy, busy.events / busy.seconds);
  }
  const rows = events.batches.reduce((sum, { count }) => sum + count, 0);
  for (let i = 0; i < 3; i++) {
    const quiet = await play(events, [], { ...options, times: Math.ceil(EVENTS_TIMED / rows) });
    rates.quiet = Math.max(rates.quiet, quiet.events / quiet.seconds);
  }
  return ['quiet', 'busy'].map((what) => ({
    what,
    truetape: Math.round(rates[what]),
    hftbacktest: Math.round(speed[what]),
    ratio: Number((rates[what] / speed[what]).toFixed(2)),
  }));
}

async function makeEnvironment() {
  const requirements = readFileSync(`${here}requirements.txt`, 'utf8');
  const stamp = `${here}.venv/installed.txt`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === requirements) return;
  rmSync(`${here}.venv`, { recursive: true, force: true });
  run('python3.11', ['-m', 'venv', `${here}.venv`]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', `${here}requirements.txt`]);
  writeFileSync(stamp, requirements);
}

function run(command, parameters) {
  const { status, error } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) stop(`${command} ${parameters.join(' ')}: ${error?.message ?? `ended with ${status}`}`);
}

function stop(why) {
  console.error(why);
  process.exit(1);
}
