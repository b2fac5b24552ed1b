/** A paper session seen from outside, over real sockets; and that looking changes nothing. */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Lookout, type Watched } from '../../src/live/lookout.ts';
import { PaperSession } from '../../src/live/session.ts';
import type { SessionStatus } from '../../src/live/status.ts';
import type { Control } from '../../src/market/frame.ts';
import type { AlertKind } from '../../src/recorder/alerts.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kalshiVenue, paperConfig } from '../support/paper.ts';
import { recorderStatus } from '../support/recorder-status.ts';
import { fillRow, noteRow } from '../support/rows.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TOKEN = 'open-sesame';
const authorization = `Bearer ${TOKEN}`;

/** With a port; its token is in a file. */
function config(url: string, more: object = {}) {
  const file = join(folder(), 'token');
  writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
  return paperConfig(folder(), url, 120, {
    strategy: 'paper_test',
    parameters: { waitSeconds: 150 },
    secrets: { screen: { file } },
    http: { port: 0, token: '${screen}' },
    ...more,
  });
}

async function openLookout(settings: ReturnType<typeof config>) {
  const log: string[] = [];
  const lookout = await Lookout.open(settings, (line) => log.push(line));
  closers.push(() => lookout.close());
  const url = /screen on (http:\S+?)(\/\?token=\.\.)?$/.exec(log[0])?.[1] ?? '';
  return { lookout, log, url };
}

/** A session that does nothing but remember what it was told. */
function fakeSession(more: Partial<Watched> = {}) {
  const told: [AlertKind, string][] = [];
  const controls: Control[] = [];
  const risk = { haltReason: undefined as string | undefined };
  const desk = { now: 0, risk, account: { positions: [], start: 0n } } as unknown as Watched['desk'];
  const session: Watched = {
    feed: recorderStatus,
    desk,
    troubles: { sources: '', alerts: '' },
    steps: { slow: 0, quantile: () => Number.NaN } as unknown as Watched['steps'],
    tell: (kind, text) => told.push([kind, text]),
    control: (control) => controls.push(control),
    ...more,
  };
  return { session, risk, told, controls };
}

const post = (url: string, body?: string, headers: Record<string, string> = { authorization }) =>
  fetch(url, { method: 'POST', body, headers });

describe('the kill switch over HTTP', () => {
  async function live() {
    const opened = await openLookout(config('ws://127.0.0.1:9'));
    const fake = fakeSession();
    opened.lookout.follow(fake.session);
    return { ...opened, ...fake };
  }

  it('halts, with a reason and closing positions if asked to, and resumes', async () => {
    const { url, controls } = await live();
    expect((await post(`${url}/halt`)).status).toBe(200);
    expect((await post(`${url}/halt`, '{"reason": "the fire alarm", "flatten": true}')).status).toBe(200);
    expect((await post(`${url}/resume`)).status).toBe(200);
    expect(controls).toEqual([
      { kind: 'halt', reason: 'by HTTP', flatten: undefined },
      { kind: 'halt', reason: 'the fire alarm', flatten: true },
      { kind: 'resume' },
    ]);
  });

  it('does nothing without the token, or with another one', async () => {
    const { url, controls } = await live();
    const tries: Record<string, string>[] = [{}, { authorization: 'Bearer open-sesamE' }, { authorization: '' }];
    for (const headers of tries) {
      expect((await post(`${url}/halt`, undefined, headers)).status).toBe(401);
    }
    const got = await fetch(`${url}/halt`, { headers: { authorization } });
    expect([got.status, got.headers.get('allow'), await got.text()]).toEqual([
      405,
      'POST',
      '/halt takes POST, not GET; there are GET /, /health, /status, /metrics; POST /halt, /resume; a WebSocket on /live\n',
    ]);
    expect(controls).toEqual([]);
  });

  it('needs a token on this machine too', async () => {
    const { lookout, url } = await openLookout(config('ws://127.0.0.1:9', { http: { port: 0 } }));
    const { session, controls } = fakeSession();
    lookout.follow(session);
    const answer = await post(`${url}/halt`, undefined, {});
    expect([answer.status, await answer.text()]).toEqual([403, '/halt needs a token: set http.token\n']);
    expect((await fetch(`${url}/status`)).status).toBe(200);
    expect(controls).toEqual([]);
  });

  it.each(['nonsense', '{"reason": ""}', '{"reason": 5}', '{"flaten": true}', 'null', '[]'])(
    'says what to write instead of %s',
    async (body) => {
      const { url, controls } = await live();
      const answer = await post(`${url}/halt`, body);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('reason')]);
      expect(controls).toEqual([]);
    },
  );

  it('takes no more than it needs', async () => {
    const { url } = await live();
    expect((await post(`${url}/halt`, ' '.repeat(5000))).status).toBe(413);
  });

  it('says that nothing was done while there is nothing to halt', async () => {
    const { lookout, url } = await openLookout(config('ws://127.0.0.1:9'));
    expect((await post(`${url}/halt`)).status).toBe(503);
    const { session, controls } = fakeSession({ desk: undefined });
    lookout.follow(session);
    expect((await post(`${url}/halt`)).status).toBe(503);
    expect(controls).toEqual([]);
  });
});

describe('the sockets of screens', () => {
  const opened = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    closers.push(() => socket.terminate());
    return new Promise((resolve) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', () => undefined);
    });
  };

  it('need the token, and are refused to pages of others', async () => {
    const { url } = await openLookout(config('ws://127.0.0.1:9'));
    expect(await opened(`${url}/live`)).toBe(401);
    expect(await opened(`${url}/other?token=${TOKEN}`)).toBe(404);
    expect(await opened(`${url}/live?token=${TOKEN}`, { origin: 'https://evil.example' })).toBe(403);
    expect(await opened(`${url}/live?token=${TOKEN}`, { origin: url })).toBe(101);
  });
});

describe('alerts of a session', () => {
  it('come once it is live, and a storm of them is cut short', async () => {
    const { lookout, log } = await openLookout(config('ws://127.0.0.1:9'));
    const before = fakeSession({ desk: undefined });
    lookout.watch.write('fills', fillRow({ tag: 'before there is a session' }));
    lookout.follow(before.session);
    lookout.watch.write('fills', fillRow({ tag: 'played again' }));
    const { session, risk, told } = fakeSession();
    Object.assign(before.session, session);
    for (let fillId = 1; fillId <= 1500; fillId++)
      lookout.watch.write('fills', fillRow({ fillId, size: `${fillId}`, position: `${fillId}` }));
    lookout.watch.write('notes', noteRow({ kind: 'halted', text: 'in the middle of it' }));
    await vi.waitUntil(() => told.length > 0, { timeout: 10_000 });
    expect(told.filter(([kind]) => kind === 'entry')).toHaveLength(1000);
    expect(told.at(-1)).toEqual(['halt', 'halted at 18:08:19 UTC: in the middle of it']);
    expect(told[0]).toEqual(['entry', expect.stringContaining('bought 1 kalshi:MARKET')]);
    expect(log.slice(-3)).toEqual([
      expect.stringContaining('bought 20 '),
      'halted at 18:08:19 UTC: in the middle of it',
      'and 1480 more; the journal has all',
    ]);
    expect(lookout.status.halted).toBeNull();
    risk.haltReason = 'in the middle of it';
    expect(lookout.status.halted).toBe('in the middle of it');
  });

  it('tell of an error, once', async () => {
    const { lookout } = await openLookout(config('ws://127.0.0.1:9'));
    const away = { ...recorderStatus.connections[0], connected: false, heardSeconds: 11 };
    const { session, told } = fakeSession();
    lookout.follow(session);
    await vi.waitUntil(() => lookout.status.state === 'READY', { timeout: 10_000 });
    Object.assign(session, { feed: { ...recorderStatus, connections: [away] } });
    await vi.waitUntil(() => lookout.status.state === 'ERROR', { timeout: 10_000 });
    Object.assign(session, { feed: recorderStatus });
    await vi.waitUntil(() => lookout.status.state === 'READY', { timeout: 10_000 });
    expect(told).toEqual([['error', 'error: venue: no socket is connected for over 10 s']]);
  });
});

describe('a session on real sockets', () => {
  async function receiver() {
    const heard: string[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      heard.push((JSON.parse(Buffer.concat(chunks).toString()) as { text: string }).text);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('is READY, is seen over HTTP and sockets, tells of its entries, and its replay is identical', async () => {
    const venue = await kalshiVenue(120);
    closers.push(() => venue.close());
    const { heard, url: webhook } = await receiver();
    const settings = config(venue.url, { alerts: { webhook } });
    const { lookout, url } = await openLookout(settings);
    const health = await fetch(`${url}/health?token=${TOKEN}`);
    expect([health.status, await health.text()]).toEqual([503, 'STARTUP: not yet ready\n']);
    const screen = new WebSocket(`${url.replace('http', 'ws')}/live?token=${TOKEN}`);
    const snapshots: SessionStatus[] = [];
    screen.on('message', (data) => snapshots.push(JSON.parse(String(data))));

    const session = await PaperSession.create({ config: settings, log: () => undefined, watch: lookout.watch });
    lookout.follow(session);
    const stop = new AbortController();
    const running = session.run(stop.signal);
    const sold = () => heard.some((text) => text.includes('exit: sold'));
    await vi.waitUntil(() => sold() && snapshots.some(({ counts }) => counts.fills > 1), { timeout: 40_000 });
    expect(await (await fetch(`${url}/health?token=${TOKEN}`)).text()).toBe('ok\n');
    const metrics = await (await fetch(`${url}/metrics?token=${TOKEN}`)).text();
    expect(metrics).toMatch(/\ntruetape_session_healthy 1\n/);
    expect(metrics).toMatch(/\ntruetape_session_orders_filled [1-9]/);
    const status = (await (await fetch(`${url}/status?token=${TOKEN}`)).json()) as SessionStatus;
    expect(status).toMatchObject({ strategy: 'paper_test', halted: null, parts: expect.any(Array) });
    expect(Number(status.money?.equity)).toBeCloseTo(
      Number(status.money?.cash) + Number(status.money?.positionValue),
      8,
    );
    expect(status.history.map(({ to }) => to).slice(0, 3)).toEqual(['INITIALIZING', 'ORDERBOOK_CONNECT', 'READY']);
    const held = snapshots.find(({ positions }) => positions.length > 0);
    expect(held?.positions[0]).toMatchObject({ outcome: 'yes', size: '1.00' });

    lookout.ending('it was stopped');
    stop.abort();
    expect((await post(`${url}/halt`)).status).toBe(503);
    const manifest = await running;
    const { record, run } = settings;
    const { difference, is } = await replayAsRun({ tapes: [record.tape], run });
    expect(difference).toBeUndefined();
    expect(is.digest).toBe(manifest.digest);
    expect(heard.filter((text) => text.includes('entry: bought 1.00')).length).toBeGreaterThan(0);
  });

  it('leaves no tape behind when the port is taken', async () => {
    const first = config('ws://127.0.0.1:9');
    const { url } = await openLookout(first);
    const port = Number(new URL(url).port);
    const second = config('ws://127.0.0.1:9', { http: { port, token: '${screen}' } });
    await expect(Lookout.open(second, () => undefined)).rejects.toThrow(
      `http: port ${port} is taken on 127.0.0.1; choose another with http.port`,
    );
    expect(existsSync(second.record.tape)).toBe(false);
  });
});
