import type { TopLevelSpec } from 'vega-lite';
import { amountAxis, durationAxis } from '../axes.ts';
import { amountBars } from '../bar-charts.ts';
import { figureFacts } from '../figure-facts.ts';
import { count, money, percent } from '../format.ts';
import { histogram } from '../histogram.ts';
import { html, type Markup, table } from '../markup.ts';
import type { MetricKey } from '../metrics/catalogue.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';
import {
  hourName,
  type TripFacts,
  type TripGroup,
  tripFacts,
  tripGroups,
  tripsByEvidence,
  tripsByHour,
} from '../trip-facts.ts';
import { evidenceNames } from './evidence.ts';

const TAGS_MAX = 12;

const shown: readonly MetricKey[] = [
  ...(['pnl.avgWin', 'pnl.avgLoss', 'pnl.payoff', 'pnl.tStat', 'kelly.trades'] as const),
  ...(['trades.durationMedian', 'trades.maxConsecutiveWins', 'trades.maxConsecutiveLosses'] as const),
  ...(['trades.maeMean', 'trades.mfeMean', 'trades.efficiency', 'trades.giveBackMean', 'trades.topShare'] as const),
];

/** How round trips came out, and which kinds of them; absent without closed ones. */
export function trips(report: RunReport): Section | undefined {
  const { analysis } = report;
  const all = tripFacts(analysis);
  if (all.length === 0) return undefined;
  const unit = analysis.currency ?? 'mixed currencies';
  const points = tripPoints(all);
  const kinds = kindsOf(all);
  const byHour = tripsByHour(all);
  const pair = [resultChart(all, unit), ...(all.length > 1 ? [excursionChart(points, unit)] : [])];
  const lasted = all.length > 1 && all.some((trip) => trip.lasted > 0) ? [durationChart(points, unit)] : [];
  const hourly = byHour.length > 1 ? [hourChart(byHour, analysis.calendar.timeZone, unit)] : [];
  const perKind = kinds.flatMap(({ by, groups }) =>
    groups.map(({ label, net, trips: n }) => ({ label: `${by}: ${label}`, amount: net, n })),
  );
  const kindChart = perKind.length > kinds.length ? [kindBars(perKind, unit)] : [];
  return {
    name: 'trips',
    title: 'Round trips',
    html: html`<div class="columns">${[...pair, ...lasted, ...hourly].map(chartFigure)}</div>${kindChart.map(chartFigure)}${figureFacts(report, shown)}${kindTable(kinds, analysis.currency)}`,
    charts: [...pair, ...lasted, ...hourly, ...kindChart],
  };
}

interface Kinds {
  readonly by: string;
  readonly groups: readonly TripGroup[];
}

function kindsOf(all: readonly TripFacts[]): Kinds[] {
  const byTag = tripGroups(all, ({ tag }) => tag || 'none');
  const frequent = new Set(byTag.slice(0, TAGS_MAX).map(({ label }) => label));
  const tagOf = ({ tag }: TripFacts) => (frequent.has(tag || 'none') ? tag || 'none' : 'others');
  return [
    { by: 'side', groups: tripGroups(all, ({ side }) => side) },
    { by: 'liquidity', groups: tripGroups(all, ({ liquidity }) => liquidity) },
    { by: 'tag', groups: tripGroups(all, tagOf) },
    { by: 'closed by', groups: tripGroups(all, ({ exit }) => exit).slice(0, TAGS_MAX) },
    { by: 'evidence', groups: tripsByEvidence(all, (grade) => evidenceNames[grade].name) },
  ];
}

function kindTable(kinds: readonly Kinds[], currency: string | undefined): Markup {
  return table(
    'Closed round trips by kind',
    [
      { title: 'By' },
      { title: 'Kind', kind: 'prose' },
      { title: 'Trips', kind: 'figures' },
      { title: 'Net P&L', kind: 'figures' },
      { title: 'Mean', kind: 'figures' },
      { title: 'Win rate', kind: 'figures' },
      { title: '95 % interval', kind: 'figures' },
    ],
    kinds.flatMap(({ by, groups }) =>
      groups.map(({ label, trips: n, net, mean, winRate: { value, interval } }, i) => [
        i === 0 ? by : '',
        label,
        count(n),
        money(net, currency),
        money(mean, currency, 4),
        value === null ? '' : percent(value),
        interval ? `${percent(interval[0])} to ${percent(interval[1])}` : '',
      ]),
    ),
  );
}

function tripPoints(all: readonly TripFacts[]): Dataset {
  const net = all.map((trip) => trip.net);
  const adverse = all.map((trip) => -trip.adverse);
  const favourable = all.map((trip) => trip.favourable);
  // What closed at once is shown as having lasted a millisecond: a logarithm has no 0.
  const seconds = all.map(({ lasted }) => Math.max(lasted / 1e6, 0.001));
  const kept = thin([net, adverse, favourable, seconds]);
  return {
    name: 'trips',
    columns: {
      market: kept.map((i) => all[i].instrument),
      seconds: kept.map((i) => rounded(seconds[i], 3)),
      net: kept.map((i) => rounded(net[i], 4)),
      adverse: kept.map((i) => rounded(adverse[i], 4)),
      favourable: kept.map((i) => rounded(favourable[i], 4)),
      result: kept.map((i) => (net[i] > 0 ? 'gain' : net[i] < 0 ? 'loss' : 'even')),
    },
  };
}

function resultChart(all: readonly TripFacts[], unit: string): Chart {
  const bins = histogram(all.map(({ net }) => net));
  return {
    name: 'trip-results',
    title: `Net results of round trips, ${unit}`,
    description: 'How many trips ended in each range of results; losses left of 0.',
    datasets: [
      {
        name: 'trip-results',
        columns: {
          from: bins.map(({ from }) => from),
          to: bins.map(({ to }) => to),
          trips: bins.map(({ count: trips }) => trips),
        },
      },
    ],
    spec: {
      width: 'container',
      height: 200,
      data: { name: 'trip-results' },
      mark: { type: 'bar', binSpacing: 1 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          bin: { binned: true },
          title: null,
          axis: { ...amountAxis, grid: false },
        },
        x2: { field: 'to' },
        y: { field: 'trips', type: 'quantitative', title: 'trips', axis: { tickMinStep: 1, tickCount: 5 } },
        color: { condition: { test: 'datum.to <= 0', value: 'var(--loss)' }, value: 'var(--gain)' },
        tooltip: [
          { field: 'from', type: 'quantitative', format: '+,.4~f' },
          { field: 'to', type: 'quantitative', format: '+,.4~f' },
          { field: 'trips', type: 'quantitative', format: ',d' },
        ],
      },
    },
  };
}

/** Colour and shape say the same: gain or loss. */
const results = {
  shape: {
    field: 'result',
    type: 'nominal',
    title: null,
    scale: { domain: ['gain', 'loss', 'even'], range: ['triangle-up', 'triangle-down', 'circle'] },
    legend: { values: ['gain', 'loss'] },
  },
  color: {
    field: 'result',
    type: 'nominal',
    title: null,
    scale: { domain: ['gain', 'loss', 'even'], range: ['var(--gain)', 'var(--loss)', 'var(--muted)'] },
    legend: { values: ['gain', 'loss'] },
  },
} as const;

const tooltip = [
  { field: 'market', type: 'nominal' },
  { field: 'net', type: 'quantitative', format: '+,.4~f' },
  { field: 'adverse', type: 'quantitative', title: 'worst on the way', format: ',.4~f' },
  { field: 'favourable', type: 'quantitative', title: 'best on the way', format: ',.4~f' },
  { field: 'seconds', type: 'quantitative', title: 'seconds', format: ',.3~f' },
] as const;

const points = { type: 'point', filled: true, size: 36, opacity: 0.75 } as const;

function excursionChart(set: Dataset, unit: string): Chart {
  const spec: TopLevelSpec = {
    width: 'container',
    height: 200,
    data: { name: 'trips' },
    mark: points,
    encoding: {
      x: { field: 'adverse', type: 'quantitative', title: 'worst loss on the way', axis: amountAxis },
      y: { field: 'favourable', type: 'quantitative', title: 'best gain on the way', axis: { tickCount: 5 } },
      ...results,
      tooltip: [...tooltip],
    },
  };
  return {
    name: 'excursions',
    title: `Adverse and favourable excursion of each trip, before fees, ${unit}`,
    description: 'How far each trip went against us, to the right, and in our favour, upwards; its end by shape.',
    datasets: [set],
    spec,
  };
}

function durationChart(set: Dataset, unit: string): Chart {
  const spec: TopLevelSpec = {
    width: 'container',
    height: 200,
    data: { name: 'trips' },
    mark: points,
    encoding: {
      x: { field: 'seconds', ...durationAxis(set.columns.seconds as readonly number[]) },
      y: { field: 'net', type: 'quantitative', title: null, axis: { tickCount: 5 } },
      ...results,
      tooltip: [...tooltip],
    },
  };
  return {
    name: 'durations',
    title: `Net result by how long a trip lasted, ${unit}`,
    description: 'One point a trip; its length to the right, on a logarithmic scale.',
    datasets: [set],
    spec,
  };
}

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hourName(hour));

function hourChart(byHour: readonly TripGroup[], timeZone: string, unit: string): Chart {
  const spec: TopLevelSpec = {
    width: 'container',
    height: 200,
    data: { name: 'trip-hours' },
    mark: { type: 'bar', cornerRadiusEnd: 2 },
    encoding: {
      x: {
        field: 'hour',
        type: 'ordinal',
        title: null,
        scale: { domain: hoursOfDay },
        axis: { labelAngle: 0, labelOverlap: true },
      },
      y: { field: 'net', type: 'quantitative', title: null, axis: { tickCount: 5 } },
      color: { condition: { test: 'datum.net < 0', value: 'var(--loss)' }, value: 'var(--gain)' },
      tooltip: [
        { field: 'hour', type: 'nominal' },
        { field: 'net', type: 'quantitative', format: '+,.2f' },
        { field: 'trips', type: 'quantitative', format: ',d' },
      ],
    },
  };
  const columns = {
    hour: byHour.map(({ label }) => label),
    net: byHour.map(({ net }) => rounded(net, 4)),
    trips: byHour.map(({ trips: n }) => n),
  };
  return {
    name: 'trip-hours',
    title: `Net result by the hour in which trips ended, ${timeZone === 'UTC' ? 'UTC' : 'New York'}, ${unit}`,
    description: 'One bar an hour of the day.',
    datasets: [{ name: 'trip-hours', columns }],
    spec,
  };
}

function kindBars(rows: readonly { label: string; amount: number; n: number }[], unit: string): Chart {
  const named = {
    name: 'trip-kinds',
    title: `Net result of round trips by kind, ${unit}`,
    description: 'By side, liquidity, tag, what closed them, and weakest evidence.',
  };
  return amountBars(named, 'trips', rows);
}
