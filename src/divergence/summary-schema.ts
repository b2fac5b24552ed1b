/** What the JSON of a comparison looks like: schemas/compare.json, and across sessions schemas/compare-sessions.json. */
import { z } from 'zod';
import { exactMoney, interval, number, outputSchemaOf, text, whole } from '../reports/schema-parts.ts';
import { journalTables } from '../tape/journal-file.ts';
import { preconditionNames } from './divergence.ts';
import { ladderCauses } from './ladder.ts';
import { divergenceClasses, fillCauses } from './ledger.ts';

const time = text.describe('RFC 3339, UTC');
const name = text.describe('folder of a run, or file of a broker, without its path');
const divergenceClass = z.enum(divergenceClasses);
/** One less the other. */
const part = exactMoney.describe('exact: result of one less result of other');
const share = number.min(0).max(1).nullable();
const totals = z.array(z.strictObject({ class: divergenceClass, money: part, parts: whole })).describe('largest first');

const order = z
  .strictObject({
    order: z.int(),
    frame: z.int().nullable().describe('of the tape, which was being processed when it was decided'),
    side: z.enum(['buy', 'sell']),
    size: text,
    limit: text.nullable().describe('null: at market'),
    arrivedAt: time.nullable(),
    fills: z.array(text).describe('"10 at 0.53"'),
    end: text.describe('why it ended; empty: filled, or nobody says'),
  })
  .nullable()
  .describe('null: this side had no such order');

const state = z.strictObject({
  equity: exactMoney,
  positions: z.record(z.string(), text).describe('signed size by instrument'),
  openOrders: z.array(z.int()),
});

const first = z.strictObject({
  at: time,
  table: z.enum(journalTables),
  row: whole,
  about: z.record(z.string(), text.nullable()).describe('which event it is'),
  missing: z.enum(['one', 'other']).nullable().describe('the side that has no such row'),
  fields: z.array(z.strictObject({ name: text, one: text.nullable(), other: text.nullable() })),
  before: z.strictObject({ one: state, other: state }),
});

const ladder = z.strictObject({
  steps: z.array(
    z.strictObject({
      cause: z.enum(ladderCauses),
      money: part,
      shapley: part.nullable().describe('the mean over all orders of the steps; null with too many causes'),
      classes: z.array(z.strictObject({ class: divergenceClass, money: part })),
    }),
  ),
  rest: part.describe('what no cause explains'),
  reproduced: z.strictObject({ one: z.boolean(), other: z.boolean() }),
  replays: whole,
});

const difference = z.strictObject({
  at: time,
  instrument: text.describe('empty: of the whole account'),
  class: divergenceClass,
  cause: z.enum(fillCauses).nullable(),
  money: part,
  root: divergenceClass,
  consequenceOf: z.int().nullable().describe('the order that began it; null: this one'),
  match: z.enum(['trigger', 'nearest']).nullable().describe('by its place on the tape, or by time, price and size'),
  one: order,
  other: order,
});

const samples = z.strictObject({
  one: z.strictObject({ n: whole, mean: number }),
  other: z.strictObject({ n: whole, mean: number }),
  ks: number.describe('Kolmogorov-Smirnov'),
  andersonDarling: number.describe('standardised'),
  wasserstein: number.describe('Wasserstein-1'),
});
const waiting = z.strictObject({ n: whole, filled: whole });
const filledBy = { both: whole, one: whole, other: whole, neither: whole };

/** Null where there is nothing to measure. */
const likeness = z
  .strictObject({
    fills: z.strictObject(filledBy).describe('orders that both placed, by which side filled them'),
    latency: samples.nullable().describe('from decision to arrival, milliseconds'),
    price: samples.nullable().describe('paid beyond the middle of the book when the order was sent, in units of price'),
    waits: z
      .strictObject({
        one: waiting,
        other: waiting,
        observed: number.describe('fills of one'),
        expected: number.describe('what they would be if both waited alike (log-rank)'),
        variance: number,
      })
      .nullable(),
    curves: z
      .strictObject({
        correlation: number.nullable(),
        trackingError: number.describe('money'),
        warped: number.describe('money: distance after dynamic time warping'),
      })
      .nullable(),
  })
  .describe('how alike the sides are; figures of one session, without probabilities');

/** Of two runs. */
export const comparisonSchema = z.strictObject({
  format: z.literal(1),
  one: name,
  other: name,
  identical: z.boolean(),
  results: z.strictObject({
    one: exactMoney,
    other: exactMoney,
    gap: part,
    gross: exactMoney.describe('all parts without their signs'),
  }),
  score: z.strictObject({
    value: number.min(0).max(100).nullable().describe('null: a precondition does not hold'),
    parts: z
      .strictObject({ decisions: share, quantity: share, price: share, timing: share, money: share })
      .describe('null: nothing to measure'),
  }),
  preconditions: z.array(z.strictObject({ name: z.enum(preconditionNames), passed: z.boolean(), detail: text })),
  warnings: z.array(text),
  orders: z.strictObject({
    one: whole,
    other: whole,
    paired: whole,
    byTrigger: whole.describe('paired by their place on the tape'),
  }),
  filledOnly: z.strictObject({ one: whole, other: whole }).describe('orders that were filled on one side only'),
  likeness,
  classes: totals,
  roots: totals,
  first: first.optional().describe('left out: the journals are the same, or one side has none'),
  ladder: ladder.optional().describe('left out: no tape was replayed'),
  differences: z.array(difference).max(500).describe('the costliest first'),
});

const chance = number.min(0).max(1).nullable().describe('probability; null below ten sessions');
const session = z.int().positive().nullable();

const measured = {
  mean: number,
  interval,
  bootstrap: interval.nullable().describe('95 % bounds by the stationary bootstrap'),
  limits: z.tuple([number, number]).describe('within which 95 % of sessions lie'),
  equivalence: z.strictObject({
    budget: number,
    holds: z.boolean(),
    p: z.tuple([number, number]).nullable(),
  }),
  tTest: chance,
  wilcoxon: chance,
  signals: z
    .strictObject({ limits: session, cusum: session, ewma: session })
    .nullable()
    .describe('number of the first session, from 1, that is beyond its limits, or at which CUSUM or EWMA signals'),
};

/** Of the means of sessions. */
const sessionSamples = samples.extend({ ksP: chance, andersonDarlingP: chance }).nullable();

/** Of many sessions. */
export const acrossSchema = z.strictObject({
  format: z.literal(1),
  sessions: z
    .array(
      z.strictObject({
        name,
        one: number,
        other: number,
        gap: number,
        score: number.nullable(),
        classes: z.record(z.string(), number).describe('money of each class that any session has'),
      }),
    )
    .describe('in the order given'),
  gap: z.strictObject(measured).nullable().describe('null: below two sessions, or all gaps are equal'),
  classes: z.array(z.strictObject({ class: divergenceClass, ...measured })),
  filledOnly: z.strictObject({ one: whole, other: whole, p: chance }),
  fillRates: z
    .strictObject({ ...filledBy, difference: number, interval })
    .nullable()
    .describe('orders that both placed; share that one filled less share that other filled'),
  latency: sessionSamples.describe('from decision to arrival, milliseconds'),
  price: sessionSamples.describe('paid beyond the middle, in units of price'),
  waits: z.strictObject({ observed: number, expected: number, p: chance }).nullable(),
  sharpe: z
    .strictObject({
      one: number,
      other: number,
      difference: number,
      error: number.describe('standard error of the difference'),
      bandwidth: number,
      p: chance,
      bootstrapP: chance,
      blockLength: number,
    })
    .nullable()
    .describe('of a session'),
});

export const comparisonJsonSchema = () =>
  outputSchemaOf(comparisonSchema, 'truetape compare', 'why two runs differ, in money');

export const acrossJsonSchema = () =>
  outputSchemaOf(acrossSchema, 'truetape compare --budget', 'the gap over many sessions');
