/** Paper sessions over real sockets: a tape served as the venue, and a network between the two that a seed makes bad. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { paperConfigSchema } from '../../src/live/config.ts';
import { PaperSession } from '../../src/live/session.ts';
import { Rng } from '../../src/market/rng.ts';
import { VenueServer } from '../../src/replay/venue-server.ts';
import type { RunManifest } from '../../src/tape/run-file.ts';
import { openTape } from '../../src/tape/tape.ts';
import { fixtures } from './fixtures.ts';

const markets = ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'];

interface Closing {
  readonly url: string;
  close(): Promise<void>;
}

/** The fixture's session, as Kalshi would serve it; each client from its beginning, or all of them in step. */
export async function kalshiVenue(speed: number, clients: 'own' | 'step' = 'step'): Promise<Closing> {
  return VenueServer.start(await openTape(fixtures.kalshi), {
    port: 0,
    host: '127.0.0.1',
    speed,
    once: false,
    clients,
  });
}

/** Cuts connections and swallows messages, as the seed has it. */
export async function badNetwork(url: string, seed: string): Promise<Closing & { cuts: number; swallowed: number }> {
  const rng = new Rng(seed);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const network = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: 0,
    swallowed: 0,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connection', (near) => {
    const far = new WebSocket(url);
    let left = 500 + rng.below(3_000);
    const end = () => {
      near.terminate();
      far.terminate();
    };
    near.on('message', (data) => {
      const send = () => far.send(String(data));
      if (far.readyState === WebSocket.OPEN) send();
      else far.once('open', send);
    });
    far.on('message', (data) => {
      if (--left === 0) {
        network.cuts++;
        end();
      } else if (rng.below(4_000) === 0) network.swallowed++;
      else near.send(String(data));
    });
    for (const side of [near, far]) {
      side.on('close', end);
      side.on('error', end);
    }
  });
  return network;
}

/** A service that answers what strategies ask, late and sometimes not at all. */
export async function oracle(seed: string): Promise<Closing & { asked: number }> {
  const rng = new Rng(seed);
  const server = createServer(async (request, response) => {
    service.asked++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { number } = JSON.parse(Buffer.concat(chunks).toString()) as { number: number };
    await sleep(rng.below(40));
    if (rng.below(5) === 0) response.writeHead(500).end();
    else response.end(JSON.stringify({ number, edge: rng.below(100) / 100 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const service = {
    asked: 0,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

/** Settings of a session of the fixture's markets in `folder`, from the fixture's time on, so many times as fast. */
export function paperConfig(...parts: Parameters<typeof paperSettings>) {
  return paperConfigSchema.parse(paperSettings(...parts));
}

/** The same as a config file has it. */
export function paperSettings(folder: string, url: string, speed: number, more: object = {}) {
  return {
    record: {
      tape: join(folder, 'tape'),
      feed: 'kalshi',
      url,
      channels: ['orderbook_delta', 'ticker'],
      markets,
      reconnect: { firstSeconds: 0.05, mostSeconds: 0.2 },
      timeLapse: { from: '2026-05-13T18:08:18Z', speed },
    },
    run: join(folder, 'run'),
    ...more,
  };
}

/** Of a session; only a test that fails takes so long. */
const LONGEST_MS = 40_000;

export interface Played {
  readonly manifest: RunManifest;
  readonly log: readonly string[];
  readonly session: PaperSession;
}

/** Plays until it is `enough`, or the venue has had too long. */
export async function playPaper(
  config: ReturnType<typeof paperConfig>,
  enough: (session: PaperSession) => boolean,
): Promise<Played> {
  const log: string[] = [];
  const session = await PaperSession.create({ config, log: (line) => log.push(line) });
  const stop = new AbortController();
  const started = performance.now();
  const polling = setInterval(() => {
    if (enough(session) || performance.now() - started > LONGEST_MS) stop.abort();
  }, 10);
  try {
    return { manifest: await session.run(stop.signal), log, session };
  } finally {
    clearInterval(polling);
  }
}
