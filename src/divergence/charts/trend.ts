import { type Chart, rounded } from '../../reports/section.ts';
import type { AcrossSessions } from '../sessions.ts';

/** Natural limits of single values lie so many mean moving ranges from the mean (Shewhart's chart for individuals). */
const RANGES = 2.66;

/** Gaps session by session with their control limits; absent below two. */
export function trendChart({ sessions }: AcrossSessions): Chart | undefined {
  if (sessions.length < 2) return undefined;
  const gaps = sessions.map(({ gap }) => gap);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const range = gaps.slice(1).reduce((sum, gap, i) => sum + Math.abs(gap - gaps[i]), 0) / (gaps.length - 1);
  const levels = [mean - RANGES * range, mean, mean + RANGES * range];
  return {
    name: 'trend',
    title: 'Gap of each session, with control limits',
    description: 'A session beyond the dashed limits is not like the others.',
    datasets: [
      {
        name: 'trend',
        columns: {
          session: sessions.map((_, i) => i + 1),
          name: sessions.map(({ name }) => name),
          gap: gaps.map((gap) => rounded(gap, 6)),
          score: sessions.map(({ score }) => (score === null ? null : rounded(score, 1))),
        },
      },
      {
        name: 'trend-limits',
        columns: { level: levels.map((level) => rounded(level, 6)), what: ['limit', 'mean', 'limit'] },
      },
    ],
    spec: {
      width: 'container',
      height: 240,
      layer: [
        {
          data: { name: 'trend' },
          mark: { type: 'line', point: { size: 45 }, color: 'var(--series-1)' },
          encoding: {
            x: { field: 'session', type: 'ordinal', title: 'session', axis: { labelAngle: 0, labelOverlap: true } },
            y: { field: 'gap', type: 'quantitative', title: null },
            tooltip: [
              { field: 'name', type: 'nominal', title: 'session' },
              { field: 'gap', type: 'quantitative', format: '+,.4f' },
              { field: 'score', type: 'quantitative' },
            ],
          },
        },
        {
          data: { name: 'trend-limits' },
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
