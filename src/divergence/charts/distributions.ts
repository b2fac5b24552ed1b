import { type Chart, type Dataset, rounded } from '../../reports/section.ts';
import type { Divergence } from '../divergence.ts';
import { costsOf, latenciesOf } from '../likeness.ts';

const QUANTILES = 200;

interface Distributed {
  readonly name: string;
  readonly title: string;
  /** What a step to the right is, and its unit. */
  readonly counted: string;
  readonly unit: string;
  /** Ascending. */
  readonly one: readonly number[];
  readonly other: readonly number[];
}

/** Latencies and prices, each as distributions of both sides and as quantiles against each other. */
export function distributionCharts(divergence: Divergence): readonly Chart[] {
  const { one, other } = divergence;
  return [
    ...chartsOf({
      name: 'latency',
      title: 'From decision to arrival at the venue',
      counted: 'orders that arrived within so many milliseconds',
      unit: 'milliseconds',
      one: latenciesOf(one),
      other: latenciesOf(other),
    }),
    ...chartsOf({
      name: 'price',
      title: 'What was paid beyond the middle when the order was sent, on fills that both have',
      counted: 'fills that cost so much or less; below 0 the spread was earned',
      unit: 'price',
      ...costsOf(divergence),
    }),
  ];
}

/** None without values on both sides, or where all of them are the same. */
function chartsOf({ name, title, counted, unit, one, other }: Distributed): readonly Chart[] {
  if (one.length < 2 || other.length < 2 || new Set([...one, ...other]).size < 2) return [];
  const shares = Array.from({ length: QUANTILES + 1 }, (_, i) => i / QUANTILES);
  const points: Dataset = {
    name: `${name}-points`,
    columns: {
      share: shares,
      one: shares.map((share) => rounded(quantile(one, share), 6)),
      other: shares.map((share) => rounded(quantile(other, share), 6)),
    },
  };
  const axis = { title: unit, tickCount: 5, format: ',~f' } as const;
  return [
    {
      name,
      title,
      description: `Share of ${counted}, for both sides.`,
      datasets: [points],
      spec: {
        width: 'container',
        height: 200,
        data: { name: points.name },
        transform: [{ fold: ['one', 'other'], as: ['series', 'value'] }],
        mark: { type: 'line', strokeWidth: 1.75, interpolate: 'step-after' },
        encoding: {
          x: { field: 'value', type: 'quantitative', axis },
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
      name: `${name}-quantiles`,
      title: 'The same, quantile against quantile',
      description: 'On the line both sides are distributed alike; above it one has more.',
      datasets: [points],
      spec: {
        width: 'container',
        height: 200,
        data: { name: points.name },
        layer: [
          {
            mark: { type: 'line', color: 'var(--strong)' },
            encoding: { x: { field: 'other', type: 'quantitative' }, y: { field: 'other', type: 'quantitative' } },
          },
          {
            mark: { type: 'point', filled: true, size: 18, color: 'var(--series-1)' },
            encoding: {
              x: { field: 'other', type: 'quantitative', axis: { ...axis, title: `other, ${unit}` } },
              y: { field: 'one', type: 'quantitative', axis: { title: `one, ${unit}` } },
            },
          },
        ],
      },
    },
  ];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
