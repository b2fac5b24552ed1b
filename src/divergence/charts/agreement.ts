import { amountAxis } from '../../reports/axes.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import { thin } from '../../reports/thin.ts';
import { contractsOf } from '../contracts.ts';
import type { Divergence } from '../divergence.ts';
import type { AcrossSessions } from '../sessions.ts';

interface Point {
  readonly mean: number;
  readonly difference: number;
  /** What the point is, for who points at it. */
  readonly what: string;
}

/** Of fills that both sides have. */
export function fillAgreement({ pairs }: Divergence): Chart | undefined {
  const fills = pairs.flatMap(({ one, other }) =>
    contractsOf(one, other).common.map(({ one: mine, other: its }) => ({
      mean: Number(mine.price + its.price) / 2e8,
      difference: Number(mine.price - its.price) / 1e8,
      what: one?.instrument ?? '',
    })),
  );
  return agreementChart(fills, 'Price of fills that both have: one less other', 'mean price');
}

/** Of the results of sessions. */
export function sessionAgreement({ sessions }: AcrossSessions): Chart | undefined {
  const results = sessions.map(({ name, one, other, gap }) => ({
    mean: (one + other) / 2,
    difference: gap,
    what: name,
  }));
  return agreementChart(results, 'Result of each session: one less other', 'mean of both results');
}

/** Bland and Altman 1986: differences against means, with limits; absent where nothing differs. */
function agreementChart(points: readonly Point[], title: string, axis: string): Chart | undefined {
  if (points.length < 2 || points.every(({ difference }) => difference === 0)) return undefined;
  const mean = points.reduce((sum, { difference }) => sum + difference, 0) / points.length;
  const variance = points.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0) / (points.length - 1);
  const half = 1.96 * Math.sqrt(variance);
  const kept = thin([points.map(({ difference }) => difference)]);
  return {
    name: 'agreement',
    title: `${title} (Bland and Altman)`,
    description: 'Difference against mean, with the mean difference and the limits within which 95 % lie.',
    datasets: [
      {
        name: 'agreement',
        columns: {
          mean: kept.map((i) => rounded(points[i].mean, 6)),
          difference: kept.map((i) => rounded(points[i].difference, 6)),
          what: kept.map((i) => points[i].what),
        },
      },
      {
        name: 'agreement-limits',
        columns: {
          level: [mean - half, mean, mean + half].map((level) => rounded(level, 6)),
          line: ['limit', 'center', 'limit'],
        },
      },
    ],
    spec: {
      width: 'container',
      height: 200,
      layer: [
        {
          data: { name: 'agreement' },
          mark: { type: 'point', filled: true, size: 28, color: 'var(--series-1)', opacity: 0.6 },
          encoding: {
            x: { field: 'mean', type: 'quantitative', title: axis, scale: { zero: false }, axis: amountAxis },
            y: { field: 'difference', type: 'quantitative', title: null },
            tooltip: [
              { field: 'what', type: 'nominal', title: ' ' },
              { field: 'mean', type: 'quantitative', format: ',.4f' },
              { field: 'difference', type: 'quantitative', format: '+,.4f' },
            ],
          },
        },
        { data: { name: 'agreement-limits' }, ...limitLines },
      ],
    },
  };
}

/** Level lines: the center, and dashed limits. */
export const limitLines = {
  mark: { type: 'rule', color: 'var(--loss)' },
  encoding: {
    y: { field: 'level', type: 'quantitative' },
    strokeDash: {
      field: 'line',
      type: 'nominal',
      legend: null,
      scale: {
        domain: ['center', 'limit'],
        range: [
          [1, 0],
          [4, 3],
        ],
      },
    },
  },
} as const;
