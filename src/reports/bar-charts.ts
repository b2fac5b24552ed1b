/** Charts that several sections draw: amounts by group, and figures with their intervals. */
import type { TopLevelSpec } from 'vega-lite';
import { amountAxis, type nameLabels } from './axes.ts';
import type { Metric } from './metrics/metric.ts';
import { type Chart, rounded } from './section.ts';

type Named = Pick<Chart, 'name' | 'title' | 'description'>;

/** Gains to the right, losses to the left; `counted` says what `n` counts. Rows from top to bottom. */
export function amountBars(
  named: Named,
  counted: string,
  rows: readonly { readonly label: string; readonly amount: number; readonly n: number }[],
  names: typeof nameLabels | { readonly labelLimit: number } = { labelLimit: 170 },
): Chart {
  const spec: TopLevelSpec = {
    width: 'container',
    height: rows.length * 24,
    data: { name: named.name },
    mark: { type: 'bar', cornerRadiusEnd: 2, height: { band: 0.65 } },
    encoding: {
      y: { field: 'label', type: 'nominal', title: null, sort: null, axis: names },
      x: { field: 'amount', type: 'quantitative', title: null, axis: amountAxis },
      color: { condition: { test: 'datum.amount < 0', value: 'var(--loss)' }, value: 'var(--gain)' },
      tooltip: [
        { field: 'label', type: 'nominal', title: ' ' },
        { field: 'amount', type: 'quantitative', title: 'net', format: '+,.2f' },
        { field: 'n', type: 'quantitative', title: counted, format: ',d' },
      ],
    },
  };
  const columns = {
    label: rows.map(({ label }) => label),
    amount: rows.map(({ amount }) => rounded(amount, 4)),
    n: rows.map(({ n }) => n),
  };
  return { ...named, datasets: [{ name: named.name, columns }], spec };
}

export interface IntervalRow {
  readonly label: string;
  readonly metric: Metric;
  /** What the figure is held against, drawn as a red line. */
  readonly against?: number | null;
}

/** A point with its 95 % interval for each row; rows without a value are left out. Rates go from 0 to 1. */
export function intervalChart(
  named: Named,
  unit: 'rate' | 'amount',
  counted: string,
  all: readonly IntervalRow[],
): Chart {
  const rows = all.filter(({ metric }) => metric.value !== null);
  const shown = (value: number | null | undefined) => (value == null ? null : rounded(value, 6));
  const columns = {
    label: rows.map(({ label }) => label),
    value: rows.map(({ metric }) => shown(metric.value)),
    low: rows.map(({ metric }) => shown(metric.interval?.[0])),
    high: rows.map(({ metric }) => shown(metric.interval?.[1])),
    ...(rows.some(({ against }) => against != null) && { against: rows.map(({ against }) => shown(against)) }),
    n: rows.map(({ metric }) => metric.n),
  };
  return { ...named, datasets: [{ name: named.name, columns }], spec: intervalSpec(named, unit, counted, columns) };
}

function intervalSpec(
  { name }: Named,
  unit: 'rate' | 'amount',
  counted: string,
  columns: { readonly label: readonly string[] },
): TopLevelSpec {
  const format = unit === 'rate' ? '.1%' : '+,.4f';
  const axis = { ...amountAxis, format: unit === 'rate' ? '.0%' : '~g' };
  const isCompared = 'against' in columns;
  return {
    width: 'container',
    height: columns.label.length * 26,
    data: { name },
    encoding: { y: { field: 'label', type: 'nominal', title: null, scale: { domain: [...columns.label] } } },
    layer: [
      {
        mark: { type: 'rule', color: 'var(--series-1)', strokeWidth: 5, opacity: 0.3 },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      ...(isCompared
        ? [
            {
              mark: { type: 'tick' as const, color: 'var(--loss)', thickness: 2, bandSize: 15 },
              encoding: { x: { field: 'against', type: 'quantitative' as const } },
            },
          ]
        : []),
      {
        mark: { type: 'point', filled: true, size: 65, color: 'var(--series-1)', opacity: 1 },
        encoding: {
          x: {
            field: 'value',
            type: 'quantitative',
            title: null,
            axis,
            ...(unit === 'rate' && { scale: { domain: [0, 1] } }),
          },
          tooltip: [
            { field: 'label', type: 'nominal', title: ' ' },
            { field: 'value', type: 'quantitative', title: 'value', format },
            { field: 'low', type: 'quantitative', title: '95% from', format },
            { field: 'high', type: 'quantitative', title: 'to', format },
            ...(isCompared
              ? [{ field: 'against', type: 'quantitative' as const, title: 'breaks even at', format }]
              : []),
            { field: 'n', type: 'quantitative', title: counted, format: ',d' },
          ],
        },
      },
    ],
  };
}
