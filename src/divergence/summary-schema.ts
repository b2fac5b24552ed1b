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
  classes: totals,
  roots: totals,
  first: first.optional().describe('left out: the journals are the same, or one side has none'),
  ladder: ladder.optional().describe('left out: no tape was replayed'),
  differences: z.array(difference).max(500).describe('the costliest first'),
});

/** Probabilities are null below ten sessions. */
const measured = {
  mean: number,
  interval,
  limits: z.tuple([number, number]).describe('within which 95 % of sessions lie'),
  equivalence: z.strictObject({
    budget: number,
    holds: z.boolean(),
    p: z.tuple([number, number]).nullable(),
  }),
  tTest: number.nullable(),
  wilcoxon: number.nullable(),
};

/** Of many sessions. */
export const acrossSchema = z.strictObject({
  format: z.literal(1),
  sessions: z
    .array(z.strictObject({ name: text, gap: number, score: number.nullable() }))
    .describe('in the order given'),
  gap: z.strictObject(measured).nullable().describe('null: below two sessions, or all gaps are equal'),
  classes: z.array(z.strictObject({ class: divergenceClass, ...measured })),
  filledOnly: z.strictObject({ one: whole, other: whole, p: number.nullable() }),
});

export const comparisonJsonSchema = () =>
  outputSchemaOf(comparisonSchema, 'truetape compare', 'why two runs differ, in money');

export const acrossJsonSchema = () =>
  outputSchemaOf(acrossSchema, 'truetape compare --budget', 'the gap over many sessions');
