import { type Chart, type Dataset, rounded } from '../../reports/section.ts';
import type { Divergence } from '../divergence.ts';
import type { Side } from '../side.ts';

const QUANTILES = 200;

/** From decision to arrival, as distributions of both sides and their quantiles against each other; none without arrivals, or where all took the same time. */
export function distributionCharts({ one, other }: Divergence): readonly Chart[] {
  const [ours, theirs] = [latencies(one), latencies(other)];
  if (ours.length < 2 || theirs.length < 2) return [];
  const isConstant = ours[0] === ours[ours.length - 1] && theirs[0] === theirs[theirs.length - 1];
  if (isConstant && ours[0] === theirs[0]) return [];
  const shares = Array.from({ length: QUANTILES + 1 }, (_, i) => i / QUANTILES);
  const points: Dataset = {
    name: 'latencies',
    columns: {
      share: shares,
      one: shares.map((share) => rounded(quantile(ours, share), 3)),
      other: shares.map((share) => rounded(quantile(theirs, share), 3)),
    },
  };
  const axis = { title: 'milliseconds', tickCount: 5 } as const;
  return [
    {
      name: 'latency',
      title: 'From decision to arrival at the venue',
      description: 'Share of orders that arrived within so many milliseconds, for both sides.',
      datasets: [points],
      spec: {
        width: 'container',
        height: 200,
        data: { name: 'latencies' },
        transform: [{ fold: ['one', 'other'], as: ['series', 'latency'] }],
        mark: { type: 'line', strokeWidth: 1.75, interpolate: 'step-after' },
        encoding: {
          x: { field: 'latency', type: 'quantitative', axis },
          y: { field: 'share', type: 'quantitative', title: null, axis: { format: '.0%' } },
          order: { field: 'share', type: 'quantitative' },
          color: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: { domain: ['one', 'other'], range: ['var(--series-1)', 'var(--series-2)'] },
            legend: { symbolType: 'stroke' },
          },
          strokeDash: {
            field: 'series',
            type: 'nominal',
            scale: {
              domain: ['one', 'other'],
              range: [
                [1, 0],
                [4, 3],
              ],
            },
          },
        },
      },
    },
    {
      name: 'latency-quantiles',
      title: 'The same, quantile against quantile',
      description: 'On the line both sides are equally fast.',
      datasets: [points],
      spec: {
        width: 'container',
        height: 200,
        data: { name: 'latencies' },
        layer: [
          {
            mark: { type: 'line', color: 'var(--strong)' },
            encoding: { x: { field: 'other', type: 'quantitative' }, y: { field: 'other', type: 'quantitative' } },
          },
          {
            mark: { type: 'point', filled: true, size: 18, color: 'var(--series-1)' },
            encoding: {
              x: { field: 'other', type: 'quantitative', axis: { ...axis, title: 'other, milliseconds' } },
              y: { field: 'one', type: 'quantitative', axis: { title: 'one, milliseconds' } },
            },
          },
        ],
      },
    },
  ];
}

/** Milliseconds, ascending. */
function latencies({ orders }: Side): readonly number[] {
  return orders
    .flatMap(({ arrivedAt, decidedAt }) => (arrivedAt === null ? [] : [(arrivedAt - decidedAt) / 1000]))
    .sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
