import type { TopLevelSpec } from 'vega-lite';
import { moneyToNumber } from '../../market/units.ts';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../axes.ts';
import { duration, money, percent, reasons, time } from '../format.ts';
import { facts, html } from '../markup.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';

/** Absent when equity never moved. */
export function equity({ analysis, figures }: RunReport): Section | undefined {
  const { data, currency, drawdown } = analysis;
  if (data.equity.at.length < 2) return undefined;
  const points = equityPoints(analysis);
  const unit = currency ?? 'mixed currencies';
  const charts: Chart[] = [
    {
      name: 'equity',
      title: `Change of equity since the start, ${unit}`,
      description: 'Net of fees, and before fees, over time.',
      datasets: [points],
      spec: equitySpec,
    },
    {
      name: 'drawdown',
      title: 'Drawdown: equity below its running peak',
      description: 'As a fraction of the peak, over time.',
      datasets: [points],
      spec: drawdownSpec,
    },
  ];
  const { deepest } = drawdown;
  const shown = (metric: Metric, write: (value: number) => string) =>
    metric.value === null ? (metric.reason ? reasons[metric.reason] : '') : write(metric.value);
  const deepestFacts = facts([
    ['Deepest', shown(figures['dd.maxPct'], percent)],
    ['Largest loss of money', shown(figures['dd.maxMoney'], (value) => money(value, currency))],
    ['Peak before it (UTC)', shown(figures['dd.start'], time)],
    ['Lowest point (UTC)', shown(figures['dd.trough'], time)],
    ['Recovered (UTC)', shown(figures['dd.recovery'], time)],
    ['Peak to lowest point', shown(figures['dd.toTrough'], duration)],
    ['Longest', shown(figures['dd.longest'], duration)],
    ['Average depth', shown(figures['dd.average'], percent)],
    ['At the end', shown(figures['dd.current'], percent)],
  ]);
  return {
    name: 'equity',
    title: 'Equity and drawdown',
    html: html`${charts.map(chartFigure)}${deepest ? deepestFacts : ''}`,
    charts,
  };
}

function equityPoints({ data, drawdown }: RunReport['analysis']): Dataset {
  const { at, equity, fees } = data.equity;
  const level = equity.map(moneyToNumber);
  const { deepest } = drawdown;
  const kept = thin([level, drawdown.fractions], deepest ? [deepest.peak, deepest.trough] : []);
  return {
    name: 'equity',
    columns: {
      time: kept.map((i) => at[i] / 1000),
      equity: kept.map((i) => rounded(level[i], 4)),
      net: kept.map((i) => rounded(moneyToNumber(equity[i] - equity[0]), 4)),
      gross: kept.map((i) => rounded(moneyToNumber(equity[i] - equity[0] + fees[i] - fees[0]), 4)),
      drawdown: kept.map((i) => rounded(drawdown.fractions[i], 7)),
    },
  };
}

const equitySpec: TopLevelSpec = {
  width: 'container',
  height: 260,
  data: { name: 'equity' },
  transform: [timeText],
  encoding: { x: timeAxis },
  layer: [
    {
      transform: [{ fold: ['net', 'gross'], as: ['series', 'change'] }],
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.75 },
      encoding: {
        y: { field: 'change', type: 'quantitative', title: null, scale: { zero: false } },
        color: {
          field: 'series',
          type: 'nominal',
          title: null,
          scale: { domain: ['net', 'gross'], range: ['var(--series-1)', 'var(--series-2)'] },
          legend: { labelExpr: "datum.value == 'net' ? 'net' : 'before fees'", symbolType: 'stroke' },
        },
        strokeDash: {
          field: 'series',
          type: 'nominal',
          scale: {
            domain: ['net', 'gross'],
            range: [
              [1, 0],
              [4, 3],
            ],
          },
        },
      },
    },
    {
      params: [nearestInTime],
      mark: { type: 'point', filled: true, size: 50, color: 'var(--series-1)' },
      encoding: {
        y: { field: 'net', type: 'quantitative' },
        opacity: onlyNearest,
        tooltip: [
          timeTooltip,
          { field: 'net', type: 'quantitative', title: 'net', format: '+,.2f' },
          { field: 'gross', type: 'quantitative', title: 'before fees', format: '+,.2f' },
          { field: 'equity', type: 'quantitative', title: 'equity', format: ',.2f' },
        ],
      },
    },
  ],
};

const drawdownSpec: TopLevelSpec = {
  width: 'container',
  height: 140,
  data: { name: 'equity' },
  transform: [timeText],
  encoding: { x: timeAxis, y: { field: 'drawdown', type: 'quantitative', title: null, axis: { format: '.4~%' } } },
  layer: [
    {
      mark: {
        type: 'area',
        interpolate: 'step-after',
        color: 'var(--loss)',
        opacity: 0.25,
        line: { color: 'var(--loss)', strokeWidth: 1.25 },
      },
    },
    {
      params: [nearestInTime],
      mark: { type: 'point', filled: true, size: 50, color: 'var(--loss)' },
      encoding: {
        opacity: onlyNearest,
        tooltip: [timeTooltip, { field: 'drawdown', type: 'quantitative', title: 'below the peak', format: '.3%' }],
      },
    },
  ],
};
