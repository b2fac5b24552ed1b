import type { TopLevelSpec } from 'vega-lite';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../axes.ts';
import { figureFacts } from '../figure-facts.ts';
import { html } from '../markup.ts';
import type { MetricKey } from '../metrics/catalogue.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';

const shown: readonly MetricKey[] = [
  ...(['exposure.timeInMarket', 'exposure.grossAvg', 'exposure.grossMax', 'exposure.netAvg'] as const),
  ...(['hhi.exposure', 'turnover.session', 'turnover.contracts'] as const),
];

/** What was held; absent if nothing ever was. */
export function exposure(report: RunReport): Section | undefined {
  const { exposure: held, analysis } = report;
  const { currency } = analysis;
  if (held.steps.length === 0) return undefined;
  const chart: Chart = {
    name: 'exposure',
    title: `Value of what was held, ${currency ?? 'mixed currencies'}`,
    description: 'At the prices of entry; of binary contracts what could be lost. Long less short, and both together.',
    datasets: [exposurePoints(held.steps)],
    spec,
  };
  return {
    name: 'exposure',
    title: 'Exposure',
    html: html`${chartFigure(chart)}${figureFacts(report, shown)}`,
    charts: [chart],
  };
}

function exposurePoints(steps: RunReport['exposure']['steps']): Dataset {
  const kept = thin([steps.map(({ gross }) => gross), steps.map(({ net }) => net)]);
  return {
    name: 'exposure',
    columns: {
      time: kept.map((i) => steps[i].at / 1000),
      gross: kept.map((i) => rounded(steps[i].gross, 4)),
      net: kept.map((i) => rounded(steps[i].net, 4)),
      positions: kept.map((i) => steps[i].positions),
    },
  };
}

const spec: TopLevelSpec = {
  width: 'container',
  height: 160,
  data: { name: 'exposure' },
  transform: [timeText],
  encoding: { x: timeAxis },
  layer: [
    {
      mark: { type: 'area', interpolate: 'step-after', color: 'var(--series-2)', opacity: 0.25 },
      encoding: { y: { field: 'gross', type: 'quantitative', title: null } },
    },
    {
      transform: [{ fold: ['net', 'gross'], as: ['series', 'value'] }],
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5 },
      encoding: {
        y: { field: 'value', type: 'quantitative', title: null, axis: { tickCount: 4 } },
        color: {
          field: 'series',
          type: 'nominal',
          title: null,
          scale: { domain: ['net', 'gross'], range: ['var(--series-1)', 'var(--series-2)'] },
          legend: { labelExpr: "datum.value == 'net' ? 'long less short' : 'long and short'", symbolType: 'stroke' },
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
          { field: 'net', type: 'quantitative', title: 'long less short', format: '+,.2f' },
          { field: 'gross', type: 'quantitative', title: 'long and short', format: ',.2f' },
          { field: 'positions', type: 'quantitative', format: ',d' },
        ],
      },
    },
  ],
};
