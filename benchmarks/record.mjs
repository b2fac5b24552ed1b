/**
 * `node benchmarks/record.mjs [seconds] [frames per second] [markets]`: one recorder process against one socket on loopback that
 * sends numbered frames of 200 bytes. Counts what is on the tape afterwards; prints loss, memory, processor time, and how
 * late stamps were. With markets, the frames are Kalshi's changes of so many books, and the recorder follows them.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { openTape } from '../dist/index.js';

const [seconds = 60, rate = 100_000, markets = 0] = process.argv
  .slice(2)
  .filter((word) => word !== '--json')
  .map(Number);
const json = process.argv.includes('--json');
const FRAME_BYTES = 200;
const TICK_MS = 5;
/** Starting Node costs as much as minutes of a quiet recording: processor time counts from here on. */
const SETTLE_MS = 5000;

if (process.argv[2] === 'serve') await serve();
else await measure();

/** A venue in a process of its own: frames `{"number":000000001,"sent":..` as the clock asks for them. */
async function serve() {
  const [, , , forSeconds, perSecond, ofMarkets] = process.argv.map(Number);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('listening', () => process.stdout.write(`${server.address().port}\n`));
  server.on('connection', (socket) => {
    const raw = socket._socket;
    const header = Buffer.from([0x81, 126, FRAME_BYTES >> 8, FRAME_BYTES & 255]);
    const started = performance.now();
    let number = 0;
    const total = forSeconds * perSecond;
    const tick = () => {
      const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * perSecond));
      if (due > number && raw.writableLength < 64 << 20) {
        const chunk = Buffer.alloc((due - number) * (header.length + FRAME_BYTES), 'x');
        for (let at = 0; number < due; at += header.length + FRAME_BYTES) {
          header.copy(chunk, at);
          chunk.write(frameText(++number, ofMarkets), at + header.length, 'latin1');
        }
        raw.write(chunk);
      }
      if (number < total) setTimeout(tick, TICK_MS);
      else socket.close(1000, 'that was all');
    };
    tick();
  });
}

/** 200 bytes with its number and time of sending, for `count`; JSON where a feed is to follow it. */
function frameText(number, ofMarkets) {
  const tag = `"number":${String(number).padStart(9, '0')},"sent":${Date.now()}`;
  if (ofMarkets === 0) return `{${tag}`;
  const market = `KXBENCH-26NOV21-${String(number % ofMarkets).padStart(3, '0')}`;
  const head = `{"type":"orderbook_delta","sid":1,"seq":${number},"msg":{"market_ticker":"${market}","price_dollars":"0.${10 + (number % 80)}00","delta_fp":"1.00","side":"yes",${tag}}`;
  return `${head.padEnd(FRAME_BYTES - 1)}}`;
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'truetape-record-'));
  const own = fileURLToPath(import.meta.url);
  try {
    const server = spawn(process.execPath, [own, 'serve', ...[seconds, rate, markets].map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise((resolve) => server.stdout.once('data', (text) => resolve(Number(text))));
    const tape = join(folder, 'tape');
    writeFileSync(
      join(folder, 'record.yaml'),
      JSON.stringify({ tape, feed: markets > 0 ? 'kalshi' : 'bench', url: `ws://127.0.0.1:${port}` }),
    );
    const truetape = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
    const started = performance.now();
    const recorder = spawn(process.execPath, [truetape, 'record', join(folder, 'record.yaml'), '--json'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    let peak = 0;
    /** Of the process when it has settled, and at its end. */
    const processor = { from: undefined, to: undefined };
    const disconnected = new Promise((resolve) => {
      recorder.stderr.on('data', (text) => {
        log += text;
        if (log.includes('disconnected')) resolve();
      });
    });
    const watching = setInterval(() => {
      peak = Math.max(peak, residentMb(recorder.pid));
      const at = { time: performance.now(), spent: processorTime(recorder.pid) };
      if (at.spent === undefined) return;
      if (at.time - started < SETTLE_MS) processor.from = at;
      processor.to = at;
    }, 100);
    await disconnected;
    const tookSeconds = (performance.now() - started) / 1000;
    recorder.kill('SIGINT');
    await new Promise((resolve) => recorder.once('exit', resolve));
    clearInterval(watching);
    server.kill();
    print({ ...(await count(tape)), tookSeconds, peakMb: peak, processor });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Frames in order, lost and doubled; how long after sending they were stamped. */
async function count(path) {
  let expected = 1;
  let lost = 0;
  let frames = 0;
  const late = [];
  for await (const batch of (await openTape(path)).read()) {
    for (let i = 0; i < batch.count; i++) {
      if (batch.direction[i] !== 0) continue;
      const text = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + batch.offsets[i], FRAME_BYTES).toString(
        'latin1',
      );
      const [, number, sent] = /"number":(\d+),"sent":(\d+)/.exec(text);
      if (Number(number) < expected) throw new Error(`frame ${number} twice or out of order`);
      lost += Number(number) - expected;
      expected = Number(number) + 1;
      frames++;
      if (frames % 97 === 0) late.push(batch.receivedAt[i] / 1000 - Number(sent));
    }
  }
  late.sort((a, b) => a - b);
  return { frames, lost: lost + (seconds * rate + 1 - expected), late };
}

function residentMb(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return 0;
  }
}

/** Processor time of the process so far, all threads, seconds; undefined once it is gone. Linux counts it in hundredths. */
function processorTime(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return undefined;
  }
}

function print({ frames, lost, late, tookSeconds, peakMb, processor: { from, to } }) {
  const quantile = (share) => Number(late[Math.floor(share * (late.length - 1))].toFixed(1));
  const figures = {
    framesPerSecond: Math.round(frames / tookSeconds),
    lost,
    of: seconds * rate,
    peakMb: Math.round(peakMb),
    corePercent: Number(((100_000 * (to.spent - from.spent)) / (to.time - from.time)).toFixed(1)),
    lateMs: { median: quantile(0.5), p99: quantile(0.99), most: quantile(1) },
  };
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(`record.sustained  ${figures.framesPerSecond} frames/s over ${tookSeconds.toFixed(1)} s`);
  console.log(`lost              ${lost} of ${figures.of}`);
  console.log(`record.memory     ${figures.peakMb} MB at most`);
  console.log(`record.processor  ${figures.corePercent} % of a core`);
  const { median, p99, most } = figures.lateMs;
  console.log(`sent to stamped   ${median} ms median, ${p99} ms p99, ${most} ms at most`);
}
