/**
 * `node benchmarks/paper.mjs [frames per second] [--bursts]`: how long from a frame's bytes read off the socket to the order
 * that it leads to? A paper session of `spread_capture` against the fixture, served by a process of its own at that rate:
 * evenly, or with all the bursts of the recording squeezed by as much as its mean rate takes. The time counts from the
 * read of the chunk that the frame came in, so frames behind others in a chunk have waited; orders of timers do not
 * count. Prints milliseconds as JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Receiver } from 'ws';
import { paperConfigSchema } from '../dist/live/config.js';
import { PaperSession } from '../dist/live/session.js';
import { FrameView } from '../dist/market/frame.js';
import { openTape } from '../dist/tape/tape.js';
import { TapeWriter } from '../dist/tape/writer.js';

const hasBursts = process.argv.includes('--bursts');
const [rate = 2_000] = process.argv
  .slice(2)
  .filter((word) => word !== '--bursts')
  .map(Number);
const root = fileURLToPath(new URL('..', import.meta.url));
const fixture = `${root}fixtures/kalshi-btc15m`;
const folder = mkdtempSync(join(tmpdir(), 'truetape-paper-'));
const { frames, span } = await openTape(fixture);
const speed = hasBursts ? (rate * (span.to - span.from)) / 1e6 / frames : 1;
const tape = hasBursts ? fixture : await spreadOut(join(folder, 'even'));

/** When the chunk that is being worked on was read; undefined between chunks. */
let readAt;
const { _write } = Receiver.prototype;
Receiver.prototype._write = function (chunk, ...rest) {
  readAt = performance.now();
  _write.call(this, chunk, ...rest);
  readAt = undefined;
};
const delays = [];
const watch = {
  write(table, row) {
    if (table === 'orders' && row.step === 'placed' && readAt !== undefined) delays.push(performance.now() - readAt);
  },
};

const server = spawn(process.execPath, [
  ...[`${root}dist/cli/main.js`, 'serve', tape, '--as', 'venue', '--port', '0', '--once'],
  ...['--speed', String(speed)],
]);
try {
  const [url] = await once(createInterface(server.stdout), 'line');
  const config = paperConfigSchema.parse({
    record: {
      tape: join(folder, 'tape'),
      feed: 'kalshi',
      url,
      channels: ['orderbook_delta', 'ticker'],
      markets: ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'],
      timeLapse: { from: '2026-05-13T18:08:18Z', speed },
    },
    run: join(folder, 'run'),
    strategy: 'spread_capture',
    parameters: { requoteMs: 0 },
  });
  const session = await PaperSession.create({ config, log: () => undefined, watch });
  const stop = new AbortController();
  server.on('exit', () => stop.abort());
  const started = performance.now();
  const manifest = await session.run(stop.signal);
  const took = (performance.now() - started) / 1000;
  delays.sort((a, b) => a - b);
  const at = (share) => delays[Math.floor(share * (delays.length - 1))];
  const framesPerSecond = Math.round(session.feed.frames / took);
  const [p50, p99, most] = [at(0.5), at(0.99), at(1)].map((value) => Math.round(value * 1000) / 1000);
  console.log(JSON.stringify({ framesPerSecond, events: manifest.events, orders: delays.length, p50, p99, most }));
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** The fixture with the same time between any two frames. */
async function spreadOut(path) {
  const { header, read } = await openTape(fixture);
  const { feed, source, instruments } = header;
  const writer = await TapeWriter.create(path, { feed, source, instruments });
  const view = new FrameView();
  for await (const batch of read()) {
    for (let i = 0; i < batch.count; i++) {
      const { sequence, connection, direction, binary } = view.at(batch, i);
      const receivedAt = BigInt(span.from) * 1000n + BigInt(Math.round((sequence * 1e9) / rate));
      writer.append({ receivedAt, connection, direction, binary, payload: view.payload() });
    }
  }
  await writer.close();
  return path;
}
