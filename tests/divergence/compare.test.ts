import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alignOrders } from '../../src/divergence/align.ts';
import { compareFolders } from '../../src/divergence/compare.ts';
import { ledgerOf } from '../../src/divergence/ledger.ts';
import { renderComparison } from '../../src/divergence/page.ts';
import { type RootRules, rootOf, rootsOf } from '../../src/divergence/roots.ts';
import { acrossSessions, readSessions } from '../../src/divergence/sessions.ts';
import { renderSessions } from '../../src/divergence/sessions-page.ts';
import type { Side, SideOrder } from '../../src/divergence/side.ts';
import { summarise } from '../../src/divergence/summary.ts';
import { withTouches } from '../../src/divergence/touches.ts';
import { formatMoney, formatTime } from '../../src/market/units.ts';
import { loadRun } from '../../src/reports/load.ts';
import { openTape } from '../../src/tape/tape.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Laboratory } from './laboratory.ts';
import { cents, centsOfMoney, contracts, MARKET, order, side } from './worked-example.ts';

const laboratory = new Laboratory();
afterAll(() => laboratory.close());
const folder = temporaryFolder();
const none = { strategies: [], settlements: [], tapes: [] };

const rules: RootRules = { arrivalNoise: 0, origin: undefined, inputs: [], sameFees: true };
/** Class, root and cents of each part. */
function split(one: Side, other: Side, more: Partial<RootRules> = {}) {
  const context = { ...rules, ...more };
  const pairs = alignOrders(one.orders, other.orders, true);
  const roots = rootsOf(pairs, context);
  const { parts } = ledgerOf(pairs, one, other, context);
  return parts.map((part) => [part.class, rootOf(part, roots, context).class, Number(part.money / 10n ** 14n)]);
}
const bought = (more: Partial<SideOrder> = {}): SideOrder => ({
  ...order({ id: 1, at: 0, size: 10, fills: [[10, 50]] }),
  ...more,
});

describe('a difference has its class', () => {
  it('another decision on the same inputs in the same state is determinism', () => {
    const extra = order({ id: 2, at: 5000, size: 4, fills: [[4, 60]] });
    expect(split(side('one', [bought(), extra], 62), side('other', [bought()], 62))).toEqual([
      ['decision.extra', 'determinism', 8],
    ]);
    expect(split(side('one', [bought(), extra], 62), side('other', [bought()], 62), { origin: 'config' })[0][1]).toBe(
      'config',
    );
  });

  it('a market that one side alone saw settled', () => {
    const settled = { instrument: MARKET, at: 0, size: -contracts(10), price: cents(100), fee: 0n };
    const before = side('one', [bought()], 62);
    const one = {
      ...before,
      settlements: [settled],
      closing: { equity: before.openingCash + centsOfMoney(500), unbooked: 0n },
    };
    // Bought at 50: settled at 100, or still held at 62.
    expect(split(one, side('other', [bought()], 62))).toEqual([['settlement', 'settlement', 380]]);
  });

  it('money that no trade moved is cash', () => {
    const other = side('other', [bought()], 62);
    const one = { ...other, closing: { equity: (other.closing?.equity ?? 0n) - 7n, unbooked: -7n } };
    expect(
      ledgerOf(alignOrders(one.orders, other.orders, true), one, other, rules).parts.map((part) => [
        part.class,
        part.money,
      ]),
    ).toEqual([['cash', -7n]]);
  });

  it('a refusal on one side only: by the venue, by load, by our own limits', () => {
    const other = side('other', [bought()], 62);
    for (const [reason, name] of [
      ['market_paused', 'reject'],
      ['overloaded', 'throttle'],
      ['risk_position', 'risk'],
    ]) {
      const refused = order({ id: 1, at: 0, size: 10, end: { after: 60, isRejected: true, reason } });
      expect(split(side('one', [refused], 62), other)).toEqual([[name, name, -120]]);
    }
  });

  it('fills in time to be cancelled, and made instead of taken', () => {
    const late = order({ id: 1, at: 0, size: 10, limit: 50, fills: [[10, 50, 0, 'maker', 700]] });
    const gone = order({ id: 1, at: 0, size: 10, limit: 50, end: { after: 300, reason: 'requested' } });
    expect(
      ledgerOf(alignOrders([gone], [late], true), side('one', [gone], 62), side('other', [late], 62), rules).parts,
    ).toMatchObject([{ class: 'fill.missed', cause: 'cancelRace', money: centsOfMoney(-120) }]);
    const made = bought({ fills: [{ ...bought().fills[0], price: cents(49), liquidity: 'maker' }] });
    expect(split(side('one', [made], 62), side('other', [bought()], 62))).toEqual([['liquidity', 'liquidity', 10]]);
  });
});

describe('runs on disk', () => {
  it('a run and its replay are identical, and nothing is left to explain', async () => {
    const { side: run } = await laboratory.run();
    const options = {
      ...none,
      tapes: [fixtures.kalshi],
      strategies: [laboratory.strategy],
      settlements: [fixtures.kalshiSettlements],
    };
    const summary = summarise(await compareFolders({ ...options, one: run.name }));
    expect(summary.identical).toBe(true);
    expect(summary.score.value).toBe(100);
    expect(summary.results.gap).toBe('0.00');
    expect(summary.ladder).toMatchObject({ steps: [], rest: '0.00', reproduced: { one: true, other: true } });
    await expect(compareFolders({ ...options, strategies: [], one: run.name })).rejects.toThrow(
      'its strategy laboratory is a file',
    );
    await expect(compareFolders({ ...none, one: run.name })).rejects.toThrow('name the run that it is held against');
  }, 60_000);

  it('an order that takes paid the touch of the tape when it arrived, or worse', async () => {
    const run = await laboratory.run();
    const { side: touched } = await withTouches(run, [await openTape(fixtures.kalshi)]);
    const taken = touched.orders.filter(({ fills }) => fills[0]?.liquidity === 'taker');
    expect(taken.length).toBeGreaterThan(20);
    for (const { touch, fills, direction } of taken) {
      expect(touch).not.toBeNull();
      for (const { price } of fills) expect(BigInt(direction) * (price - (touch ?? 0n))).toBeGreaterThanOrEqual(0n);
    }
    // What we had taken before is not there any more, so it need not be the touch itself; mostly it is.
    expect(taken.filter(({ touch, fills }) => touch === fills[0].price).length).toBeGreaterThan(taken.length / 2);
  }, 60_000);

  it('an order knows the middle when it was sent and the size ahead of it, as the performance report does', async () => {
    const { side: run } = await laboratory.run();
    const { orderLives: lives } = await loadRun(run.name);
    for (const { id, sentAt, middle, queueAhead } of run.orders) {
      const i = lives.orderId.indexOf(Number(id));
      expect(sentAt).toBe(lives.sentAt[i]);
      const half = (lives.sentBid[i] + lives.sentAsk[i]) / 2;
      expect(Number(middle ?? Number.NaN)).toBe(Number.isNaN(half) ? Number.NaN : Math.floor(half));
      expect(Number(queueAhead ?? Number.NaN)).toBe(lives.queueAhead[i]);
    }
    expect(run.orders.filter(({ middle, queueAhead }) => middle && queueAhead).length).toBeGreaterThan(20);
  }, 60_000);

  it('two runs: the first event at which they part, with what each knew before it', async () => {
    const [one, other] = [await laboratory.run({ config: { fills: 'touch' } }), await laboratory.run()];
    const summary = summarise(await compareFolders({ ...none, one: one.side.name, other: other.side.name }));
    expect(summary.identical).toBe(false);
    expect(summary.score.value).toBeNull();
    expect(summary.preconditions.filter(({ passed }) => !passed)).toEqual([
      { name: 'config', passed: false, detail: 'fills: "touch" and "prints"' },
    ]);
    expect(summary.first?.before.one).toEqual(summary.first?.before.other);
    expect(summary.first?.fields.length).toBeGreaterThan(0);
    const total = summary.classes.reduce((sum, { money }) => sum + Number(money), 0);
    expect(total).toBeCloseTo(Number(summary.results.gap), 9);
  }, 60_000);

  it('inverse contracts are refused, for their money is in the coin, and results of two currencies', async () => {
    const { side: run } = await laboratory.run();
    const copy = join(folder(), 'inverse');
    cpSync(run.name, copy, { recursive: true });
    const manifest = readFileSync(join(copy, 'run.json'), 'utf8');
    writeFileSync(join(copy, 'run.json'), manifest.replace('"multiplier": 1', '"multiplier": 1, "inverse": true'));
    await expect(compareFolders({ ...none, one: copy, other: run.name })).rejects.toThrow('is an inverse contract');
    writeFileSync(join(copy, 'run.json'), manifest.replaceAll('"currency": "USD"', '"currency": "USDT"'));
    await expect(compareFolders({ ...none, one: copy, other: run.name })).rejects.toThrow('two currencies have no gap');
  }, 60_000);

  it('makes one page, the same bytes each time, in which names stay text', async () => {
    const [one, other] = [await laboratory.run({ config: { fills: 'touch' } }), await laboratory.run()];
    const comparison = await compareFolders({ ...none, one: one.side.name, other: other.side.name });
    const page = await renderComparison(comparison);
    expect(await renderComparison(comparison)).toBe(page);
    for (const name of ['waterfall', 'results', 'stack', 'lanes']) expect(page).toContain(`data-chart="${name}"`);
    const hostile = '<img src=x onerror=alert(1)>';
    const { divergence } = comparison;
    const parts = divergence.parts.map((part) => ({ ...part, instrument: hostile }));
    expect(await renderComparison({ ...comparison, divergence: { ...divergence, parts } })).not.toContain(hostile);
  }, 60_000);

  it("a broker's fills are held against a run: what was the same is, and what is missing is told", async () => {
    const { side: run } = await laboratory.run();
    const kept = run.orders.filter(({ fills }) => fills.length > 0);
    const rows = kept.flatMap((each) =>
      each.fills.map((fill) =>
        [
          each.id,
          each.instrument.replace('kalshi:', ''),
          each.direction > 0 ? 'buy' : 'sell',
          formatTime(each.decidedAt),
          Number(each.size) / 1e8,
          formatTime(each.arrivedAt ?? 0),
          Number(fill.size) / 1e8,
          Number(fill.price) / 1e8,
          formatTime(fill.at),
          formatMoney(fill.fee),
          fill.liquidity,
        ].join(),
      ),
    );
    const file = join(folder(), 'broker.csv');
    const head = 'order,instrument,side,placed,size,arrived,filled,price,time,fee,liquidity';
    writeFileSync(file, [head, ...rows].join('\n'));
    const same = (await compareFolders({ ...none, one: file, other: run.name })).divergence;
    expect(same.parts.filter(({ pair }) => pair !== undefined)).toEqual([]);
    expect(same.warnings.join()).toContain('were not taken out of it: the replay may fill against them');
    const replays = {
      tapes: [fixtures.kalshi],
      strategies: [laboratory.strategy],
      settlements: [fixtures.kalshiSettlements],
    };
    const taken = (await compareFolders({ ...replays, one: file, other: run.name })).divergence;
    expect(taken.warnings.join()).toMatch(
      /broker.csv: our size of \d+ resting orders was taken out of the recorded book/,
    );
    expect(taken.warnings.join()).not.toContain('were not taken out');
    const alone = { ...replays, one: file, strategies: ['hold'] };
    expect((await compareFolders(alone)).divergence.other.orders).toEqual([]);
    await expect(compareFolders({ ...alone, strategies: [] })).rejects.toThrow('name a strategy with -s, or a run');
    await expect(compareFolders({ ...alone, tapes: [] })).rejects.toThrow('or its tape with --auto');
    writeFileSync(file, [head, ...rows.slice(1)].join('\n'));
    const less = (await compareFolders({ ...none, one: file, other: run.name })).divergence;
    expect(less.parts.filter(({ pair }) => pair !== undefined).length).toBeGreaterThan(0);
    expect(less.parts.reduce((sum, { money }) => sum + money, 0n)).toBe(less.ledger.gap);
    const placed = (row: string) => `${head}\n1,KXBTC15M-26MAY131415-15,${row}`;
    for (const [text, problem] of [
      [placed('long,2026-05-13T18:09:00Z,1,,,,,,'), 'broker.csv: row 1: side is "long"; write buy or sell'],
      [placed('buy,now,1,,,,,,'), 'broker.csv: row 1: placed is "now"; write RFC 3339'],
      [placed('buy,2026-05-13T18:09:00Z,1,,1,eighty,,,'), 'broker.csv: row 1: price is "eighty"; write a decimal'],
      [placed('buy,2026-05-13T18:09:00Z,1,,1,87,2026-05-13T18:09:01Z,,'), 'order 1: 87 is no price of'],
      ['', 'broker.csv: has no orders'],
    ]) {
      writeFileSync(file, text);
      await expect(compareFolders({ ...none, one: file, other: run.name })).rejects.toThrow(problem);
    }
    writeFileSync(file, placed('buy,2026-05-13T18:09:00Z,1,,,,,,').replace('KXBTC15M-26MAY131415-15', 'ELSEWHERE'));
    const elsewhere = await compareFolders({ ...none, one: file, other: run.name });
    expect(elsewhere.divergence.warnings.join()).toContain('ELSEWHERE of broker.csv is no market of');
    const bad = join(folder(), 'broker.json');
    writeFileSync(bad, '{"order":');
    await expect(compareFolders({ ...none, one: bad, other: run.name })).rejects.toThrow(
      /cannot be read as JSON: .*Malformed/,
    );
  }, 60_000);

  it('runs with and without our own orders in the market differ by data, and are made again with that file', async () => {
    const own = join(folder(), 'broker.csv');
    const bid = 'KXBTC15M-26MAY131415-15,buy,2026-05-13T18:09:00Z,900,0.85,2026-05-13T18:14:00Z';
    writeFileSync(own, `order,instrument,side,placed,size,limit,ended\n1,${bid}`);
    const [one, other] = [await laboratory.run({ ownOrders: own }), await laboratory.run()];
    const replays = {
      tapes: [fixtures.kalshi],
      strategies: [laboratory.strategy],
      settlements: [fixtures.kalshiSettlements],
    };
    const options = { ...replays, one: one.side.name, other: other.side.name };
    const { divergence, ladder } = await compareFolders({ ...options, ownOrders: [own] });
    expect(divergence.preconditions.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['tapes']);
    expect(divergence.warnings.join()).toContain('broker.csv: our size of 1 resting order was taken out');
    expect(ladder).toMatchObject({ rest: 0n, reproduced: { one: true, other: true } });
    expect(ladder?.steps.map(({ cause }) => cause)).toEqual(['data']);
    await expect(compareFolders(options)).rejects.toThrow('name that file with --own-orders');
  }, 60_000);

  it('many comparisons: the mean gap against a budget, no probabilities below ten sessions', async () => {
    const [one, other] = [await laboratory.run({ config: { fills: 'touch' } }), await laboratory.run()];
    const summary = summarise(await compareFolders({ ...none, one: one.side.name, other: other.side.name }));
    const files = [0, 1, 2].map((i) => {
      const file = join(folder(), `${i}.json`);
      writeFileSync(file, JSON.stringify({ ...summary, results: { ...summary.results, gap: String(i / 100) } }));
      return file;
    });
    const across = acrossSessions(await readSessions(files), 1);
    expect(across.gap?.mean).toBeCloseTo(0.01, 12);
    expect(across.gap?.equivalence).toEqual({ budget: 1, holds: true, p: null });
    expect(across.gap?.tTest).toBeNull();
    expect(across.filledOnly.one).toBe(3 * summary.filledOnly.one);
    expect(across.fillRates?.both).toBe(3 * summary.likeness.fills.both);
    const page = await renderSessions(across);
    expect(page).toContain('data-chart="trend"');
    expect(await renderSessions(across)).toBe(page);
    await expect(readSessions([laboratory.strategy])).rejects.toThrow('cannot be read as JSON');
  }, 60_000);
});
