/** What a recorder tells while it runs: over HTTP, and to people far away. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Alerts } from '../../src/recorder/alerts.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import type { RecorderStatus } from '../../src/recorder/health.ts';
import { StatusServer } from '../../src/recorder/http.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const well: RecorderStatus = {
  tape: 'tapes/tonight',
  feed: 'kalshi',
  markets: 2,
  startedAt: '2026-11-20T22:00:00.000Z',
  seconds: 12.5,
  frames: 1234,
  framesPerSecond: 99,
  rawBytes: 56_789,
  gaps: 1,
  reconnects: 2,
  lastFrameSeconds: 0.1,
  lagMs: 3,
  venueLagMs: 41.5,
  connections: [{ connected: true, opened: 3, frames: 1234, gaps: 1, heardSeconds: 0.1, trouble: '' }],
  trouble: '',
};

async function serve(status: RecorderStatus = well, extra: object = {}): Promise<string> {
  const server = await StatusServer.start({ port: 0, host: '127.0.0.1', ...extra }, () => status);
  closers.push(() => server.close());
  return server.url;
}

describe('over HTTP', () => {
  it('/status is all of it as JSON', async () => {
    expect(await (await fetch(`${await serve()}/status`)).json()).toEqual(well);
  });

  it('/health is 200 while all is well, 503 with the reason when not', async () => {
    const good = await fetch(`${await serve()}/health`);
    expect([good.status, await good.text()]).toEqual([200, 'ok\n']);
    const bad = await fetch(`${await serve({ ...well, trouble: 'not connected: 401' })}/health`);
    expect([bad.status, await bad.text()]).toEqual([503, 'not connected: 401\n']);
  });

  it('/metrics is what Prometheus reads', async () => {
    const text = await (await fetch(`${await serve()}/metrics`)).text();
    expect(text).toContain('# TYPE truetape_recorder_frames gauge\ntruetape_recorder_frames 1234\n');
    expect(text).toContain('truetape_recorder_lag_seconds 0.003\n');
    expect(text).toContain('truetape_recorder_venue_lag_seconds 0.0415\n');
    expect(text).toContain('truetape_recorder_connected 1\n');
  });

  it('takes nothing but GET, and knows its pages', async () => {
    const url = await serve();
    expect((await fetch(`${url}/status`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/../../etc/passwd`)).status).toBe(404);
  });

  it('asks for the token where there is one', async () => {
    const url = await serve(well, { token: 'open-sesame' });
    expect((await fetch(`${url}/status`)).status).toBe(401);
    expect((await fetch(`${url}/status?token=wrong`)).status).toBe(401);
    expect((await fetch(`${url}/status?token=open-sesame`)).status).toBe(200);
    expect((await fetch(`${url}/status`, { headers: { authorization: 'Bearer open-sesame' } })).status).toBe(200);
  });

  it('is not opened to others without a token', async () => {
    await expect(StatusServer.start({ port: 0, host: '0.0.0.0' }, () => well)).rejects.toThrow(/set http\.token/);
  });

  it('says in one line that the port is taken', async () => {
    const url = await serve();
    const port = Number(new URL(url).port);
    await expect(StatusServer.start({ port, host: '127.0.0.1' }, () => well)).rejects.toThrow(/^http: .*EADDRINUSE/);
  });
});

describe('alerts', () => {
  async function receiver(status = 200) {
    const heard: { url: string | undefined; body: unknown }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        heard.push({ url: request.url, body: JSON.parse(body) });
        response.writeHead(status).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return { heard, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
  }

  it('go to a webhook and to Telegram, with secrets by name in the config', async () => {
    const { heard, url } = await receiver();
    const options = { webhook: `${url}/hook/\${hook}`, telegram: { token: '${bot}', chat: '42' } };
    const alerts = new Alerts(options, { hook: 'abc', bot: '1:xyz' }, () => undefined, url);
    alerts.tell('start', 'recording kalshi');
    await alerts.settle();
    expect(heard.sort((a, b) => String(a.url).localeCompare(String(b.url)))).toEqual([
      { url: '/bot1:xyz/sendMessage', body: { chat_id: '42', text: 'truetape: recording kalshi' } },
      { url: '/hook/abc', body: { text: 'truetape: recording kalshi' } },
    ]);
  });

  it('of one kind are told once a minute', async () => {
    const { heard, url } = await receiver();
    const alerts = new Alerts({ webhook: url }, {}, () => undefined);
    for (let i = 0; i < 5; i++) alerts.tell('gap', `gap ${i}`);
    alerts.tell('stop', 'stopped');
    await alerts.settle();
    expect(heard.map(({ body }) => body)).toEqual([{ text: 'truetape: gap 0' }, { text: 'truetape: stopped' }]);
  });

  it('tell of a connection that stays away, however often it is tried', async () => {
    const { heard, url } = await receiver();
    const config = recordConfigSchema.parse({
      tape: join(folder(), 'tape'),
      feed: 'any',
      url: 'ws://127.0.0.1:9',
      reconnect: { firstSeconds: 0.1, mostSeconds: 0.1 },
      alerts: { webhook: url, disconnectSeconds: 0.5 },
    });
    const stop = new AbortController();
    const polling = setInterval(() => heard.length > 1 && stop.abort(), 20);
    closers.push(() => clearInterval(polling));
    await (await Recorder.create(config)).run(stop.signal);
    expect(JSON.stringify(heard[1].body)).toMatch(/not connected for over 0\.5 s: connect ECONNREFUSED/);
  });

  it('that are not delivered are said on the log, without the secret', async () => {
    const { url } = await receiver(500);
    const log: string[] = [];
    const alerts = new Alerts({ webhook: `${url}/\${hook}` }, { hook: 'abc' }, (line) => log.push(line));
    alerts.tell('start', 'x');
    await alerts.settle();
    expect(log).toEqual([`alert to ${url}/\${hook} was not delivered: status 500`]);
  });
});
