import type { TopLevelSpec } from 'vega-lite';
import { amountAxis, durationAxis } from '../axes.ts';
import { intervalChart } from '../bar-charts.ts';
import { type Execution, type FillRateRow, horizons } from '../execution.ts';
import { figureFacts } from '../figure-facts.ts';
import { count, decimal, duration, signedMoney } from '../format.ts';
import { html, type Markup, table } from '../markup.ts';
import { latencyStages, stageName } from '../metrics/catalogue/latency.ts';
import type { MetricKey } from '../metrics/catalogue.ts';
import { shortfallParts } from '../metrics/execution.ts';
import { exactAmount } from '../numbers.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';
import { horizonNames, markoutChart } from './markouts.ts';

const shown: readonly MetricKey[] = [
  ...(['slippage.decision', 'slippage.arrival', 'spread.effectiveHalf', 'fill.rateOrder', 'fill.rateQty'] as const),
  ...(['fill.partialShare', 'queue.waitMedian', 'share.maker', 'share.makerFees', 'fees.ofNotional'] as const),
];

/** What orders cost beyond their fees, and whether and when they were filled; absent if none was sent. */
export function execution(report: RunReport): Section | undefined {
  const { execution: done, analysis } = report;
  if (analysis.data.orderLives.sentAt.every(Number.isNaN)) return undefined;
  const { currency } = analysis;
  const unit = currency ?? 'mixed currencies';
  const waterfall = shortfallChart(done, unit);
  const pairs = [
    markoutChart(done, unit),
    waitChart(done),
    fillRateChart('fills-distance', 'Fill rate by distance from the best price', done.byDistance),
    fillRateChart('fills-queue', 'Fill rate of resting orders by size ahead of them', done.byQueue),
    latencyChart(done),
  ].filter((chart) => chart !== undefined);
  return {
    name: 'execution',
    title: 'Execution',
    html: html`${waterfall ? chartFigure(waterfall) : ''}<div class="columns">${pairs.map(chartFigure)}</div>${shortfallTable(done, currency)}${markoutTable(done, currency)}${latencyTable(done)}${figureFacts(report, shown)}`,
    charts: [...(waterfall ? [waterfall] : []), ...pairs],
  };
}

const partNames: Readonly<Record<(typeof shortfallParts)[number], string>> = {
  decisionDelay: 'until sent',
  transitDelay: 'on the way',
  spread: 'spread',
  depth: 'depth',
  fees: 'fees',
  opportunity: 'not filled',
};

/** Bars that hang from each other, from nothing to the whole shortfall. */
function shortfallChart({ shortfall: [all] }: Execution, unit: string): Chart | undefined {
  if (all.n === 0) return undefined;
  let sum = 0n;
  const steps = shortfallParts.map((part) => {
    const from = sum;
    sum += all[part];
    return { part: partNames[part], from: exactAmount(from), to: exactAmount(sum), amount: exactAmount(all[part]) };
  });
  const whole = exactAmount(all.shortfall);
  const rows = [...steps, { part: 'shortfall', from: 0, to: whole, amount: whole }];
  const spec: TopLevelSpec = {
    width: 'container',
    height: rows.length * 24,
    data: { name: 'shortfall' },
    mark: { type: 'bar', height: { band: 0.65 }, cornerRadius: 1 },
    encoding: {
      y: { field: 'part', type: 'nominal', title: null, sort: null },
      x: { field: 'from', type: 'quantitative', title: null, axis: amountAxis },
      x2: { field: 'to' },
      color: {
        condition: [
          { test: "datum.part == 'shortfall'", value: 'var(--series-1)' },
          { test: 'datum.amount > 0', value: 'var(--loss)' },
        ],
        value: 'var(--gain)',
      },
      tooltip: [
        { field: 'part', type: 'nominal' },
        { field: 'amount', type: 'quantitative', format: '+,.4f' },
      ],
    },
  };
  const columns = {
    part: rows.map(({ part }) => part),
    from: rows.map(({ from }) => rounded(from, 6)),
    to: rows.map(({ to }) => rounded(to, 6)),
    amount: rows.map(({ amount }) => rounded(amount, 6)),
  };
  return {
    name: 'shortfall',
    title: `What orders cost against doing all at once at the middle of their decision, ${unit}`,
    description:
      'Parts of the implementation shortfall, one after the other; costs to the right, what was earned to the left.',
    datasets: [{ name: 'shortfall', columns }],
    spec,
  };
}

function fillRateChart(name: string, title: string, rows: readonly FillRateRow[]): Chart | undefined {
  if (rows.length === 0) return undefined;
  const description = 'Share of the orders with any fill, with 95 % intervals.';
  const points = rows.map(({ bucket, rate }) => ({ label: bucket, metric: rate }));
  return intervalChart({ name, title, description }, 'rate', 'orders', points);
}

/** Kaplan and Meier's curve. */
function waitChart({ queueWait: { survival } }: Execution): Chart | undefined {
  if (survival.length === 0) return undefined;
  // A logarithm has no 0: what was filled at once waited for a millisecond.
  const seconds = survival.map(({ time }) => Math.max(time / 1e6, 0.001));
  const kept = thin([survival.map(({ waiting }) => waiting)], [], 500);
  const columns = {
    seconds: [rounded(seconds[0], 3), ...kept.map((i) => rounded(seconds[i], 3))],
    waiting: [1, ...kept.map((i) => rounded(survival[i].waiting, 5))],
    standing: [survival[0].atRisk, ...kept.map((i) => survival[i].atRisk)],
  };
  const spec: TopLevelSpec = {
    width: 'container',
    height: 190,
    data: { name: 'waits' },
    mark: { type: 'line', interpolate: 'step-after', color: 'var(--series-1)', strokeWidth: 1.75, point: { size: 14 } },
    encoding: {
      x: { field: 'seconds', ...durationAxis(columns.seconds) },
      y: {
        field: 'waiting',
        type: 'quantitative',
        title: null,
        scale: { domain: [0, 1] },
        axis: { format: '.0%', tickCount: 5 },
      },
      tooltip: [
        { field: 'seconds', type: 'quantitative', format: ',.3~f' },
        { field: 'waiting', type: 'quantitative', title: 'still waiting', format: '.1%' },
        { field: 'standing', type: 'quantitative', title: 'orders standing', format: ',d' },
      ],
    },
  };
  return {
    name: 'waits',
    title: 'Chance that a resting order still waits for its first fill (Kaplan and Meier)',
    description: 'Falls with each fill; orders that were cancelled count for as long as they stood.',
    datasets: [{ name: 'waits', columns }],
    spec,
  };
}

const quantiles = ['p50', 'p90', 'p99', 'max'] as const;

function latencyChart({ latencies }: Execution): Chart | undefined {
  const points = latencyStages.flatMap((stage) =>
    quantiles.flatMap((quantile) => {
      const micros = latencies[stage][quantile];
      // A logarithm has no 0; the table tells of it.
      return micros === null || micros <= 0
        ? []
        : [{ stage: stageName(stage).toLowerCase(), quantile, seconds: micros / 1e6 }];
    }),
  );
  if (points.length === 0) return undefined;
  const columns = {
    stage: points.map(({ stage }) => stage),
    quantile: points.map(({ quantile }) => quantile),
    seconds: points.map(({ seconds }) => rounded(seconds, 6)),
  };
  const scale = { domain: [...quantiles] };
  const spec: TopLevelSpec = {
    width: 'container',
    height: new Set(columns.stage).size * 30,
    data: { name: 'latencies' },
    mark: { type: 'point', filled: true, size: 60, opacity: 0.9 },
    encoding: {
      y: { field: 'stage', type: 'nominal', title: null, sort: null, axis: { grid: true } },
      x: { field: 'seconds', ...durationAxis(columns.seconds) },
      color: {
        field: 'quantile',
        type: 'nominal',
        title: null,
        scale: { ...scale, range: ['var(--gain)', 'var(--series-1)', 'var(--ask)', 'var(--loss)'] },
      },
      shape: {
        field: 'quantile',
        type: 'nominal',
        title: null,
        scale: { ...scale, range: ['circle', 'square', 'diamond', 'cross'] },
      },
      tooltip: [
        { field: 'stage', type: 'nominal' },
        { field: 'quantile', type: 'nominal' },
        { field: 'seconds', type: 'quantitative', format: ',.6~f' },
      ],
    },
  };
  return {
    name: 'latencies',
    title: 'Latency: median, 90 %, 99 % and largest',
    description: 'One row a stage, on a logarithmic scale.',
    datasets: [{ name: 'latencies', columns }],
    spec,
  };
}

function shortfallTable({ shortfall }: Execution, currency: string | undefined): Markup | string {
  const rows = shortfall.filter(({ n }) => n > 0);
  if (rows.length === 0) return '';
  const skipped = shortfall[0].skipped;
  const list = table(
    'Implementation shortfall by how orders were filled; above 0 is a cost',
    [
      { title: 'Orders' },
      { title: 'n', kind: 'figures' },
      ...shortfallParts.map((part) => ({ title: partNames[part], kind: 'figures' }) as const),
      { title: 'Shortfall', kind: 'figures' },
      { title: 'Basis points', kind: 'figures' },
    ],
    rows.map((row) => [
      row.orders,
      count(row.n),
      ...shortfallParts.map((part) => signedMoney(row[part], currency)),
      signedMoney(row.shortfall, currency),
      row.basisPoints.value === null ? '' : decimal(row.basisPoints.value, 1),
    ]),
  );
  return skipped > 0
    ? html`${list}<p class="note">${count(skipped)} orders are left out: a side of the book was empty when they needed its price.</p>`
    : list;
}

function markoutTable({ markouts }: Execution, currency: string | undefined): Markup | string {
  const rows = markouts.filter(({ markout }) => markout.value !== null);
  if (rows.length === 0) return '';
  const perUnit = (value: number | null) => (value === null ? '' : signedMoney(value, currency, 4));
  return table(
    'What a unit had gained some time after its fill',
    [
      { title: 'After' },
      { title: 'Fills' },
      { title: 'n', kind: 'figures' },
      { title: 'Markout', kind: 'figures' },
      { title: '95 % interval', kind: 'figures' },
      { title: 'Adverse move', kind: 'figures' },
      { title: 'Cut off by the end', kind: 'figures' },
    ],
    horizons.flatMap((horizon) =>
      rows
        .filter((row) => row.horizon === horizon)
        .map(({ liquidity, markout, adverse, cut }, i) => [
          i === 0 ? horizonNames[horizon] : '',
          ...[liquidity, count(markout.n), perUnit(markout.value)],
          markout.interval ? `${perUnit(markout.interval[0])} to ${perUnit(markout.interval[1])}` : '',
          perUnit(adverse.value),
          cut > 0 ? count(cut) : '',
        ]),
    ),
  );
}

function latencyTable({ latencies }: Execution): Markup | string {
  const stages = latencyStages.filter((stage) => latencies[stage].n > 0);
  if (stages.length === 0) return '';
  return table(
    'Latency',
    [
      { title: 'Stage' },
      { title: 'n', kind: 'figures' },
      ...['Median', '90 %', '99 %', 'Largest'].map((title) => ({ title, kind: 'figures' }) as const),
    ],
    stages.map((stage) => [
      stageName(stage),
      count(latencies[stage].n),
      ...quantiles.map((quantile) => duration(latencies[stage][quantile] ?? 0)),
    ]),
  );
}
