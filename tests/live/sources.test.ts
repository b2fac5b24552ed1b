/** What strategies ask of services outside: so many at once, and an answer to each. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { Sources } from '../../src/live/sources.ts';
import type { Answer } from '../../src/market/frame.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A service that answers when the test says so. */
async function service() {
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    open.push(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.closeAllConnections());
  closers.push(() => server.close());
  const answers: Answer[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const oracle = { url, headers: {}, timeoutSeconds: 10 };
  const sources = new Sources(
    { oracle },
    {},
    () => undefined,
    (answer) => answers.push(answer),
  );
  closers.push(() => sources.close());
  return { open, answers, sources };
}

it('eight questions are under way, the others wait their turn, and what is too much is refused', async () => {
  const { open, answers, sources } = await service();
  for (let id = 1; id <= 1010; id++) sources.ask({ id, source: 'oracle', request: id });
  expect(answers).toEqual([]);
  await vi.waitUntil(() => open.length === 8 && answers.length === 10);
  expect(answers[0]).toEqual({ id: 1001, source: 'oracle', request: 1001, error: '1000 requests wait already' });
  open[0].end('5');
  await vi.waitUntil(() => open.length === 9);
  expect(answers.at(-1)).toMatchObject({ source: 'oracle', body: 5 });
});

it('a source that does not answer is trouble until it does', async () => {
  const { open, answers, sources } = await service();
  sources.ask({ id: 1, source: 'oracle', request: 1 });
  await vi.waitUntil(() => open.length === 1);
  open[0].writeHead(500).end();
  await vi.waitUntil(() => answers.length === 1);
  expect(sources.trouble).toBe('oracle: status 500');
  sources.ask({ id: 2, source: 'oracle', request: 1 });
  await vi.waitUntil(() => open.length === 2);
  open[1].end('{}');
  await vi.waitUntil(() => answers.length === 2);
  expect(sources.trouble).toBe('');
});
