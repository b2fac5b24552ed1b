/** What the recorder tells on the tape of its own slowness and of the venue's clock, from a socket to the header. */
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

it('a recorder that cannot read for a while says so on the tape, and so does a venue whose clock runs ahead', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  closers.push(() => server.close());
  const hourAhead = Date.now() + 3_600_000;
  server.on('connection', (socket) => socket.send(`{"type":"ticker","sending_ts_ms":${hourAhead},"sid":1,"msg":{}}`));
  const { port } = server.address() as { port: number };
  const tape = join(folder(), 'tape');
  const config = recordConfigSchema.parse({ tape, feed: 'kalshi', url: `ws://127.0.0.1:${port}` });
  const log: string[] = [];
  const recorder = await Recorder.create(config, (line) => log.push(line));
  const stop = new AbortController();
  const recording = recorder.run(stop.signal);
  const waiting = setInterval(() => {
    if (recorder.status.frames < 2) return;
    clearInterval(waiting);
    // The whole process stands still, as under a disk that does not answer.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    setTimeout(() => stop.abort(), 100);
  }, 10);
  const { stalls, connections } = await recording;
  expect(stalls.count).toBeGreaterThan(0);
  expect(stalls.longest).toBeGreaterThan(400);
  expect(log.join('\n')).toMatch(/nothing could be read for \d+ ms/);
  const [{ frames, clock }] = connections;
  expect(frames).toBe(1);
  expect(clock?.least).toBeLessThan(-3_000_000);
  expect((await openTape(tape)).header.stalls).toEqual(stalls);
});
