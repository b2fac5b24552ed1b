import { type Chart, rounded } from '../../reports/section.ts';
import { thin } from '../../reports/thin.ts';
import { contractsOf } from '../contracts.ts';
import type { Divergence } from '../divergence.ts';

/** Bland and Altman 1986: differences of fills that both sides have against their means, with limits; absent where no price differs. */
export function agreementChart({ pairs }: Divergence): Chart | undefined {
  const fills = pairs.flatMap(({ one, other }) =>
    contractsOf(one, other).common.map(({ one: mine, other: its }) => ({
      mean: Number(mine.price + its.price) / 2e8,
      difference: Number(mine.price - its.price) / 1e8,
    })),
  );
  if (fills.length < 2 || fills.every(({ difference }) => difference === 0)) return undefined;
  const mean = fills.reduce((sum, { difference }) => sum + difference, 0) / fills.length;
  const variance = fills.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0) / (fills.length - 1);
  const half = 1.96 * Math.sqrt(variance);
  const kept = thin([fills.map(({ difference }) => difference)]);
  return {
    name: 'agreement',
    title: 'Price of fills that both have: one less other',
    description: 'Difference against mean, with the mean difference and the limits within which 95 % lie.',
    datasets: [
      {
        name: 'agreement',
        columns: {
          mean: kept.map((i) => rounded(fills[i].mean, 6)),
          difference: kept.map((i) => rounded(fills[i].difference, 6)),
        },
      },
      {
        name: 'agreement-limits',
        columns: {
          level: [mean - half, mean, mean + half].map((level) => rounded(level, 6)),
          what: ['limit', 'mean', 'limit'],
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
            x: { field: 'mean', type: 'quantitative', title: 'mean price', scale: { zero: false } },
            y: { field: 'difference', type: 'quantitative', title: null },
          },
        },
        {
          data: { name: 'agreement-limits' },
          mark: { type: 'rule', color: 'var(--loss)' },
          encoding: {
            y: { field: 'level', type: 'quantitative' },
            strokeDash: {
              field: 'what',
              type: 'nominal',
              legend: null,
              scale: {
                domain: ['mean', 'limit'],
                range: [
                  [1, 0],
                  [4, 3],
                ],
              },
            },
          },
        },
      ],
    },
  };
}
