/**
 * `npm run bench [name..]`: measures this machine, prints a table and writes out/bench.json.
 *
 * Every figure comes from processes of its own (benchmarks/measure.mjs), run several times; the table gives medians.
 * Names mean the same for ever; a changed meaning gets a new name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { importers, openTape, TapeWriter } from '../dist/index.js';
import { repeatTape } from './repeat.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const lobsterZip = `${root}../shared/data/lobster-2012-06-21/LOBSTER_SampleFile_AMZN_2012-06-21_5.zip`;
const out = `${root}out/bench`;
const RUNS = 5;
/** Long enough that starting and warming up do not count. */
const FRAMES = 2_000_000;
const wanted = process.argv.slice(2);

mkdirSync(out, { recursive: true });
await compileGenerator();
const tapes = { kalshi: `${root}fixtures/kalshi-btc15m`, binance: `${root}fixtures/binance-btcusdt` };
if (existsSync(lobsterZip)) tapes.lobster = await importLobster();
else console.error('the LOBSTER sample is not at ../shared/data: its benchmarks are skipped');

const results = [];
await measure('decode.kalshi', 'frames/s', 'kalshi', ['decode']);
for (const strategy of ['hold', 'spread_capture']) {
  for (const market of Object.keys(tapes))
    await measure(`replay.${strategy}.${market}`, 'events/s', market, ['replay', strategy]);
}
for (const queue of ['prints-only', 'power-1', 'log-1', 'pro-rata'])
  await measure(`replay.queue_latency.${queue}`, 'events/s', 'kalshi', ['replay', 'spread_capture', queue]);
await measure('memory.replay.1m', 'MB', 'kalshi', ['memory', 1_000_000]);
await measure('memory.replay.50m', 'MB', 'kalshi', ['memory', 50_000_000], 1);
await measureCompression();
measureReport();
measurePaper();
measureRecorder();
await measureVerify();

const machine = {
  processor: cpus()[0].model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
writeFileSync(`${root}out/bench.json`, `${JSON.stringify({ machine, results }, null, 2)}\n`);
console.table(
  results.map(({ name, unit, median, min, max, runs }) => ({ name, unit, median, min, max, runs: runs.length })),
);
console.log(
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}; out/bench.json`,
);

async function measure(name, unit, market, job, runs = RUNS) {
  if (wanted.length > 0 && !wanted.some((prefix) => name.startsWith(prefix))) return;
  const tape = market === undefined ? '' : await longTape(market);
  const values = [];
  for (let run = 0; run < runs; run++) {
    const child = spawnSync(process.execPath, [`${root}benchmarks/measure.mjs`, tape, ...job.map(String)], {
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`);
    values.push(Number(child.stdout));
  }
  add(name, unit, values);
}

/** Payloads as JSON lines, nothing around them, against the tape as it lies on disk. */
async function measureCompression() {
  if (wanted.length > 0 && !wanted.some((prefix) => 'tape.compression'.startsWith(prefix))) return;
  for (const market of ['kalshi', 'binance']) {
    const { header, frames } = await openTape(tapes[market]);
    const raw = header.segments.reduce((sum, segment) => sum + segment.rawBytes, 0);
    const packed = header.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    add(market === 'kalshi' ? 'tape.compression' : `tape.compression.${market}`, 'times', [(raw + frames) / packed]);
  }
}

/** From a frame's bytes to the order that it leads to, at 2,000 frames a second: evenly, and with the recording's bursts. */
function measurePaper() {
  if (wanted.length > 0 && !wanted.some((prefix) => 'paper.'.startsWith(prefix) || prefix.startsWith('paper'))) return;
  const delays = (...job) =>
    Array.from({ length: 3 }, () => {
      const child = spawnSync(process.execPath, [`${root}benchmarks/paper.mjs`, ...job], { encoding: 'utf8' });
      if (child.status !== 0) throw new Error(`paper: ${child.stderr}`);
      return JSON.parse(child.stdout);
    });
  const even = delays('2000');
  for (const name of ['p50', 'p99'])
    add(
      `paper.latency.${name}`,
      'ms',
      even.map((run) => run[name]),
    );
  add(
    'paper.latency.bursts.p99',
    'ms',
    delays('2000', '--bursts').map((run) => run.p99),
  );
}

/** 100,000 frames a second as fast as they come; then what a night looks like: 200 markets, 500 frames a second. */
function measureRecorder() {
  if (wanted.length > 0 && !wanted.some((prefix) => 'record.'.startsWith(prefix) || prefix.startsWith('record')))
    return;
  const record = (...job) => {
    const child = spawnSync(process.execPath, [`${root}benchmarks/record.mjs`, ...job.map(String), '--json'], {
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(`record: ${child.stderr}`);
    return JSON.parse(child.stdout);
  };
  const burst = record(60, 100_000);
  add('record.sustained', 'frames/s', [burst.framesPerSecond]);
  add('record.lost', 'frames', [burst.lost]);
  add('record.memory', 'MB', [burst.peakMb]);
  add('record.night', '% of a core', [record(60, 500, 200).corePercent]);
}

/** 100,000 fills, and as many with a million rows of quotes: seconds, memory and size; seconds until the page is open. */
function measureReport() {
  if (wanted.length > 0 && !wanted.some((prefix) => 'report.'.startsWith(prefix) || prefix.startsWith('report')))
    return;
  const folder = `${out}/report`;
  mkdirSync(folder, { recursive: true });
  const child = spawnSync(process.execPath, [`${root}benchmarks/report.mjs`, folder], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`report: ${child.stderr}`);
  const units = { memory: 'MB', size: 'MB' };
  for (const [name, values] of Object.entries(JSON.parse(child.stdout)))
    if (values.length > 0) add(`report.${name}`, units[name] ?? 's', values);
}

/** 20 cases of 100,000 events each, on as many cores as there are. */
async function measureVerify() {
  if (wanted.length > 0 && !wanted.some((prefix) => 'verify.'.startsWith(prefix) || prefix.startsWith('verify')))
    return;
  const folder = `${out}/verify`;
  const tape = `${folder}/tape`;
  if (!existsSync(`${tape}/tape.json`)) {
    mkdirSync(folder, { recursive: true });
    await repeatTape(tapes.kalshi, tape, 100_000);
  }
  const child = spawnSync(process.execPath, [`${root}benchmarks/verify.mjs`, tape, folder], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`verify: ${child.stderr}`);
  const { cached, uncached } = JSON.parse(child.stdout);
  add('verify.cached', 's', [cached]);
  add('verify.uncached', 's', [uncached]);
}

function add(name, unit, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  results.push({
    name,
    unit,
    median: round(median),
    min: round(sorted[0]),
    max: round(sorted.at(-1)),
    runs: values.map(round),
  });
  console.error(`${name}: ${round(median)} ${unit}`);
}

function round(value) {
  return value >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

/** The session repeated to `FRAMES` frames, made once and kept in out/bench. */
async function longTape(market) {
  const path = `${out}/${market}-long`;
  if (existsSync(`${path}/tape.json`) && (await openTape(path)).frames >= FRAMES) return path;
  rmSync(path, { recursive: true, force: true });
  console.error(`making ${path}`);
  await repeatTape(tapes[market], path, FRAMES);
  return path;
}

/** The generator of runs is shared with the tests, which are TypeScript. */
async function compileGenerator() {
  const build = await rolldown({ input: `${root}benchmarks/synthetic-run.ts`, platform: 'node', external: [/^[^./]/] });
  await build.write({ file: `${out}/synthetic-run.mjs`, format: 'esm' });
  await build.close();
}

async function importLobster() {
  const path = `${out}/lobster`;
  if (existsSync(`${path}/tape.json`)) return path;
  const plan = await importers.lobster([lobsterZip], {});
  const writer = await TapeWriter.create(path, { feed: plan.feed, source: {}, instruments: [...plan.instruments] });
  for await (const frame of plan.frames()) writer.append(frame);
  await writer.close();
  return path;
}
