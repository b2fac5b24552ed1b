/** A paper session on real sockets, replayed from its own tape, is the same to the bit. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { Rng } from '../../src/market/rng.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { badNetwork, kalshiVenue, oracle, paperConfig, playPaper } from '../support/paper.ts';

const everything = fileURLToPath(new URL('everything.ts', import.meta.url));
const SPEED = 120;

const latencies = [
  { entryMs: 0, responseMs: 0 },
  { entryMs: 50, responseMs: 50 },
  { entryMs: 7, responseMs: 300, cancelMs: 1 },
  { model: 'lognormal', entry: { medianMs: 40, sigma: 0.6, rho: 0.3 } },
];
const queues = ['prints-only', 'power-2', 'log-1', 'pro-rata'];
const strategies = [
  { strategy: everything, parameters: { everyMs: 300 } },
  { strategy: everything, parameters: { everyMs: 900, asks: true } },
  { strategy: 'spread_capture', parameters: { requoteMs: 250 } },
  { strategy: everything, parameters: { everyMs: 200, throwsAfter: 60 } },
  { strategy: 'paper_test', parameters: {} },
];

describe('20 sessions, and the replay of each from its own tape', () => {
  for (let i = 0; i < 20; i++) {
    const seed = `parity ${i}`;
    const rng = new Rng(seed);
    const { strategy, parameters } = strategies[i % strategies.length];
    const latency = latencies[rng.below(latencies.length)];
    const queue = queues[rng.below(queues.length)];
    const isBad = i % 2 === 1;
    const name = strategy === everything ? `everything ${JSON.stringify(parameters)}` : strategy;
    it.concurrent(`${name}, ${JSON.stringify(latency)}, ${queue}${isBad ? ', a bad network' : ''}`, async ({
      expect,
      onTestFinished,
    }) => {
      const place = mkdtempSync(join(tmpdir(), 'truetape-parity-'));
      onTestFinished(() => rmSync(place, { recursive: true }));
      const closing = <T extends { close(): Promise<void> }>(each: T): T => {
        onTestFinished(() => each.close());
        return each;
      };
      const venue = closing(await kalshiVenue(SPEED));
      const network = isBad ? closing(await badNetwork(venue.url, seed)) : undefined;
      const service = closing(await oracle(seed));
      const config = paperConfig(place, network?.url ?? venue.url, SPEED, {
        strategy,
        parameters,
        settings: { seed, latency, queue },
        sources: { oracle: { url: service.url } },
      });
      const frames = 4_000 + rng.below(2_000);
      const { manifest } = await playPaper(config, ({ feed }) => feed.frames > frames);
      const { record, run } = config;
      const { difference, is } = await replayAsRun({
        tapes: [record.tape],
        run,
        strategy: strategy === everything ? everything : undefined,
      });
      expect(difference).toBeUndefined();
      expect(is.digest).toBe(manifest.digest);
      expect(is.events).toBe(manifest.events);
      // It was a session: things happened in it.
      expect(manifest.events).toBeGreaterThan(1_000);
      expect(manifest.rows.orders).toBeGreaterThan(3);
      if (isBad) expect(network?.cuts).toBeGreaterThan(0);
      if (parameters.asks) expect(service.asked).toBeGreaterThan(0);
    });
  }
});
