/** The settings of latency and of what the venue sees: models made of files, what the manifest says, the same digest every time. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/reports/report.ts';
import type { RunConfigInput } from '../../src/run/config.ts';
import { type ReplayRunOptions, replayRun } from '../../src/run/replay-run.ts';
import { readRoundTrips } from '../../src/run/round-trips.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

function run(name: string, config: object, options: Partial<ReplayRunOptions> = {}) {
  return replayRun({
    tapes: [fixtures.kalshi],
    strategy: 'spread_capture',
    settlements: fixtures.kalshiSettlements,
    output: join(folder(), name),
    config: config as RunConfigInput,
    ...options,
  });
}

function csv(text: string): string {
  const path = join(folder(), 'trips.csv');
  writeFileSync(path, text);
  return path;
}

const START = 1_778_695_700_000_000;
/** Orders there in 30 to 49 ms, cancellations in 10; back in 20. */
const measured = [
  'kind,request,venue,response',
  ...Array.from({ length: 20 }, (_, i) => {
    const [request, there] = [START + i * 10_000_000, 30_000 + i * 1000];
    return `place,${request},${request + there},${request + there + 20_000}`;
  }),
  `cancel,${START},${START + 10_000},${START + 30_000}`,
].join('\n');

/** Milliseconds that the orders of a run took to the venue. */
async function entriesOf(name: string): Promise<number[]> {
  const { trips } = await readRoundTrips(join(folder(), name));
  return trips.filter(({ kind }) => kind === 'place').map(({ requestAt, venueAt }) => (venueAt - requestAt) / 1000);
}

describe('latency', () => {
  it('is constant unless told, with its own time for cancellations if told', async () => {
    const { config } = await run('run', { latency: { entryMs: 40, cancelMs: 5 } });
    expect(config.latency).toEqual({
      entryMs: 40,
      responseMs: 50,
      cancelMs: 5,
      name: 'constant 40000 us there, 5000 us for a cancellation, 50000 us back',
    });
    const { trips } = await readRoundTrips(join(folder(), 'run'));
    const lasted = (wanted: string) =>
      new Set(trips.filter(({ kind }) => kind === wanted).map(({ requestAt, venueAt }) => venueAt - requestAt));
    expect(lasted('place')).toEqual(new Set([40_000]));
    // One that was sent together with its order waits behind it.
    expect(lasted('cancel')).toEqual(new Set([5_000, 40_000]));
  });

  it('is lognormal by numbers: the way back and cancellations as the way there unless told', async () => {
    const entry = { medianMs: 40, sigma: 0.5, rho: 0.5 };
    const { config } = await run('run', {
      latency: { model: 'lognormal', entry, response: { medianMs: 10, sigma: 0 } },
    });
    expect(config.latency).toMatchObject({
      model: 'lognormal',
      name: 'lognormal: median 40000 us sigma 0.500 rho 0.500 there, median 40000 us sigma 0.500 rho 0.500 for a cancellation, median 10000 us sigma 0.000 rho 0.000 back',
    });
    expect(new Set(await entriesOf('run')).size).toBeGreaterThan(20);
  });

  it('is lognormal, empirical or recorded by a file of measured requests, which the manifest names with its hash', async () => {
    const file = csv(measured);
    const latency = { name: 'trips.csv', sha256: createHash('sha256').update(measured).digest('hex') };
    const lognormal = await run('lognormal', { latency: { model: 'lognormal', file } });
    expect(lognormal.config.latency).toEqual({
      model: 'lognormal',
      file: 'trips.csv',
      name: expect.stringMatching(
        /^lognormal: median 39\d\d\d us .* there, median 10000 us sigma 0.000 .*, median 20000 us /,
      ),
    });
    const empirical = await run('empirical', { latency: { model: 'empirical', file } });
    for (const entry of await entriesOf('empirical'))
      expect([entry % 1, entry >= 30, entry < 50]).toEqual([0, true, true]);
    const recorded = await run('recorded', { latency: { model: 'recorded', file } });
    const entries = await entriesOf('recorded');
    expect(entries.at(-1)).toBe(49);
    for (const made of [lognormal, empirical, recorded]) expect(made.latency).toEqual(latency);
    expect(new Set([lognormal, empirical, recorded].map(({ digest }) => digest)).size).toBe(3);
  });

  it('is measured in an older run, and given back by it', async () => {
    const { digest } = await run('first', { latency: { entryMs: 70, responseMs: 30 } });
    const again = await run('again', { latency: { model: 'recorded', file: join(folder(), 'first') } });
    expect(again.latency).toEqual({ name: 'first', sha256: digest });
    expect(again.digest).toBe(digest);
  });

  it('by a file that cannot be used says why, and where', async () => {
    const reading = (text: string) => readRoundTrips(csv(text));
    await expect(readRoundTrips(join(folder(), 'missing.csv'))).rejects.toThrow(
      /missing\.csv: no such file of measured requests/,
    );
    await expect(reading('request,venue,response\n1,2,3\n10,9,12\n')).rejects.toThrow(
      /trips\.csv: line 3: needs request <= venue <= response in microseconds/,
    );
    await expect(reading('request,venue,response,kind\n1,2,3,replace\n')).rejects.toThrow(/line 2: needs/);
    await expect(reading('sent,venue,response\n1,2,3\n')).rejects.toThrow(/line 2: needs/);
    await expect(reading('request,venue,response\n1,2,3\n5,0,9\n')).rejects.toThrow(/at least two requests/);
  });

  it('that is not known or not whole is named, with what there is', async () => {
    const failing = (latency: object) => expect(run('x', { latency })).rejects;
    await failing({ model: 'normal' }).toThrow(/latency\.model: must be constant, lognormal, empirical or recorded/);
    await failing({ model: 'lognormal' }).toThrow(/latency: lognormal needs entry .*or file/);
    await failing({ model: 'lognormal', entry: { medianMs: 5, sigma: 1 }, file: 'x.csv' }).toThrow(/needs entry/);
    await failing({ model: 'lognormal', entryMs: 5 }).toThrow(
      /latency: unknown entryMs; there are model, entry, response, cancel, file/,
    );
    await failing({ model: 'lognormal', entry: { median: 5 } }).toThrow(/medianMs/);
    await failing({ cancel: 5 }).toThrow(/latency: unknown cancel; there are entryMs, responseMs, cancelMs, model/);
  });

  it('of a seeded model is the same in batches of every size, and another one with another seed', async () => {
    const entry = { medianMs: 60, sigma: 0.8, rho: 0.7 };
    const digest = async (name: string, batchRows?: number, seed = '1') =>
      (await run(name, { seed, latency: { model: 'lognormal', entry } }, { batchRows })).digest;
    const first = await digest('whole');
    for (const rows of [1, 7, 2048]) expect(await digest(`by-${rows}`, rows)).toBe(first);
    expect(await digest('other', undefined, '2')).not.toBe(first);
  });
});

describe('what the venue sees', () => {
  it('is receipt unless told, and then no clock is measured', async () => {
    const { config, tapes } = await run('run', {});
    expect(config).toMatchObject({ venueSees: 'receipt', feedMs: 0 });
    expect(tapes[0].venueClock).toBeUndefined();
  });

  it('is exchange time if told: the clock of the recorder is measured, and report and manifest say so', async () => {
    const { tapes } = await run('run', { venueSees: 'exchange' });
    expect(tapes[0].venueClock?.behind).toBeGreaterThan(50_000);
    expect(tapes[0].venueClock).toMatchObject({ behind: expect.closeTo(59_000, -4), untimed: 5 });
    const { html } = await buildReport([join(folder(), 'run')]);
    expect(html).toMatch(/The recorder&#39;s clock was 5\d ms behind the venue&#39;s: taken off\./);
    expect(html).toContain('Frames that tell no such time were seen at receipt: 5.');
  });

  it.each([
    ['exchange time', { venueSees: 'exchange' }],
    ['receipt, with a slower feed', { feedMs: 30 }],
    ['exchange time, with a slower feed', { venueSees: 'exchange', feedMs: 30 }],
  ])('at %s gives one digest: from frames or the cache, in batches of every size', async (_name, config) => {
    const tapes = [fixtures.kalshi, fixtures.binance];
    const digest = async (name: string, options = {}) => (await run(name, config, { tapes, ...options })).digest;
    const first = await digest('first', { cache: false });
    expect(await digest('cached')).toBe(first);
    for (const batchRows of [1, 7, 2048]) expect(await digest(`by-${batchRows}`, { batchRows })).toBe(first);
    expect((await run('receipt', {}, { tapes })).digest).not.toBe(first);
  });

  it('is never what the desk has not received: evidence may be ahead of the frame that caused a row, never far', async () => {
    await run('run', { venueSees: 'exchange', latency: { entryMs: 5, responseMs: 1 } });
    const fills = await readJournal<{ frame: number; evidenceFrame: number; kind: string }>(
      join(folder(), 'run'),
      'fills',
    );
    const ahead = fills.filter(({ kind }) => kind === 'trade').map((fill) => fill.evidenceFrame - fill.frame);
    expect(ahead.length).toBeGreaterThan(5);
    expect(Math.max(...ahead)).toBeGreaterThan(0);
    expect(Math.max(...ahead)).toBeLessThan(1000);
  });
});
