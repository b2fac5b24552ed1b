import { type Micros, moneyToNumber } from '../../market/units.ts';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../../reports/axes.ts';
import { type Chart, type Dataset, rounded } from '../../reports/section.ts';
import { thin } from '../../reports/thin.ts';
import { resultsAt } from '../curves.ts';
import type { Divergence } from '../divergence.ts';
import { costliest } from '../summary.ts';

const MARKED = 10;

/** Both results over time; absent where one side has no equity. */
export function equityChart(divergence: Divergence, firstAt: Micros | undefined): Chart | undefined {
  const { one, other } = divergence;
  if (one.equity.length === 0 || other.equity.length === 0) return undefined;
  const times = [...new Set([...one.equity, ...other.equity].map(({ at }) => at))].sort((a, b) => a - b);
  const [ours, theirs] = [resultsAt(one, times), resultsAt(other, times)];
  const kept = thin([ours, theirs, ours.map((value, i) => value - theirs[i])]);
  const results: Dataset = {
    name: 'results',
    columns: {
      time: kept.map((i) => times[i] / 1000),
      one: kept.map((i) => rounded(ours[i], 6)),
      other: kept.map((i) => rounded(theirs[i], 6)),
      gap: kept.map((i) => rounded(ours[i] - theirs[i], 6)),
    },
  };
  const worst = costliest(divergence, MARKED);
  const marked: Dataset = {
    name: 'marked',
    columns: {
      time: [...(firstAt === undefined ? [] : [firstAt]), ...worst.map(({ at }) => at)].map((at) => at / 1000),
      what: [...(firstAt === undefined ? [] : ['first divergence']), ...worst.map((part) => part.class)],
      money: [...(firstAt === undefined ? [] : [0]), ...worst.map(({ money }) => rounded(moneyToNumber(money), 6))],
    },
  };
  return {
    name: 'results',
    title: 'Both results since the start, with the gap between them',
    description:
      'Two lines and the area between; marks along the bottom at the first divergence and the ten costliest differences.',
    datasets: [results, marked],
    spec: {
      width: 'container',
      height: 260,
      encoding: { x: timeAxis },
      layer: [
        {
          data: { name: 'results' },
          mark: { type: 'area', interpolate: 'step-after', color: 'var(--loss)', opacity: 0.15 },
          encoding: { y: { field: 'one', type: 'quantitative', title: null }, y2: { field: 'other' } },
        },
        {
          data: { name: 'results' },
          transform: [{ fold: ['one', 'other'], as: ['series', 'result'] }],
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.75 },
          encoding: {
            y: { field: 'result', type: 'quantitative', title: null },
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
        {
          data: { name: 'results' },
          transform: [timeText],
          params: [nearestInTime],
          mark: { type: 'point', filled: true, size: 50, color: 'var(--series-1)' },
          encoding: {
            y: { field: 'one', type: 'quantitative' },
            opacity: onlyNearest,
            tooltip: [
              timeTooltip,
              { field: 'one', type: 'quantitative', format: '+,.4f' },
              { field: 'other', type: 'quantitative', format: '+,.4f' },
              { field: 'gap', type: 'quantitative', format: '+,.4f' },
            ],
          },
        },
        {
          data: { name: 'marked' },
          transform: [timeText],
          mark: { type: 'point', shape: 'triangle-up', filled: true, size: 70, color: 'var(--loss)' },
          encoding: {
            y: { value: { expr: 'height' } },
            tooltip: [
              timeTooltip,
              { field: 'what', type: 'nominal' },
              { field: 'money', type: 'quantitative', format: '+,.4f' },
            ],
          },
        },
      ],
    },
  };
}
