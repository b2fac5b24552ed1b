import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Direction, FrameView } from '../../src/market/frame.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { TapeServer } from '../../src/replay/server.ts';
import { openTape } from '../../src/tape/tape.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A venue on loopback that talks as `talk` says on each connection. */
async function venue(talk: (socket: WebSocket, connection: number) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', (socket) => talk(socket, ++connections));
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function framesOf(
  path: string,
): Promise<{ direction: Direction; connection: number; binary: boolean; payload: Buffer }[]> {
  const view = new FrameView();
  const frames = [];
  for await (const batch of (await openTape(path)).read()) {
    for (let i = 0; i < batch.count; i++) {
      const { direction, connection, binary } = view.at(batch, i);
      frames.push({ direction, connection, binary, payload: Buffer.from(view.payload()) });
    }
  }
  return frames;
}

function config(url: string, extra: object = {}) {
  return recordConfigSchema.parse({ tape: join(folder(), 'tape'), feed: 'kalshi', url, ...extra });
}

describe('a recording', () => {
  it('holds what the socket delivered, what we said, and what happened to the connection', async () => {
    const stop = new AbortController();
    const url = await venue((socket) => {
      socket.on('message', (message) => {
        socket.send(`{"echo":${message}}`);
        socket.send('Ünïcode ✓');
        socket.send(Buffer.from([0, 255, 10, 13]), { binary: true });
        socket.send('', () => setTimeout(() => stop.abort(), 50));
      });
    });
    const recorder = await Recorder.create(config(url, { channels: ['ticker'], markets: ['A-1'] }));
    await recorder.run(stop.signal);
    const frames = await framesOf(join(folder(), 'tape'));
    const command = '{"id":1,"cmd":"subscribe","params":{"channels":["ticker"],"market_tickers":["A-1"]}}';
    expect(frames.map(({ direction, binary, payload }) => [direction, binary, payload.toString('latin1')])).toEqual([
      [Direction.note, false, JSON.stringify({ note: 'connected', url })],
      [Direction.out, false, command],
      [Direction.in, false, `{"echo":${command}}`],
      [Direction.in, false, Buffer.from('Ünïcode ✓').toString('latin1')],
      [Direction.in, true, '\x00\xff\n\r'],
      [Direction.in, false, ''],
      [Direction.note, false, JSON.stringify({ note: 'disconnected', code: 1000, reason: 'stopped by us' })],
    ]);
  });

  it('goes on after the venue closes, on a connection of its own number', async () => {
    const stop = new AbortController();
    const url = await venue((socket, connection) => {
      socket.send(`hello ${connection}`, () => {
        if (connection === 1) socket.close(1012, 'restarting');
        else setTimeout(() => stop.abort(), 50);
      });
    });
    const header = await (await Recorder.create(config(url))).run(stop.signal);
    expect(header.connections.map(({ connection, reason }) => [connection, reason])).toEqual([
      [1, 'restarting'],
      [2, 'stopped by us'],
    ]);
    const words = (await framesOf(join(folder(), 'tape'))).filter(({ direction }) => direction === Direction.in);
    expect(words.map(({ connection, payload }) => `${connection} ${payload}`)).toEqual(['1 hello 1', '2 hello 2']);
  });

  it('waits for a venue that is not there, and can be stopped meanwhile', async () => {
    const recorder = await Recorder.create(config('ws://127.0.0.1:9'));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    expect((await recorder.run(stop.signal)).connections).toEqual([]);
    expect(recorder.status).toMatchObject({ connections: [{ connected: false, opened: 0 }] });
    expect(recorder.status.trouble).toMatch(/not connected: .+/);
  });

  it('goes on with a tape that is there: frames and connections are numbered on', async () => {
    const url = await venue((socket, connection) => socket.send(`hello ${connection}`));
    const log: string[] = [];
    for (const _ of [1, 2]) {
      const recorder = await Recorder.create(config(url), (line) => log.push(line));
      const stop = new AbortController();
      const polling = setInterval(() => recorder.status.connections[0].frames > 0 && stop.abort(), 10);
      await recorder.run(stop.signal);
      clearInterval(polling);
    }
    const words = (await framesOf(join(folder(), 'tape'))).filter(({ direction }) => direction === Direction.in);
    expect(words.map(({ connection, payload }) => `${connection} ${payload}`)).toEqual(['1 hello 1', '2 hello 2']);
    expect(log).toContain('going on after 3 frames');
  });

  it('is refused while another one writes the same tape', async () => {
    const stop = new AbortController();
    const running = (await Recorder.create(config('ws://127.0.0.1:9'))).run(stop.signal);
    await expect(Recorder.create(config('ws://127.0.0.1:9'))).rejects.toThrow(/tape/);
    stop.abort();
    await running;
  });
});

describe('a tape served again and recorded', () => {
  it.each([
    ['kalshi', fixtures.kalshi, 2],
    ['binance', fixtures.binance, 1],
  ])('gives %s payload for payload what it holds, connection by connection', async (_name, fixture, connections) => {
    const tape = await openTape(fixture);
    const server = await TapeServer.start(tape, {
      port: 0,
      host: '127.0.0.1',
      speed: Number.POSITIVE_INFINITY,
      once: true,
    });
    closers.push(() => server.close());
    expect(server.connections).toBe(connections);
    const stop = new AbortController();
    const recording = (await Recorder.create(config(server.url, { messages: ['go'] }))).run(stop.signal);
    await server.done;
    stop.abort();
    const header = await recording;
    const [sent, recorded] = [await framesOf(fixture), await framesOf(join(folder(), 'tape'))].map((frames) =>
      frames.filter(({ direction }) => direction === Direction.in),
    );
    expect(recorded).toHaveLength(sent.length);
    expect(hashOf(recorded)).toBe(hashOf(sent));
    expect(header.connections).toHaveLength(connections);
  });

  it('at a speed keeps the distances in time', async () => {
    const tape = await openTape(fixtures.kalshi);
    const server = await TapeServer.start(tape, { port: 0, host: '127.0.0.1', speed: 2000, once: true });
    closers.push(() => server.close());
    const stop = new AbortController();
    const timeLapse = { from: '2026-05-13T18:08:18Z', speed: 2000 };
    const recording = (await Recorder.create(config(server.url, { messages: ['go'], timeLapse }))).run(stop.signal);
    await server.done;
    stop.abort();
    const [first] = (await recording).connections;
    // The first market's connection lasted six minutes and 47 seconds; here, with all the delays of a busy machine.
    const lasted = Number(BigInt(first.disconnectedAt ?? 0) - BigInt(first.connectedAt)) / 1e9;
    expect(lasted).toBeGreaterThan(400);
  });
});

function hashOf(frames: readonly { connection: number; payload: Buffer }[]): string {
  const hash = createHash('sha256');
  const first = frames[0].connection;
  for (const { connection, payload } of frames) hash.update(`${connection - first} ${payload.length} `).update(payload);
  return hash.digest('hex');
}
