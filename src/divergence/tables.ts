/** What a comparison says in words and tables, for the page and for Markdown alike. */
import { basename } from 'node:path';
import type { Money } from '../market/units.ts';
import { count, exactDecimal, money, signedMoney, time } from '../reports/format.ts';
import type { Column } from '../reports/markup.ts';
import { orderOf } from './align.ts';
import { type Divergence, totalsOf } from './divergence.ts';
import type { SideState } from './first.ts';
import { grossOf, type ScoreParts } from './score.ts';
import type { SideOrder } from './side.ts';
import { type Comparison, costliest } from './summary.ts';

/** Each form writes money as it does: with four places, and in colours where it has them. */
export type Cell = string | Money;

export interface ToldTable<T extends Cell = Cell> {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly T[])[];
}

/** Of an amount in a gap: a hundredth of a cent is seen. */
export const GAP_PLACES = 4;

export const namesOf = ({ one, other }: Divergence): readonly [one: string, other: string] => [
  basename(one.name),
  basename(other.name),
];

/** What takes meaning from the figures. */
export function doubtsOf({ divergence, ladder }: Comparison): readonly string[] {
  const { preconditions, warnings } = divergence;
  const names = namesOf(divergence);
  const failed = preconditions.filter(({ passed }) => !passed);
  const unmade = (['one', 'other'] as const).flatMap((side, i) =>
    ladder && !ladder.reproduced[side] ? [`${names[i]} does not come out again from its own tapes and settings`] : [],
  );
  return [
    ...failed.map(({ name, detail }) => `Not the same on both sides: ${name}. ${detail}`),
    ...warnings,
    ...unmade,
    ...(ladder && ladder.rest !== 0n
      ? [`${signedMoney(ladder.rest, divergence.one.currency, GAP_PLACES)} of the gap no cause explains: determinism`]
      : []),
  ];
}

const scoreNames: Readonly<Record<keyof ScoreParts, string>> = {
  decisions: 'decisions that both took (F1)',
  quantity: 'contracts that both got',
  price: 'price on them, 1 / (1 + ticks)',
  timing: 'orders that arrived within 100 ms',
  money: 'money that is where it was',
};

export function headFacts(divergence: Divergence): readonly (readonly [name: string, value: Cell])[] {
  const { ledger, parts, score, one, other, pairs } = divergence;
  const names = namesOf(divergence);
  return [
    [`Result of ${names[0]}`, ledger.results[0]],
    [`Result of ${names[1]}`, ledger.results[1]],
    ['Gap', ledger.gap],
    ['Parts without their signs', money(grossOf(parts), one.currency, GAP_PLACES)],
    ['Score', score.value === null ? 'n/a: not comparable' : `${score.value.toFixed(1)} of 100`],
    ...Object.entries(score.parts).map(
      ([name, part]) => [scoreNames[name as keyof ScoreParts], part === null ? 'n/a' : part.toFixed(3)] as const,
    ),
    ['Orders', `${count(one.orders.length)} and ${count(other.orders.length)}`],
    [
      'Paired',
      `${count(pairs.filter((pair) => pair.one && pair.other).length)}, ${count(pairs.filter(({ method }) => method === 'trigger').length)} by their place on the tape`,
    ],
  ];
}

const totalCaptions = { class: 'By class: what differs', root: 'By root: what it goes back to' } as const;

export function totalsTable({ parts }: Divergence, by: 'class' | 'root'): ToldTable {
  return {
    caption: totalCaptions[by],
    columns: [{ title: 'Class' }, { title: 'Money', kind: 'figures' }, { title: 'Parts', kind: 'figures' }],
    rows: totalsOf(parts, by).map((total) => [total.class, total.money, count(total.parts)]),
  };
}

/** Undefined where both made the same journal, or one made none. */
export function firstTables({ first, divergence }: Comparison) {
  if (!first) return undefined;
  const { event, before } = first;
  const state = ({ equity, positions, open }: SideState) => [
    money(equity, divergence.one.currency, GAP_PLACES),
    [...positions].map(([instrument, size]) => `${exactDecimal(size)} of ${instrument}`).join(', ') || 'nothing',
    open.join(', ') || 'none',
  ];
  const facts: readonly (readonly [string, string])[] = [
    ['Time (UTC)', time(event.at)],
    ['Table', event.table],
    ['Row', count(event.row + 1)],
    ...Object.entries(event.about).map(([name, value]) => [name, value ?? ''] as const),
  ];
  const fields: ToldTable = {
    caption: event.missing
      ? `Only ${event.missing === 'one' ? 'the other' : 'the one'} side has this row`
      : 'What differs in the row',
    columns: [{ title: 'Field' }, { title: 'One' }, { title: 'Other' }],
    rows: event.fields.map(({ name, one, other }) => [name, one ?? '', other ?? '']),
  };
  const states: ToldTable = {
    caption: 'What each side knew just before',
    columns: [{ title: 'Side' }, { title: 'Equity', kind: 'figures' }, { title: 'Held' }, { title: 'Open orders' }],
    rows: [
      ['one', ...state(before[0])],
      ['other', ...state(before[1])],
    ],
  };
  return { facts, fields, states };
}

/** Undefined where nothing was replayed, or nothing could be replaced. */
export function causesTable({ ladder, divergence }: Comparison): ToldTable | undefined {
  if (!ladder || ladder.steps.length === 0) return undefined;
  const { currency } = divergence.one;
  return {
    caption: 'What each cause is worth: replaced one after the other, and on average over all orders of replacing them',
    columns: [
      { title: 'Cause' },
      { title: 'In this order', kind: 'figures' },
      { title: 'Over all orders', kind: 'figures' },
      { title: 'Classes', kind: 'prose' },
    ],
    rows: [
      ...ladder.steps.map(({ cause, money, shapley, classes }) => [
        cause,
        money,
        shapley ?? 'n/a',
        classes.map((each) => `${each.class} ${signedMoney(each.money, currency, GAP_PLACES)}`).join(', '),
      ]),
      ['nothing of these: determinism', ladder.rest, '', ''],
    ],
  };
}

/** The costliest of them; undefined where there are none. */
export function differencesTable(divergence: Divergence, most: number): ToldTable | undefined {
  if (divergence.parts.length === 0) return undefined;
  const shown = costliest(divergence, most);
  return {
    caption: `${count(shown.length)} of ${count(divergence.parts.length)} differences, costliest first`,
    columns: [
      { title: 'Money', kind: 'figures' },
      ...['Class', 'Goes back to', 'Time (UTC)', 'Market'].map((title) => ({ title })),
      ...['One', 'Other'].map((title) => ({ title, kind: 'prose' as const })),
    ],
    rows: shown.map((part) => {
      const pair = part.pair === undefined ? undefined : divergence.pairs[part.pair];
      const { of } = part.root;
      return [
        part.money,
        part.cause ? `${part.class} (${part.cause})` : part.class,
        of === undefined ? part.root.class : `${part.root.class}, order ${orderOf(divergence.pairs[of]).id}`,
        time(part.at),
        part.instrument,
        orderText(pair?.one),
        orderText(pair?.other),
      ];
    }),
  };
}

function orderText(order: SideOrder | undefined): string {
  if (!order) return 'none';
  const frame = order.trigger ? `, frame ${order.trigger.frame}` : '';
  const limit = order.limit === null ? 'at market' : `at ${exactDecimal(order.limit)}`;
  const fills = order.fills.map(({ size, price }) => `${exactDecimal(size)} at ${exactDecimal(price)}`).join(' and ');
  return `order ${order.id}${frame}: ${order.direction > 0 ? 'buy' : 'sell'} ${exactDecimal(order.size)} ${limit}; ${fills || order.reason || 'no fill'}`;
}
