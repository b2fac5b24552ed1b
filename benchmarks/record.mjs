/**
 * `node benchmarks/record.mjs [seconds] [frames per second]`: one recorder process against one socket on loopback that
 * sends numbered frames of 200 bytes. Counts what is on the tape afterwards; prints loss, memory, and how late stamps were.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { openTape } from '../dist/index.js';

const [seconds = 60, rate = 100_000] = process.argv.slice(2).map(Number);
const FRAME_BYTES = 200;
const TICK_MS = 5;

if (process.argv[2] === 'serve') await serve();
else await measure();

/** A venue in a process of its own: frames `{"number":000000001,"sent":..` as the clock asks for them. */
async function serve() {
  const [, , , forSeconds, perSecond] = process.argv.map(Number);
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
          chunk.write(
            `{"number":${String(++number).padStart(9, '0')},"sent":${Date.now()}`,
            at + header.length,
            'latin1',
          );
        }
        raw.write(chunk);
      }
      if (number < total) setTimeout(tick, TICK_MS);
      else socket.close(1000, 'that was all');
    };
    tick();
  });
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'truetape-record-'));
  const own = fileURLToPath(import.meta.url);
  try {
    const server = spawn(process.execPath, [own, 'serve', String(seconds), String(rate)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise((resolve) => server.stdout.once('data', (text) => resolve(Number(text))));
    const tape = join(folder, 'tape');
    writeFileSync(join(folder, 'record.yaml'), JSON.stringify({ tape, feed: 'bench', url: `ws://127.0.0.1:${port}` }));
    const truetape = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
    const started = performance.now();
    const recorder = spawn(process.execPath, [truetape, 'record', join(folder, 'record.yaml'), '--json'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    let peak = 0;
    const disconnected = new Promise((resolve) => {
      recorder.stderr.on('data', (text) => {
        log += text;
        if (log.includes('disconnected')) resolve();
      });
    });
    const watching = setInterval(() => {
      peak = Math.max(peak, residentMb(recorder.pid));
    }, 100);
    await disconnected;
    const tookSeconds = (performance.now() - started) / 1000;
    recorder.kill('SIGINT');
    await new Promise((resolve) => recorder.once('exit', resolve));
    clearInterval(watching);
    server.kill();
    print({ ...(await count(tape)), tookSeconds, peakMb: peak });
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
      const text = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + batch.offsets[i], 60).toString('latin1');
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

function print({ frames, lost, late, tookSeconds, peakMb }) {
  const quantile = (share) => late[Math.floor(share * (late.length - 1))].toFixed(1);
  console.log(`record.sustained  ${Math.round(frames / tookSeconds)} frames/s over ${tookSeconds.toFixed(1)} s`);
  console.log(`lost              ${lost} of ${seconds * rate}`);
  console.log(`record.memory     ${Math.round(peakMb)} MB at most`);
  console.log(`sent to stamped   ${quantile(0.5)} ms median, ${quantile(0.99)} ms p99, ${quantile(1)} ms at most`);
}
