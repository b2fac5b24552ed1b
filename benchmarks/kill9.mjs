/**
 * `kill9.mjs [--seconds 120] [--rate 10000] [--mean 20] [--seed 1]`: what does kill -9 cost?
 *
 * A process appends numbered frames, flushes every 250 ms and says after each flush how far it came. It is killed with
 * SIGKILL at random times and started again at once, on the same tape. In the end every frame that was flushed before
 * a kill must be on the tape, once and in order; prints the counts as JSON, and exits with 1 if one is not.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FrameView } from '../dist/market/frame.js';
import { Rng } from '../dist/market/rng.js';
import { openTape } from '../dist/tape/tape.js';
import { TapeWriter } from '../dist/tape/writer.js';

const FLUSH_MS = 250;
const self = fileURLToPath(import.meta.url);
const tapeFacts = { feed: 'numbers', source: { benchmark: 'kill9' }, instruments: [] };
const padding = 'x'.repeat(180);

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    rate: { type: 'string', default: '10000' },
    mean: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    // What the parent tells the process that writes.
    life: { type: 'string' },
    tape: { type: 'string' },
  },
});
const rate = Number(values.rate);
const mean = Number(values.mean) * 1000;

if (values.life === undefined) await killAgainAndAgain();
else await write(values.tape, Number(values.life));

async function killAgainAndAgain() {
  const folder = mkdtempSync(join(tmpdir(), 'truetape-kill9-'));
  const tape = join(folder, 'tape');
  const random = new Rng(values.seed);
  const until = performance.now() + Number(values.seconds) * 1000;
  /** Of each life, how many frames were flushed for sure. */
  const flushed = [];
  let recoveredFrames = 0;
  let tornBytes = 0;
  try {
    while (performance.now() < until) {
      const life = flushed.push(0) - 1;
      const wait = Math.min(-Math.log((random.below(1e6) + 1) / 1e6) * mean, until - performance.now());
      const args = ['--life', life, '--tape', tape, '--rate', rate, '--mean', values.mean].map(String);
      const child = spawn(process.execPath, [self, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
      createInterface(child.stdout).on('line', (line) => {
        const said = JSON.parse(line);
        if (said.flushed !== undefined) flushed[life] = said.flushed;
        recoveredFrames += said.recovered?.frames ?? 0;
        tornBytes += said.recovered?.tornBytes ?? 0;
      });
      await sleep(wait);
      child.kill('SIGKILL');
      if ((await ended) !== 'SIGKILL') throw new Error(`life ${life} ended before it was killed (seed ${values.seed})`);
    }
    const asLeft = await compare(tape, flushed);
    const last = await TapeWriter.open(tape, tapeFacts);
    await last.close();
    const closed = await compare(tape, flushed);
    const kills = flushed.length;
    const sum = flushed.reduce((total, count) => total + count, 0);
    const sound = [asLeft, closed].every(({ lost, twice, outOfOrder }) => lost + twice + outOfOrder === 0);
    console.log(
      JSON.stringify({ seed: values.seed, kills, flushed: sum, recoveredFrames, tornBytes, asLeft, closed, sound }),
    );
    process.exitCode = sound ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Frames on the tape against what each life has flushed. */
async function compare(path, flushed) {
  const view = new FrameView();
  const found = flushed.map(() => 0);
  const counts = { frames: 0, segments: 0, lost: 0, twice: 0, outOfOrder: 0 };
  let lastLife = 0;
  const tape = await openTape(path);
  counts.segments = tape.header.segments.length;
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) {
      const { life, number } = JSON.parse(view.at(batch, i).text());
      counts.frames++;
      if (number < found[life]) counts.twice++;
      else if (number > found[life] || life < lastLife) counts.outOfOrder++;
      found[life] = number + 1;
      lastLife = life;
    }
  }
  for (const [life, count] of flushed.entries()) counts.lost += Math.max(0, count - found[life]);
  return counts;
}

async function write(path, life) {
  const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
  const writer = await TapeWriter.open(path, tapeFacts);
  if (writer.recovered) say({ recovered: writer.recovered });
  const encoder = new TextEncoder();
  const started = performance.now();
  let number = 0;
  let flushes = 0;
  let rotations = 0;
  setInterval(() => {
    const elapsed = performance.now() - started;
    for (; number < (elapsed / 1000) * rate; number++) {
      const receivedAt = BigInt(Date.now()) * 1_000_000n;
      const payload = encoder.encode(`{"life":${life},"number":${number},"padding":"${padding}"}`);
      writer.append({ receivedAt, connection: 0, direction: 0, binary: false, payload });
    }
    if (elapsed > flushes * FLUSH_MS) {
      flushes++;
      writer.flush();
      say({ flushed: number });
      if (flushes % 4 === 0) writer.sync();
    }
    // More often than a full segment would ask for, so that kills meet every stage of packing.
    if (writer.segmentIsFull || elapsed > (rotations + 1) * (mean / 3)) {
      rotations++;
      writer.rotate();
    }
  }, 5);
}
