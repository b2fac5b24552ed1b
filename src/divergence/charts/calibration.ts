import { queueBucket, queueBuckets } from '../../reports/execution.ts';
import { wilsonInterval } from '../../reports/metrics/uncertainty.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import type { Divergence } from '../divergence.ts';
import { filledOf } from '../side.ts';
import { isResting } from '../waits.ts';

interface Bin {
  readonly label: string;
  readonly n: number;
  readonly one: number;
  readonly other: number;
}

/** Is the other's fill what the one got? By how much stood ahead of the order; absent where no run says how much. */
export function calibrationChart(divergence: Divergence): Chart | undefined {
  const bins = binsOf(divergence);
  if (bins.length === 0) return undefined;
  const sides = ['one', 'other'] as const;
  const rows = bins.flatMap((bin) =>
    sides.map((side) => ({ ...bin, side, share: bin[side] / bin.n, interval: wilsonInterval(bin[side], bin.n) })),
  );
  const bound = (side: string, value: number | undefined) =>
    side === 'other' || value === undefined ? null : rounded(value, 4);
  return {
    name: 'calibration',
    title: 'Resting orders that were filled, by size ahead of them: what other said and what one got',
    description:
      'The same orders on both sides; bars are 95 % intervals of one. Other is right where its mark lies within.',
    datasets: [
      {
        name: 'calibration',
        columns: {
          ahead: rows.map(({ label }) => label),
          side: rows.map(({ side }) => side),
          filled: rows.map(({ share }) => rounded(share, 4)),
          low: rows.map(({ side, interval }) => bound(side, interval?.[0])),
          high: rows.map(({ side, interval }) => bound(side, interval?.[1])),
          orders: rows.map(({ n }) => n),
        },
      },
    ],
    spec: {
      width: 'container',
      height: bins.length * 30,
      data: { name: 'calibration' },
      encoding: {
        y: { field: 'ahead', type: 'nominal', title: null, scale: { domain: bins.map(({ label }) => label) } },
      },
      layer: [
        {
          transform: [{ filter: "datum.side === 'one'" }],
          mark: { type: 'rule', color: 'var(--series-1)', strokeWidth: 5, opacity: 0.3 },
          encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 75, opacity: 1 },
          encoding: {
            x: {
              field: 'filled',
              type: 'quantitative',
              title: null,
              scale: { domain: [0, 1] },
              axis: { format: '.0%', grid: true, tickCount: 5 },
            },
            color: {
              field: 'side',
              type: 'nominal',
              title: null,
              scale: { domain: [...sides], range: ['var(--series-1)', 'var(--ask)'] },
            },
            shape: {
              field: 'side',
              type: 'nominal',
              title: null,
              scale: { domain: [...sides], range: ['circle', 'diamond'] },
            },
            tooltip: [
              { field: 'ahead', type: 'nominal', title: 'size ahead' },
              { field: 'side', type: 'nominal' },
              { field: 'filled', type: 'quantitative', format: '.1%' },
              { field: 'low', type: 'quantitative', title: '95% from', format: '.1%' },
              { field: 'high', type: 'quantitative', title: 'to', format: '.1%' },
              { field: 'orders', type: 'quantitative', format: ',d' },
            ],
          },
        },
      ],
    },
  };
}

/** Orders that other had resting, and that the venue of one took in too. */
function binsOf({ pairs }: Divergence): readonly Bin[] {
  const bins = new Map<string, Bin>();
  for (const { one, other } of pairs) {
    const ahead = other?.queueAhead ?? one?.queueAhead;
    if (!one || !other || ahead === undefined || one.arrivedAt === null || !isResting(other)) continue;
    const label = queueBucket(Number(ahead));
    const bin = bins.get(label) ?? { label, n: 0, one: 0, other: 0 };
    const got = (order: typeof one) => (filledOf(order) > 0n ? 1 : 0);
    bins.set(label, { label, n: bin.n + 1, one: bin.one + got(one), other: bin.other + got(other) });
  }
  return queueBuckets.flatMap((label) => bins.get(label) ?? []);
}
