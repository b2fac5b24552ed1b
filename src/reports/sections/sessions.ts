import type { TopLevelSpec } from 'vega-lite';
import { figureFacts } from '../figure-facts.ts';
import { html } from '../markup.ts';
import type { MetricKey } from '../metrics/catalogue.ts';
import { sharpe } from '../metrics/ratios.ts';
import { sessionReturns } from '../metrics/returns.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';

/** Fewer say nothing by weekday. */
const CALENDAR_LEAST = 41;
const ROLLING_LEAST = 60;
const ROLLING_SESSIONS = 30;

const shown: readonly MetricKey[] = [
  ...(['winRate.session', 'return.mean', 'return.annualised', 'risk.volatility', 'ratio.sortino'] as const),
  ...(['ratio.calmar', 'ratio.omega', 'ratio.gainToPain', 'tail.var5', 'tail.es5'] as const),
  ...(['sharpe.autocorrelation', 'pnl.exBestDay'] as const),
];

/** Results by session; absent for a single one. */
export function sessions(report: RunReport): Section | undefined {
  const { analysis } = report;
  const { sessions: days, closes, calendar, currency } = analysis;
  if (days.length < 2 || closes.length < 3) return undefined;
  const results = closes.slice(1).map((close, i) => close - closes[i]);
  const returns = sessionReturns(closes);
  const unit = currency ?? 'mixed currencies';
  const set: Dataset = {
    name: 'sessions',
    columns: {
      session: days.map(({ day }) => day),
      net: results.map((result) => rounded(result, 4)),
      return: days.map((_, i) => (returns[i] === undefined ? null : rounded(returns[i], 8))),
    },
  };
  const charts = [
    resultChart(set, unit),
    ...(days.length >= CALENDAR_LEAST ? [calendarChart(set, unit)] : []),
    ...(returns.length >= ROLLING_LEAST ? [rollingChart(analysis, returns)] : []),
  ];
  return {
    name: 'sessions',
    title: 'Sessions',
    html: html`${charts.map(chartFigure)}${figureFacts(report, shown)}<p class="note">Sessions are ${calendar.name}.</p>`,
    charts,
  };
}

const tooltip = [
  { field: 'session', type: 'nominal' },
  { field: 'net', type: 'quantitative', format: '+,.2f' },
  { field: 'return', type: 'quantitative', format: '+.3%' },
] as const;

const bySign = { condition: { test: 'datum.net < 0', value: 'var(--loss)' }, value: 'var(--gain)' } as const;

/** As many labels as there is room for. */
const dayAxis = {
  field: 'session',
  type: 'ordinal',
  title: null,
  axis: { labelAngle: 0, labelOverlap: true, labelExpr: 'slice(datum.label, 5)' },
} as const;

function resultChart(set: Dataset, unit: string): Chart {
  const spec: TopLevelSpec = {
    width: 'container',
    height: 180,
    data: { name: 'sessions' },
    mark: { type: 'bar', cornerRadiusEnd: 2 },
    encoding: {
      x: dayAxis,
      y: { field: 'net', type: 'quantitative', title: null },
      color: bySign,
      tooltip: [...tooltip],
    },
  };
  return {
    name: 'sessions',
    title: `Net result of each session, ${unit}`,
    description: 'One bar a session; gains upwards, losses downwards.',
    datasets: [set],
    spec,
  };
}

/** Weeks to the right, days of the week down; the fuller the colour, the larger the result. */
function calendarChart(set: Dataset, unit: string): Chart {
  const largest = Math.max(...(set.columns.net as readonly number[]).map(Math.abs));
  const spec: TopLevelSpec = {
    width: 'container',
    height: 7 * 18,
    data: { name: 'sessions' },
    transform: [{ calculate: 'utcParse(datum.session, "%Y-%m-%d")', as: 'date' }],
    mark: { type: 'rect', stroke: 'var(--card)', strokeWidth: 1.5 },
    encoding: {
      x: {
        timeUnit: 'utcyearweek',
        field: 'date',
        type: 'ordinal',
        title: null,
        axis: { format: '%b %d', labelAngle: 0, labelOverlap: true, ticks: false },
      },
      y: { timeUnit: 'utcday', field: 'date', type: 'ordinal', title: null, axis: { format: '%a' } },
      color: bySign,
      opacity: {
        field: 'size',
        type: 'quantitative',
        legend: null,
        scale: { domain: [0, largest || 1], range: [0.12, 1] },
      },
      tooltip: [...tooltip],
    },
  };
  return {
    name: 'calendar',
    title: `Net results on the calendar, ${unit}`,
    description: 'One square a session: gains and losses by colour, the fuller the larger.',
    datasets: [set],
    spec: { ...spec, transform: [...(spec.transform ?? []), { calculate: 'abs(datum.net)', as: 'size' }] },
  };
}

function rollingChart({ sessions: days, calendar }: RunReport['analysis'], returns: readonly number[]): Chart {
  const ends = returns.map((_, i) => i).slice(ROLLING_SESSIONS - 1);
  const ratios = ends.map((i) => sharpe(returns.slice(i + 1 - ROLLING_SESSIONS, i + 1), calendar.periodsPerYear).value);
  const spec: TopLevelSpec = {
    width: 'container',
    height: 150,
    data: { name: 'rolling' },
    layer: [
      { mark: { type: 'rule', color: 'var(--strong)' }, encoding: { y: { datum: 0 } } },
      {
        mark: { type: 'line', color: 'var(--series-1)', strokeWidth: 1.5, point: { size: 8 } },
        encoding: {
          x: dayAxis,
          y: { field: 'sharpe', type: 'quantitative', title: null },
          tooltip: [
            { field: 'session', type: 'nominal' },
            { field: 'sharpe', type: 'quantitative', format: '.2f' },
          ],
        },
      },
    ],
  };
  const columns = {
    session: ends.map((i) => days[i].day),
    sharpe: ratios.map((value) => (value === null ? null : rounded(value, 4))),
  };
  return {
    name: 'rolling',
    title: `Sharpe ratio of the last ${ROLLING_SESSIONS} sessions`,
    description: 'Annualised; one point a session.',
    datasets: [{ name: 'rolling', columns }],
    spec,
  };
}
