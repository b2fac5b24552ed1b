/**
 * The divergence laboratory: a replay against the same one with exactly one thing changed. The gap has to be booked to that
 * thing, as the root of the ledger and as the cause of the ladder.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRuns, totalsOf } from '../../src/divergence/divergence.ts';
import { inputDifferences } from '../../src/divergence/inputs.ts';
import { climb, type LadderCause } from '../../src/divergence/ladder.ts';
import type { DivergenceClass } from '../../src/divergence/ledger.ts';
import type { InputDifference } from '../../src/divergence/roots.ts';
import type { ProbedRun } from '../../src/probe/variants.ts';
import { openTape } from '../../src/tape/tape.ts';
import { fixtures } from '../support/fixtures.ts';
import '../support/seed.ts';
import { Laboratory } from './laboratory.ts';

const laboratory = new Laboratory();
afterAll(() => laboratory.close());

/** Part of a gap that has to be where it belongs. */
const BOOKED = 0.95;

const fills: readonly DivergenceClass[] = ['fill.missed', 'fill.extra', 'fill.partial'];
const delays: readonly DivergenceClass[] = ['timing', 'price.latency', 'price.depth', 'liquidity'];

interface Experiment {
  /** What is not as in the usual run on both sides. */
  readonly base?: Partial<ProbedRun>;
  readonly change: Partial<ProbedRun>;
  readonly roots: readonly DivergenceClass[];
  readonly cause: LadderCause;
}

const experiments: Record<string, Experiment> = {
  latency: { change: { config: { latency: { entryMs: 400 } } }, roots: delays, cause: 'latency' },
  'a late cancel': {
    change: { config: { latency: { cancelMs: 900 } } },
    roots: [...fills, 'timing'],
    cause: 'latency',
  },
  'queue model': {
    base: { strategy: 'spread_capture' },
    change: { config: { queue: 'power-2' } },
    roots: fills,
    cause: 'fills',
  },
  'fills by touch': { change: { config: { fills: 'touch' } }, roots: fills, cause: 'fills' },
  'fee schedule': { change: { scale: { fees: 2 } }, roots: ['fees'], cause: 'fees' },
  'strategy code': { change: { strategy: laboratory.otherStrategy }, roots: ['config'], cause: 'code' },
  parameters: { change: { parameters: { seconds: 11 } }, roots: ['config'], cause: 'parameters' },
  config: { change: { config: { risk: { position: 5 } } }, roots: ['risk'], cause: 'config' },
  'mark policy': {
    base: { settlements: undefined },
    change: { config: { mark: 'conservative' } },
    roots: ['mark'],
    cause: 'mark',
  },
};

async function examine(
  { base = {}, change: changed, roots, cause }: Experiment,
  inputs: readonly InputDifference[] = [],
) {
  const change = { ...base, ...changed };
  const [one, other] = [await laboratory.run(change), await laboratory.run(base)];
  const { ledger, parts } = compareRuns(one, other, inputs);
  const total = (list: readonly { readonly money: bigint }[]) => list.reduce((sum, { money }) => sum + money, 0n);
  const booked = total(totalsOf(parts, 'root').filter((each) => roots.includes(each.class)));
  const ladder = await climb([one, other], [laboratory.request(change), laboratory.request(base)]);
  return {
    gap: ledger.gap,
    /** Part of the gap that is where it belongs. */
    toRoot: Number(booked) / Number(ledger.gap),
    toCause: Number(total(ladder.steps.filter((step) => step.cause === cause))) / Number(ledger.gap),
    byRoot: Object.fromEntries(totalsOf(parts, 'root').map((each) => [each.class, Number(each.money) / 1e16])),
    ladder,
  };
}

function expectBooked({ gap, toRoot, toCause, ladder, byRoot }: Awaited<ReturnType<typeof examine>>): void {
  expect(gap).not.toBe(0n);
  expect(toRoot, JSON.stringify(byRoot)).toBeGreaterThanOrEqual(BOOKED);
  expect(toRoot, JSON.stringify(byRoot)).toBeLessThanOrEqual(2 - BOOKED);
  expect(toCause).toBeGreaterThanOrEqual(BOOKED);
  expect(toCause).toBeLessThanOrEqual(2 - BOOKED);
  expect(ladder.rest).toBe(0n);
  expect(ladder.reproduced).toEqual({ one: true, other: true });
}

describe('one thing changed', () => {
  for (const [name, experiment] of Object.entries(experiments)) {
    it(`books ${name} to ${experiment.cause}`, async () => {
      expectBooked(await examine(experiment));
    }, 60_000);
  }

  it('books dropped frames to data', async () => {
    const tape = await laboratory.tapeWithout((frame) => frame > 15_000 && frame < 15_200);
    const inputs = await inputDifferences(await openTape(tape), await openTape(fixtures.kalshi));
    expect(inputs.length).toBeGreaterThan(100);
    expect(new Set(inputs.map((input) => input.class))).toEqual(new Set(['data.gap']));
    expectBooked(await examine({ change: { tapes: [tape] }, roots: ['data.gap'], cause: 'data' }, inputs));
  }, 60_000);

  it('books an order that the venue was too busy to take in to throttle', async () => {
    const { side } = await laboratory.run();
    const filled = side.orders.filter(({ fills }) => fills.length > 0);
    const taken = filled[Math.floor(filled.length / 2)];
    const file = laboratory.overloadedAt(taken.decidedAt);
    const change = { config: { latency: { model: 'recorded', file } } } as const;
    expectBooked(await examine({ change, roots: ['throttle'], cause: 'latency' }));
  }, 60_000);
});

describe('several things changed', () => {
  const changes = Object.values(experiments).filter(({ base }) => base === undefined);
  const variants: Partial<ProbedRun>[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 24; i++) {
      const chosen = changes.filter((_, k) => (i * 37 + 11) & (1 << k));
      const config = Object.assign({}, ...chosen.map(({ change }) => change.config));
      variants.push({ ...Object.assign({}, ...chosen.map(({ change }) => change)), config });
    }
    for (const variant of variants) await laboratory.run(variant);
  }, 120_000);

  it('adds up to the unit in 200 combinations, in either direction', async () => {
    const pick = fc.integer({ min: 0, max: 23 });
    await fc.assert(
      fc.asyncProperty(pick, pick, async (i, k) => {
        const [one, other] = [await laboratory.run(variants[i]), await laboratory.run(variants[k])];
        const there = compareRuns(one, other);
        const back = compareRuns(other, one);
        const total = there.parts.reduce((sum, { money }) => sum + money, 0n);
        expect(total).toBe(there.ledger.gap);
        expect(back.ledger.gap).toBe(-there.ledger.gap);
        const equity = ({ side: { closing, openingCash } }: typeof one) => (closing?.equity ?? 0n) - openingCash;
        expect(there.ledger.gap).toBe(equity(one) - equity(other));
        if (i === k) expect(there.parts).toEqual([]);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('climbs to the gap with every cause at once, and its average over all orders does too', async () => {
    const change = { config: { latency: { entryMs: 400 }, queue: 'power-2' } as const, scale: { fees: 2 } };
    const [one, other] = [await laboratory.run(change), await laboratory.run()];
    const { ledger } = compareRuns(one, other);
    const { steps, rest, runs } = await climb([one, other], [laboratory.request(change), laboratory.request()]);
    expect(steps.map(({ cause }) => cause)).toEqual(['latency', 'fills', 'fees']);
    expect(runs).toBe(8);
    expect(rest).toBe(0n);
    expect(steps.reduce((sum, { money }) => sum + money, 0n)).toBe(ledger.gap);
    expect(steps.reduce((sum, { shapley }) => sum + (shapley ?? 0n), 0n)).toBe(ledger.gap);
    for (const { money, classes } of steps) expect(classes.reduce((sum, each) => sum + each.money, 0n)).toBe(money);
  }, 60_000);
});
