import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../market/group.ts';
import { amountAxis, nameLabels, nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../axes.ts';
import { amountBars, intervalChart } from '../bar-charts.ts';
import { figureFacts } from '../figure-facts.ts';
import type { EdgeRow, Scores } from '../forecasts.ts';
import { count, decimal, money, percent } from '../format.ts';
import { html, type Markup, table } from '../markup.ts';
import type { MetricKey } from '../metrics/catalogue.ts';
import { logLoss } from '../metrics/forecasts.ts';
import type { Metric } from '../metrics/metric.ts';
import { exactAmount } from '../numbers.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';

const EVENTS_MAX = 15;

const scoreKeys: readonly MetricKey[] = [
  ...(['score.ece', 'score.spiegelhalterZ', 'score.reliability', 'score.resolution', 'score.uncertainty'] as const),
];
const edgeKeys: readonly MetricKey[] = [
  ...(['winRate.contract', 'winRate.breakEven', 'winRate.excess', 'edge.realised', 'edge.expected'] as const),
  ...([
    'edge.clv',
    'edge.clvOfEntry',
    'edge.beatClose',
    'kelly.binary',
    'topShare.1',
    'topShare.5',
    'hhi.pnl',
  ] as const),
];

/** What the strategy knew that prices did not, of binary contracts; absent without forecasts and without lots of them. */
export function forecasts(report: RunReport): Section | undefined {
  const { forecasts: said, analysis } = report;
  if (said.scored.length === 0 && said.byPrice.length === 0) return undefined;
  const unit = analysis.currency ?? 'mixed currencies';
  const scoring = said.scored.length > 0 ? [calibrationChart(said), advantageChart(said.scored)] : [];
  const edges = [
    edgeChart('edge-price', `Net of a contract by its price in cents, ${unit}`, said.byPrice),
    edgeChart('edge-time', `Net of a contract by the time to the close, ${unit}`, said.byTimeToClose),
  ].filter((chart) => chart !== undefined);
  const events = eventChart(analysis, unit);
  return {
    name: 'forecasts',
    title: 'Prediction markets',
    html: html`${scoring.length > 0 ? html`<div class="columns">${scoring.map(chartFigure)}</div>${scoreTable(said)}${figureFacts(report, scoreKeys)}` : ''}<div class="columns">${edges.map(chartFigure)}</div>${edgeTable(
      'Contracts by their price in cents',
      said.byPrice,
      analysis.currency,
    )}${edgeTable('Contracts by the time from entry to the close', said.byTimeToClose, analysis.currency)}${events ? chartFigure(events) : ''}${figureFacts(report, edgeKeys)}`,
    charts: [...scoring, ...edges, ...(events ? [events] : [])],
  };
}

type Forecasts = RunReport['forecasts'];

function scoreTable({ all, filled, perMarket, unresolved, unpriced }: Forecasts): Markup {
  const value = (metric: Metric, places = 4) => (metric.value === null ? '' : decimal(metric.value, places));
  const row = (label: string, scores: Scores) => [
    label,
    count(scores.n),
    value(scores.brier),
    value(scores.brierMarket),
    scores.skill.value === null ? '' : percent(scores.skill.value),
    value(scores.logLoss),
    value(scores.logLossMarket),
  ];
  const left = [
    unresolved > 0 ? `${count(unresolved)} forecasts have no outcome yet` : '',
    unpriced > 0 ? `${count(unpriced)} had no price of the market beside them` : '',
  ].filter((part) => part !== '');
  return html`${table(
    'Forecasts against the market',
    [
      { title: 'Forecasts' },
      { title: 'n', kind: 'figures' },
      { title: 'Brier', kind: 'figures' },
      { title: 'of the market', kind: 'figures' },
      { title: 'Skill', kind: 'figures' },
      { title: 'Log loss', kind: 'figures' },
      { title: 'of the market', kind: 'figures' },
    ],
    [row('all', all), row('whose orders were filled', filled), row('each market once', perMarket)],
  )}<p class="note">Lower is better. If those that were filled score worse than all, the fills came when we were wrong.${left.length > 0 ? ` Left out: ${left.join('; ')}.` : ''}</p>`;
}

function edgeTable(caption: string, rows: readonly EdgeRow[], currency: string | undefined): Markup | string {
  if (rows.length === 0) return '';
  const rate = ({ value }: Metric) => (value === null ? '' : percent(value));
  return table(
    caption,
    [
      { title: 'Bucket' },
      { title: 'Contracts', kind: 'figures' },
      { title: 'Lots', kind: 'figures' },
      { title: 'Markets', kind: 'figures' },
      { title: 'Win rate', kind: 'figures' },
      { title: 'Breaks even at', kind: 'figures' },
      { title: 'Net of a contract', kind: 'figures' },
    ],
    rows.map(({ bucket, size, lots, markets, winRate, breakEven, net }) => [
      ...[bucket, count(rounded(size, 2)), count(lots), count(markets), rate(winRate), rate(breakEven)],
      net.value === null ? '' : money(net.value, currency, 4),
    ]),
  );
}

function edgeChart(name: string, title: string, rows: readonly EdgeRow[]): Chart | undefined {
  if (rows.length === 0) return undefined;
  const description = 'One point a bucket, with the 95 % interval where there are ten markets; right of 0 it earned.';
  const points = rows.map(({ bucket, net }) => ({ label: bucket, metric: net, against: 0 }));
  return intervalChart({ name, title, description }, 'amount', 'lots', points);
}

/** Results by event: markets of one event are one bet. */
function eventChart({ markets, data }: RunReport['analysis'], unit: string): Chart | undefined {
  const events = new Map(data.manifest.instruments.map(({ id, group }) => [id, group ?? id]));
  const rows = [...groupBy(markets, ({ instrument }) => events.get(instrument) ?? instrument)]
    .map(([label, each]) => ({
      label,
      amount: each.reduce((sum, { net }) => sum + exactAmount(net), 0),
      n: each.length,
    }))
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || (a.label < b.label ? -1 : 1));
  if (rows.length < 2) return undefined;
  const most = rows.length > EVENTS_MAX ? ` (the ${EVENTS_MAX} largest of ${count(rows.length)})` : '';
  const named = {
    name: 'events',
    title: `Net P&L by event${most}, ${unit}`,
    description: 'One bar an event, the largest result first: how much hangs on how few.',
  };
  return amountBars(named, 'markets', rows.slice(0, EVENTS_MAX), nameLabels);
}

function calibrationChart({ curve, marketCurve }: Forecasts): Chart {
  const bins = [
    ...curve.map((bin) => ({ ...bin, whose: 'ours' })),
    ...marketCurve.map((bin) => ({ ...bin, whose: 'market' })),
  ];
  const set: Dataset = {
    name: 'calibration',
    columns: {
      whose: bins.map(({ whose }) => whose),
      forecast: bins.map(({ probability }) => rounded(probability, 5)),
      came: bins.map(({ rate }) => rounded(rate, 5)),
      low: bins.map(({ interval }) => rounded(interval[0], 5)),
      high: bins.map(({ interval }) => rounded(interval[1], 5)),
      n: bins.map(({ n }) => n),
    },
  };
  const scale = { domain: [0, 1] };
  const whose = {
    field: 'whose',
    type: 'nominal',
    title: null,
    scale: { domain: ['ours', 'market'], range: ['var(--series-1)', 'var(--ask)'] },
    // Not that of the intervals.
    legend: { symbolOpacity: 1 },
  } as const;
  const x = { field: 'forecast', type: 'quantitative', title: 'probability told', scale } as const;
  const spec: TopLevelSpec = {
    width: 'container',
    height: 260,
    data: { name: 'calibration' },
    encoding: { x: { ...x, axis: { ...amountAxis, format: '.0%' } } },
    layer: [
      {
        data: {
          values: [
            { forecast: 0, came: 0 },
            { forecast: 1, came: 1 },
          ],
        },
        mark: { type: 'line', color: 'var(--weak)', strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x, y: { field: 'came', type: 'quantitative', title: 'how often YES came' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
        encoding: { y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' }, color: whose },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: {
          y: { field: 'came', type: 'quantitative', scale, axis: { format: '.0%', tickCount: 5 } },
          color: whose,
          shape: { ...whose, scale: { domain: ['ours', 'market'], range: ['circle', 'square'] } },
          tooltip: [
            { field: 'whose', type: 'nominal' },
            { field: 'forecast', type: 'quantitative', title: 'told', format: '.1%' },
            { field: 'came', type: 'quantitative', title: 'came', format: '.1%' },
            { field: 'low', type: 'quantitative', title: '95% from', format: '.1%' },
            { field: 'high', type: 'quantitative', title: 'to', format: '.1%' },
            { field: 'n', type: 'quantitative', title: 'forecasts', format: ',d' },
          ],
        },
      },
    ],
  };
  return {
    name: 'calibration',
    title: 'Calibration: what was told, and how often it came, with 95 % intervals',
    description: 'Points on the dashed diagonal are calibrated. Ours are round, the market has squares.',
    datasets: [set],
    spec,
  };
}

/** Above 0: less error than the market, summed over the forecasts so far. */
function advantageChart(scored: Forecasts['scored']): Chart {
  let [brier, log] = [0, 0];
  const sums = scored.map(({ probability, market, outcome }) => {
    brier += (market - outcome) ** 2 - (probability - outcome) ** 2;
    log += (logLoss([market], [outcome]).value ?? 0) - (logLoss([probability], [outcome]).value ?? 0);
    return { brier, log };
  });
  const kept = thin([sums.map((sum) => sum.brier), sums.map((sum) => sum.log)]);
  const set: Dataset = {
    name: 'advantage',
    columns: {
      time: kept.map((i) => scored[i].at / 1000),
      brier: kept.map((i) => rounded(sums[i].brier, 5)),
      log: kept.map((i) => rounded(sums[i].log, 5)),
    },
  };
  const spec: TopLevelSpec = {
    width: 'container',
    height: 260,
    data: { name: 'advantage' },
    transform: [timeText],
    encoding: { x: timeAxis },
    layer: [
      {
        transform: [{ fold: ['brier', 'log'], as: ['score', 'sum'] }],
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.75 },
        encoding: {
          y: { field: 'sum', type: 'quantitative', title: null },
          color: {
            field: 'score',
            type: 'nominal',
            title: null,
            scale: { domain: ['brier', 'log'], range: ['var(--series-1)', 'var(--ask)'] },
            legend: { labelExpr: "datum.value == 'brier' ? 'Brier' : 'log loss'", symbolType: 'stroke' },
          },
        },
      },
      {
        params: [nearestInTime],
        mark: { type: 'point', filled: true, size: 50, color: 'var(--series-1)' },
        encoding: {
          y: { field: 'brier', type: 'quantitative' },
          opacity: onlyNearest,
          tooltip: [
            timeTooltip,
            { field: 'brier', type: 'quantitative', title: 'Brier', format: '+.4f' },
            { field: 'log', type: 'quantitative', title: 'log loss', format: '+.4f' },
          ],
        },
      },
    ],
  };
  return {
    name: 'advantage',
    title: 'Advantage over the market: its errors less ours, summed up',
    description: 'Rising lines: our forecasts were better than the middle of bid and ask at the same moments.',
    datasets: [set],
    spec,
  };
}
