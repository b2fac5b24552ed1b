/** What a venue and a network can do to a recorder. Nothing that was delivered is lost, and the tape says what happened. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { Direction, FrameView, type Note } from '../../src/market/frame.ts';
import { Rng } from '../../src/market/rng.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function venue(
  talk: (socket: WebSocket, connection: number) => void,
  options: ServerOptions = {},
): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', (socket) => talk(socket, ++connections));
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Records until `enough` says so; gives what is on the tape. */
async function record(port: number, enough: (recorder: Recorder) => boolean, extra: object = {}) {
  const tape = join(folder(), 'tape');
  const config = recordConfigSchema.parse({ tape, feed: 'any', url: `ws://127.0.0.1:${port}`, ...extra });
  const log: string[] = [];
  const recorder = await Recorder.create(config, (line) => log.push(line));
  const stop = new AbortController();
  const polling = setInterval(() => {
    if (enough(recorder)) stop.abort();
  }, 10);
  closers.push(() => clearInterval(polling));
  const header = await recorder.run(stop.signal);
  const inbound: Buffer[] = [];
  const outbound: string[] = [];
  const notes: Note[] = [];
  const view = new FrameView();
  for await (const batch of (await openTape(tape)).read()) {
    for (let i = 0; i < batch.count; i++) {
      view.at(batch, i);
      if (view.direction === Direction.in) inbound.push(Buffer.from(view.payload()));
      else if (view.direction === Direction.out) outbound.push(view.text());
      else notes.push(JSON.parse(view.text()) as Note);
    }
  }
  return { tape, header, log, inbound, outbound, notes, texts: inbound.map(String), status: recorder.status };
}

const soon = { firstSeconds: 0.01 };
const frames = (count: number) => (recorder: Recorder) => recorder.status.connections[0].frames >= count;

describe('a venue that misbehaves', () => {
  it('sends malformed JSON, empty texts, invalid UTF-8 and binary: all are kept byte for byte', async () => {
    const invalid = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const port = await venue((socket) => {
      socket.send('{"type":');
      socket.send('');
      socket.send(invalid, { binary: false });
      socket.send(Buffer.from([0, 1, 255]), { binary: true });
      socket.send('after');
    });
    const { inbound } = await record(port, frames(5));
    expect(inbound).toEqual([
      Buffer.from('{"type":'),
      Buffer.alloc(0),
      invalid,
      Buffer.from([0, 1, 255]),
      Buffer.from('after'),
    ]);
  });

  it('sends 16 MB in one frame, then in fragments, compressed', async () => {
    const large = Buffer.alloc(16 << 20, 'abcdefghij');
    const port = await venue(
      (socket) => {
        socket.send(large, { binary: false });
        for (let from = 0; from < large.length; from += 1 << 20) {
          socket.send(large.subarray(from, from + (1 << 20)), { binary: false, fin: from + (1 << 20) >= large.length });
        }
      },
      { perMessageDeflate: true },
    );
    const { inbound } = await record(port, frames(2));
    expect(inbound.map((payload) => payload.equals(large))).toEqual([true, true]);
  });

  it('sends frames byte by byte', async () => {
    const port = await venue((socket) => {
      const raw = (socket as unknown as { _socket: Socket })._socket;
      raw.setNoDelay(true);
      const frame = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]);
      let at = 0;
      const drip = setInterval(() => {
        if (at < frame.length) raw.write(frame.subarray(at, ++at));
        else clearInterval(drip);
      }, 2);
    });
    expect((await record(port, frames(1))).texts).toEqual(['hello']);
  });

  it('breaks the protocol: the connection is closed, said, and opened again', async () => {
    const port = await venue((socket, connection) => {
      socket.send(`hello ${connection}`);
      if (connection === 1) (socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xff, 0xff, 0xff]));
    });
    const { texts, notes } = await record(port, frames(2), { reconnect: soon });
    expect(texts).toEqual(['hello 1', 'hello 2']);
    expect(notes[1]).toMatchObject({
      note: 'disconnected',
      reason: expect.stringContaining('Invalid WebSocket frame'),
    });
  });

  it('cuts 1,000 connections at random: every frame that was delivered is there once, in order', async () => {
    const rng = new Rng('cuts');
    const cuts = 1_000;
    let number = 0;
    const port = await venue((socket, connection) => {
      const count = 1 + Math.floor(rng.unit() * 20);
      for (let i = 0; i < count; i++) socket.send(`frame ${++number}`);
      if (connection > cuts) return;
      if (rng.unit() < 0.5) socket.close(1012, 'restarting');
      // Cut behind the last frame: what is on the wire is delivered, then the connection is gone without a word.
      else socket.send(`frame ${++number}`, () => (socket as unknown as { _socket: Socket })._socket.end());
    });
    const { texts, header } = await record(port, ({ status }) => status.connections[0].opened > cuts, {
      reconnect: { firstSeconds: 0.0001 },
    });
    expect(texts.slice(0, number)).toEqual(texts.map((_, i) => `frame ${i + 1}`));
    expect(header.connections.map(({ connection }) => connection)).toEqual(header.connections.map((_, i) => i + 1));
    expect(header.connections.every(({ reason }) => reason !== undefined)).toBe(true);
  }, 60_000);

  it('goes silent without closing: the watchdog ends it, and the tape says why', async () => {
    const port = await venue((socket, connection) => {
      socket.send(`hello ${connection}`);
      if (connection === 1) (socket as unknown as { _socket: Socket })._socket.pause();
    });
    const { texts, notes } = await record(port, frames(2), { staleSeconds: 0.4, reconnect: soon });
    expect(texts).toEqual(['hello 1', 'hello 2']);
    expect(notes[1]).toMatchObject({ note: 'disconnected', reason: 'nothing heard for 0.4 s' });
  });

  it('takes longer over one message than it may be silent: the connection is alive', async () => {
    const port = await venue((socket) => {
      const raw = (socket as unknown as { _socket: Socket })._socket;
      const frame = Buffer.concat([Buffer.from([0x81, 12]), Buffer.from('slow but sure')]).subarray(0, 14);
      let at = 0;
      const drip = setInterval(() => {
        if (at < frame.length) raw.write(frame.subarray(at, ++at));
        else clearInterval(drip);
      }, 100);
    });
    const { texts, header } = await record(port, frames(1), { staleSeconds: 0.5 });
    expect(texts).toEqual(['slow but sur']);
    expect(header.connections).toHaveLength(1);
  });

  it('was not silent while we ourselves stood still: what waits in the socket is read', async () => {
    const port = await venue((socket, connection) => {
      const standStill = () => {
        socket.send(`sent on ${connection}`);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      };
      // Not in a timer, after which sockets come before other timers.
      setTimeout(() => setImmediate(standStill), 50);
    });
    const { texts } = await record(port, frames(1), { staleSeconds: 0.4, reconnect: soon });
    expect(texts).toEqual(['sent on 1']);
  });

  it('lets us in and sends us away at once: that is a failure, and the waits get longer', async () => {
    let connections = 0;
    const port = await venue((socket) => socket.close(1013, `try again later ${++connections}`));
    const reconnect = { firstSeconds: 0.3, attempts: 3 };
    await expect(record(port, () => false, { reconnect })).rejects.toThrow(
      'not connected after 3 attempts: try again later 3',
    );
  });

  it('only pings: the connection is alive', async () => {
    const port = await venue((socket) => {
      const ping = setInterval(() => socket.ping('heartbeat'), 100);
      socket.on('close', () => clearInterval(ping));
      setTimeout(() => socket.send('at last'), 1200);
    });
    const { texts, header } = await record(port, frames(1), { staleSeconds: 0.5 });
    expect(texts).toEqual(['at last']);
    expect(header.connections).toHaveLength(1);
  });
});

describe('a venue that cannot be reached', () => {
  async function refusing(status: number): Promise<number> {
    const server: Server = createServer((_request, response) => response.writeHead(status).end());
    server.on('upgrade', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return (server.address() as { port: number }).port;
  }

  it.each([401, 429, 503])(
    'answers the handshake with %i: status and tape say so, and it is tried again',
    async (status) => {
      const port = await refusing(status);
      let looks = 0;
      const {
        status: seen,
        header,
        notes,
        log,
      } = await record(port, ({ status: { trouble } }) => trouble.includes(String(status)) && ++looks > 10, {
        reconnect: soon,
      });
      const text = `not connected: Unexpected server response: ${status}`;
      expect(seen.trouble).toBe(text);
      expect(header.connections).toEqual([]);
      // Once, however often it was tried.
      expect(notes).toEqual([{ note: 'remark', text }]);
      expect(log).toEqual([text]);
    },
  );

  it('has no address', async () => {
    const url = 'ws://no-such-host.invalid';
    const { status, notes } = await record(0, ({ status }) => status.trouble.includes('no-such-host'), { url });
    expect(status.trouble).toMatch(/no-such-host\.invalid/);
    expect(notes).toEqual([{ note: 'remark', text: status.trouble }]);
  });

  it('takes the connection and says nothing: it can be stopped meanwhile', async () => {
    const server = createTcpServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const { port } = server.address() as { port: number };
    const started = { at: 0 };
    const { header } = await record(port, () => ++started.at > 10);
    expect(header.segments).toEqual([]);
    connect(port, '127.0.0.1').destroy();
  });
});

describe('secrets', () => {
  it('are sent, and stand nowhere else: not on the tape, in its header, its log, its status, or an error', async () => {
    const heard: string[] = [];
    const port = await venue((socket) => {
      socket.on('message', (message) => {
        heard.push(String(message));
        socket.send('welcome');
      });
    });
    process.env.TRUETAPE_TEST_SECRET = 'hunter2-the-secret';
    const { tape, header, log, outbound, status } = await record(port, frames(1), {
      url: `ws://127.0.0.1:${port}/feed?key=\${key}`,
      messages: ['{"action":"auth","secret":"${key}"}'],
      headers: { authorization: 'Bearer ${key}' },
      secrets: { key: { env: 'TRUETAPE_TEST_SECRET' } },
    });
    expect(heard).toEqual(['{"action":"auth","secret":"hunter2-the-secret"}']);
    expect(outbound).toEqual(['{"action":"auth","secret":"${key}"}']);
    const everything = JSON.stringify([header, log, status]) + (await contentsOf(tape));
    expect(everything).toContain('${key}');
    expect(everything).not.toContain('hunter2');
  });
});

/** All frames of a tape and all its small files, as one text. */
async function contentsOf(path: string): Promise<string> {
  let all = '';
  const view = new FrameView();
  const tape = await openTape(path);
  for await (const batch of tape.read()) {
    for (let i = 0; i < batch.count; i++) all += view.at(batch, i).text();
  }
  return all + JSON.stringify(tape.header);
}
