/** What a recorder tells while it runs: over HTTP, and to people far away. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Alerts } from '../../src/recorder/alerts.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Disk } from '../../src/recorder/disk.ts';
import type { RecorderStatus } from '../../src/recorder/health.ts';
import { StatusServer } from '../../src/recorder/http.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { recorderSite } from '../../src/recorder/site.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { temporaryFolder } from '../support/folder.ts';
import { messageFrame } from '../support/frames.ts';
import { recorderStatus as well } from '../support/recorder-status.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(status: RecorderStatus = well, extra: object = {}): Promise<string> {
  const server = await StatusServer.start(
    { port: 0, host: '127.0.0.1', ...extra },
    recorderSite(() => status),
  );
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
    expect(text).toContain('# TYPE truetape_recorder_frames gauge\ntruetape_recorder_frames 1234567\n');
    expect(text).toContain('truetape_recorder_lag_seconds 0.003\n');
    expect(text).toContain('truetape_recorder_venue_lag_seconds 0.0415\n');
    expect(text).toContain('truetape_recorder_disk_bytes 4567000\n');
    expect(text).toContain('truetape_recorder_disk_free_bytes 79700000000\n');
    expect(text).toContain('truetape_recorder_connected 1\n');
  });

  it('takes nothing but GET, and knows its pages', async () => {
    const url = await serve();
    const posted = await fetch(`${url}/status`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow'), await posted.text()]).toEqual([
      405,
      'GET',
      '/status takes GET, not POST; there are GET /, /health, /status, /metrics\n',
    ]);
    const unknown = await fetch(`${url}/../../etc/passwd`);
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      'there is no /etc/passwd; there are GET /, /health, /status, /metrics\n',
    ]);
  });

  it('asks for the token where there is one', async () => {
    const url = await serve(well, { token: 'open-sesame' });
    expect((await fetch(`${url}/status`)).status).toBe(401);
    expect((await fetch(`${url}/status?token=wrong`)).status).toBe(401);
    expect((await fetch(`${url}/status?token=open-sesame`)).status).toBe(200);
    expect((await fetch(`${url}/status`, { headers: { authorization: 'Bearer open-sesame' } })).status).toBe(200);
  });

  it('is not opened to others without a token', async () => {
    await expect(
      StatusServer.start(
        { port: 0, host: '0.0.0.0' },
        recorderSite(() => well),
      ),
    ).rejects.toThrow(/set http\.token/);
  });

  it('says in one line that the port is taken', async () => {
    const url = await serve();
    const port = Number(new URL(url).port);
    await expect(
      StatusServer.start(
        { port, host: '127.0.0.1' },
        recorderSite(() => well),
      ),
    ).rejects.toThrow(
      `http: port ${port} is taken on 127.0.0.1; choose another with http.port, or end the program that has it`,
    );
  });
});

describe('the disk', () => {
  /** A recorder that reaches nobody; what it says, and its status once it has looked at the disk. */
  async function look(leastFreeMegabytes: number) {
    const config = recordConfigSchema.parse({
      tape: join(folder(), 'tape'),
      feed: 'any',
      url: 'ws://127.0.0.1:9',
      disk: { leastFreeMegabytes },
    });
    const log: string[] = [];
    const recorder = await Recorder.create(config, (line) => log.push(line));
    const stop = new AbortController();
    const running = recorder.run(stop.signal);
    const isLow = leastFreeMegabytes > 0;
    await vi.waitUntil(() => recorder.status.diskFreeBytes !== null && (!isLow || log.length > 0), { timeout: 20_000 });
    const { status } = recorder;
    stop.abort();
    await running;
    return { log, status };
  }

  it('that fills up is trouble, and the log says so', async () => {
    const { log, status } = await look(1e12);
    const trouble = `less than 1000000000000 MB free on the disk of ${join(folder(), 'tape')}`;
    expect(status.trouble).toContain(trouble);
    expect(log.join('\n')).toContain(trouble);
    expect(status.diskFreeBytes).toBeGreaterThan(0);
  });

  it('with room enough is none', async () => {
    expect((await look(0)).status.trouble).not.toContain('disk');
  });

  it('is told once when it fills up, and that it cannot be looked at', async () => {
    const told: string[] = [];
    const tape = folder();
    for (const path of [tape, join(tape, 'gone')]) {
      const disk = new Disk(path, 1e12, (trouble) => told.push(trouble));
      await disk.start();
      await disk.start();
      disk.stop();
    }
    expect(told).toEqual([
      `less than 1000000000000 MB free on the disk of ${tape}`,
      `the disk of ${join(tape, 'gone')} does not say how much room is left`,
    ]);
  });
});

describe('retention', () => {
  /** A tape with a segment of a month ago, gone on with by a recorder that reaches nobody. */
  async function record(tape: string, retention: object, enough: (log: readonly string[]) => boolean) {
    const writer = await TapeWriter.create(tape, { feed: 'any', source: {}, instruments: [] });
    const monthAgo = BigInt(Date.now() - 30 * 86_400_000) * 1_000_000n;
    writer.append({ ...messageFrame('old'), receivedAt: monthAgo });
    await writer.close();
    return async (damage = () => {}) => {
      damage();
      const log: string[] = [];
      const config = recordConfigSchema.parse({ tape, feed: 'any', url: 'ws://127.0.0.1:9', retention });
      const recorder = await Recorder.create(config, (line) => log.push(line));
      const stop = new AbortController();
      const running = recorder.run(stop.signal);
      await vi.waitUntil(() => enough(log), { timeout: 20_000 });
      stop.abort();
      return { log, header: await running };
    };
  }

  it('is applied when recording begins', async () => {
    const tape = join(folder(), 'tape');
    const run = await record(tape, { days: 14 }, (log) => log.some((line) => line.includes('older')));
    const { log, header } = await run();
    expect(log).toContain('segments older than 14 days: 1 deleted');
    expect(header.removed).toMatchObject({ frames: 1 });
  });

  it('moves segments where it is told to', async () => {
    const tape = join(folder(), 'tape');
    const moveTo = join(folder(), 'archive');
    const run = await record(tape, { days: 14, moveTo }, (log) => log.some((line) => line.includes('older')));
    expect((await run()).log).toContain(`segments older than 14 days: 1 moved to ${moveTo}`);
    expect((await openTape(join(moveTo, 'tape'))).frames).toBe(1);
  });

  it('that finds a damaged segment keeps all and says so; recording goes on', async () => {
    const tape = join(folder(), 'tape');
    const run = await record(tape, { days: 14 }, (log) => log.some((line) => line.includes('could not go')));
    const segment = join(tape, 'frames', '000001.parquet');
    const { log, header } = await run(() => writeFileSync(segment, readFileSync(segment).fill(0)));
    expect(log.find((line) => line.includes('could not go'))).toMatch(
      /^old segments could not go: .*000001\.parquet: expected sha256/,
    );
    expect(header.removed).toBeUndefined();
    expect(header.segments[0].file).toBe('000001.parquet');
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

  const texts = (heard: readonly { readonly body: unknown }[]) =>
    heard.map(({ body }) => (body as { text: string }).text).sort();

  it('of the same words are told once a minute, others of the kind besides', async () => {
    const { heard, url } = await receiver();
    const alerts = new Alerts({ webhook: url }, {}, () => undefined);
    for (let i = 0; i < 6; i++) alerts.tell('gap', `socket ${i % 2}: a gap`);
    alerts.tell('stop', 'stopped');
    await alerts.settle();
    expect(texts(heard)).toEqual(['truetape: socket 0: a gap', 'truetape: socket 1: a gap', 'truetape: stopped']);
  });

  it('of one kind that come in numbers are told by the first five, and that there are more', async () => {
    const { heard, url } = await receiver();
    const alerts = new Alerts({ webhook: url }, {}, () => undefined);
    for (let i = 0; i < 100; i++) alerts.tell('gap', `gap ${i}`);
    alerts.tell('stop', 'stopped');
    await alerts.settle();
    expect(texts(heard)).toEqual([
      'truetape: gap 0',
      'truetape: gap 1',
      'truetape: gap 2',
      'truetape: gap 3',
      'truetape: gap 4 (more of this kind: only on the log for a while)',
      'truetape: stopped',
    ]);
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
    expect(JSON.stringify(heard[1].body)).toMatch(/socket 1 of 1: not connected for over 0\.5 s: connect ECONNREFUSED/);
  });

  it('tell of a disk that fills up', async () => {
    const { heard, url } = await receiver();
    const config = recordConfigSchema.parse({
      tape: join(folder(), 'tape'),
      feed: 'any',
      url: 'ws://127.0.0.1:9',
      disk: { leastFreeMegabytes: 1e12 },
      alerts: { webhook: url },
    });
    const stop = new AbortController();
    const running = (await Recorder.create(config)).run(stop.signal);
    await vi.waitUntil(() => heard.length > 1, { timeout: 20_000 });
    stop.abort();
    await running;
    expect(texts(heard)).toContain(`truetape: less than 1000000000000 MB free on the disk of ${config.tape}`);
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
