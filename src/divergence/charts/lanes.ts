import { moneyToNumber } from '../../market/units.ts';
import { timeAxis, timeText, timeTooltip } from '../../reports/axes.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import { decidedAt, orderOf } from '../align.ts';
import type { Divergence } from '../divergence.ts';
import { familyColor, familyOf, familyShape } from './families.ts';

/** Pairs that are drawn; those with most money. */
const PAIRS_MAX = 1000;

/** Orders of both sides on a lane each, pairs linked; absent where all are the same. */
export function lanesChart({ pairs, parts, roots }: Divergence): Chart | undefined {
  const money = new Map<number, bigint>();
  for (const part of parts)
    if (part.pair !== undefined) money.set(part.pair, (money.get(part.pair) ?? 0n) + part.money);
  const size = (i: number) => Math.abs(moneyToNumber(money.get(i) ?? 0n));
  const shown = pairs
    .map((_, i) => i)
    .filter((i) => roots[i] !== undefined || money.has(i))
    .sort((a, b) => size(b) - size(a) || a - b)
    .slice(0, PAIRS_MAX)
    .sort((a, b) => a - b);
  if (shown.length === 0) return undefined;
  const classOf = new Map(parts.map((part) => [part.pair, part.class]));
  const name = (i: number) => classOf.get(i) ?? roots[i]?.class ?? 'timing';
  const orders = shown.flatMap((i) =>
    (['one', 'other'] as const).flatMap((lane) => {
      const order = pairs[i][lane];
      return order ? [{ i, lane, order }] : [];
    }),
  );
  const linked = shown.filter((i) => pairs[i].one && pairs[i].other);
  return {
    name: 'lanes',
    title: 'Orders of both sides in time, pairs linked',
    description:
      'One lane for each side; an order without a link is on one side alone. Colour and shape say what differs.',
    datasets: [
      {
        name: 'lane-orders',
        columns: {
          time: orders.map(({ order }) => order.decidedAt / 1000),
          lane: orders.map(({ lane }) => lane),
          family: orders.map(({ i }) => familyOf(name(i))),
          class: orders.map(({ i }) => name(i)),
          order: orders.map(({ order }) => order.id),
          market: orders.map(({ order }) => order.instrument),
          money: orders.map(({ i }) => rounded(moneyToNumber(money.get(i) ?? 0n), 6)),
        },
      },
      {
        name: 'lane-links',
        columns: {
          time: linked.map((i) => decidedAt({ ...pairs[i], other: undefined }) / 1000),
          until: linked.map((i) => decidedAt({ ...pairs[i], one: undefined }) / 1000),
          from: linked.map(() => 'one'),
          to: linked.map(() => 'other'),
          order: linked.map((i) => orderOf(pairs[i]).id),
        },
      },
    ],
    spec: {
      width: 'container',
      height: 120,
      encoding: { x: timeAxis },
      layer: [
        {
          data: { name: 'lane-links' },
          mark: { type: 'rule', color: 'var(--strong)', opacity: 0.6 },
          encoding: { y: { field: 'from', type: 'nominal', title: null }, y2: { field: 'to' }, x2: { field: 'until' } },
        },
        {
          data: { name: 'lane-orders' },
          transform: [timeText],
          mark: { type: 'point', filled: true, size: 45 },
          encoding: {
            y: { field: 'lane', type: 'nominal', title: null },
            color: familyColor,
            shape: familyShape,
            tooltip: [
              timeTooltip,
              { field: 'class', type: 'nominal', title: 'what differs' },
              { field: 'order', type: 'quantitative' },
              { field: 'market', type: 'nominal' },
              { field: 'money', type: 'quantitative', format: '+,.4f' },
            ],
          },
        },
      ],
    },
  };
}
