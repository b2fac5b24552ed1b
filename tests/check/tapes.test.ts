import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkTape } from '../../src/check/check-tape.ts';
import type { CheckName } from '../../src/check/settings.ts';
import { checkSettingsSchema } from '../../src/check/settings.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame } from '../support/frames.ts';
import { bookDelta, bookSnapshot } from '../support/kalshi.ts';

const newFolder = temporaryFolders();

async function newTape(instruments: { symbol: string }[] = []): Promise<TapeWriter> {
  const writer = await TapeWriter.create(join(newFolder(), 'tape'), { feed: 'kalshi', source: {}, instruments });
  // Without the venue's time, which would be that of another day.
  const untimed = { ts: undefined, ts_ms: undefined };
  const messages = [bookSnapshot(1, 1), bookDelta(1, 2, untimed), bookDelta(1, 3, untimed)];
  for (const [i, message] of messages.entries()) writer.append(messageFrame(JSON.stringify(message), i));
  return writer;
}

async function closedTape(instruments?: { symbol: string }[]): Promise<string> {
  const writer = await newTape(instruments);
  await writer.close();
  return writer.path;
}

async function resultOf(tape: string, name: CheckName) {
  const { results } = await checkTape(tape);
  return results.find(({ check }) => check === name);
}

describe('the recordings in the repository', () => {
  it.each([
    ['kalshi', fixtures.kalshi],
    ['binance', fixtures.binance],
  ])('of %s have no failed check', async (_name, tape) => {
    const { verdict, results } = await checkTape(tape);
    expect(results.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(verdict).toBe('warn');
  });

  it('say what is known of them', async () => {
    expect(await resultOf(fixtures.binance, 'clockSkew')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/p50 -1\.26/),
    });
    expect(await resultOf(fixtures.kalshi, 'volumeMismatch')).toMatchObject({
      status: 'skipped',
      detail: expect.stringMatching(/inferred/),
    });
    expect((await resultOf(fixtures.kalshi, 'inDoubt'))?.facts.markets).toMatchObject([
      { market: 'kalshi:KXBTC15M-26MAY131415-15' },
      { market: 'kalshi:KXBTC15M-26MAY131430-30' },
    ]);
  });
});

describe('every check', () => {
  const every = ['segments', ...Object.keys(checkSettingsSchema.shape)].sort();

  it('has one result, in the same order whether read or cached', async () => {
    const tape = await closedTape();
    const first = await checkTape(tape);
    expect(first.results.map(({ check }) => check).sort()).toEqual(every);
    expect(await checkTape(tape)).toEqual(first);
  });

  it('has limits of its own, where the settings give them', async () => {
    const tape = await closedTape();
    const statusWith = async (fail: number | null) => {
      const { results, verdict } = await checkTape(tape, { settings: { silence: { fail } } });
      return [results.find(({ check }) => check === 'silence')?.status, verdict];
    };
    expect(await statusWith(0.5)).toEqual(['fail', 'fail']);
    expect(await statusWith(null)).toEqual(['pass', 'pass']);
    expect((await checkTape(tape)).results.find(({ check }) => check === 'silence')).toMatchObject({
      warn: 60,
      fail: 3600,
      unit: 'seconds',
      value: 1,
    });
  });

  it('says what it limits, and stands in the documentation', () => {
    for (const limits of Object.values(checkSettingsSchema.shape)) expect(limits.description).toBeTruthy();
    const documentation = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8');
    expect(every.filter((name) => !documentation.includes(`\n| \`${name}\` | `))).toEqual([]);
    const example = documentation.match(/```yaml\n(.*?)```/s)?.[1] ?? '';
    expect(checkSettingsSchema.parse(parse(example))).toMatchObject({ priceJumps: { times: 10, fail: 0.001 } });
  });
});

describe('a damaged segment', () => {
  it('fails the tape, though its events are cached, and nothing else is judged', async () => {
    const tape = await closedTape();
    await checkTape(tape);
    const [segment] = readdirSync(join(tape, 'frames'));
    const file = join(tape, 'frames', segment);
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    writeFileSync(file, bytes);
    const { verdict, results } = await checkTape(tape);
    expect(verdict).toBe('fail');
    expect(results[0]).toMatchObject({ check: 'segments', status: 'fail', value: 1 });
    expect(results[0].detail).toMatch(/000001\.parquet: expected sha256/);
    expect(results.filter(({ check }) => check === 'arrivalOrder')).toMatchObject([{ status: 'skipped' }]);
    writeFileSync(file, bytes.subarray(0, 100));
    expect((await checkTape(tape)).results[0]).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/found 100 bytes/),
    });
  });
});

describe('a torn tail', () => {
  it('is a warning: whole frames before it are there', async () => {
    const writer = await newTape();
    writer.flush();
    expect(await resultOf(writer.path, 'tornTail')).toMatchObject({ status: 'pass', value: 0 });
    appendFileSync(join(writer.path, 'frames', '000001.wal'), 'half a frame');
    expect(await resultOf(writer.path, 'tornTail')).toMatchObject({ status: 'warn', value: 12, unit: 'bytes' });
  });
});

describe('facts in the header', () => {
  const symbol = 'KXGOLDH-26AUG2711-T4615.99';

  it('pass when they make sense', async () => {
    const tape = await closedTape([{ symbol, closesAt: 1_778_696_100_000_000 } as { symbol: string }]);
    expect(await resultOf(tape, 'headerFacts')).toMatchObject({ status: 'pass', value: 0 });
    expect(await resultOf(await closedTape(), 'headerFacts')).toMatchObject({ status: 'skipped' });
  });

  it.each([
    [{ closesAt: 'noon' }, /T4615\.99: closesAt/],
    [{ ticks: [] }, /T4615\.99: ticks/],
    [{ bounds: { low: 5, high: 5 } }, /bounds: low must be below high/],
    [{ priceDecimals: -1 }, /priceDecimals/],
  ])('fail as %j, before anything is decoded by them', async (facts, message) => {
    const { results } = await checkTape(await closedTape([{ symbol, ...facts }]));
    expect(results[1]).toMatchObject({
      check: 'headerFacts',
      status: 'fail',
      value: 1,
      detail: expect.stringMatching(message),
    });
    expect(results.slice(2).every(({ status }) => status === 'skipped')).toBe(true);
  });
});

describe('what is not a tape', () => {
  it('is an error, not a verdict', async () => {
    await expect(checkTape(newFolder())).rejects.toThrow(/tape\.json: expected a tape's header/);
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), { feed: 'kalshi', source: {}, instruments: [] });
    await writer.close();
    await expect(checkTape(writer.path)).rejects.toThrow(/the tape has no frames/);
  });
});
