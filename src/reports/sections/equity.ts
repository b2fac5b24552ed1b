import type { TopLevelSpec } from 'vega-lite';
import { type Micros, moneyToNumber } from '../../market/units.ts';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../axes.ts';
import { count, duration, exactDecimal, money, percent, reasons, time } from '../format.ts';
import { facts, html } from '../markup.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';

/** Absent when equity never moved. */
export function equity({ analysis, figures, baseline }: RunReport): Section | undefined {
  const { data, currency, drawdown } = analysis;
  if (data.equity.at.length < 2) return undefined;
  const points = equityPoints(analysis);
  const shades = sessionShades(analysis);
  const before = baseline && currency === baseline.analysis.currency ? baselinePoints(analysis, baseline.analysis) : [];
  const unit = currency ?? 'mixed currencies';
  const charts: Chart[] = [
    {
      name: 'equity',
      title: `Change of equity since the start, ${unit}`,
      description: `Net of fees, and before fees, over time${before.length > 0 ? '; beside it the first run, net' : ''}.`,
      datasets: [points, ...shades, ...before],
      spec: equitySpec(shades, before),
    },
    {
      name: 'drawdown',
      title: 'Drawdown: equity below its running peak',
      description: 'As a fraction of the peak, over time.',
      datasets: [points, ...shades],
      spec: drawdownSpec(shades),
    },
  ];
  const { deepest } = drawdown;
  const shown = (metric: Metric, write: (value: number) => string) =>
    metric.value === null ? (metric.reason ? reasons[metric.reason] : '') : write(metric.value);
  const deepestFacts = facts([
    ['Deepest', shown(figures['dd.maxPct'], percent)],
    ['Largest loss of money', shown(figures['dd.maxMoney'], (value) => money(value, currency))],
    ['If closed at bid or ask', shown(figures['dd.liquidationPct'], percent)],
    ['The same in money', shown(figures['dd.liquidationMoney'], (value) => money(value, currency))],
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

type Analysis = RunReport['analysis'];

function equityPoints({ data, drawdown }: Analysis): Dataset {
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
      fills: fillTexts(
        data.fills,
        kept.map((i) => at[i]),
      ),
    },
  };
}

/** What was filled since the time before, by each of these times; null for nothing. */
function fillTexts(fills: Analysis['data']['fills'], times: readonly Micros[]): (string | null)[] {
  let next = 0;
  return times.map((time) => {
    const first = next;
    while (next < fills.length && fills[next].at <= time) next++;
    return next === first ? null : fillText(fills.slice(first, next));
  });
}

function fillText(fills: Analysis['data']['fills']): string {
  const [{ instrument, side, size, price, settlement }] = fills;
  if (fills.length > 1)
    return `${count(fills.length)} in ${marketsText(new Set(fills.map((fill) => fill.instrument)))}`;
  const did = settlement ? 'settled' : side > 0 ? 'bought' : 'sold';
  return `${did} ${exactDecimal(size)} at ${exactDecimal(price)}, ${instrument}`;
}

const marketsText = (markets: ReadonlySet<string>): string =>
  markets.size === 1 ? [...markets][0] : `${count(markets.size)} markets`;

/** More would be a grey picture. */
const SHADES_MAX = 60;

/** Every other session, as far as there is equity; none for a single one. */
function sessionShades({ data, sessions }: Analysis): Dataset[] {
  const { at } = data.equity;
  const [from, to] = [at[0], at[at.length - 1]];
  const shaded = sessions
    .map(({ day, endsAt }, i) => ({
      day,
      begin: Math.max(i > 0 ? sessions[i - 1].endsAt : from, from),
      end: Math.min(endsAt, to),
    }))
    .filter(({ begin, end }, i) => i % 2 === 1 && begin < end);
  if (shaded.length === 0 || shaded.length > SHADES_MAX) return [];
  const columns = {
    session: shaded.map(({ day }) => day),
    begin: shaded.map(({ begin }) => begin / 1000),
    end: shaded.map(({ end }) => end / 1000),
  };
  return [{ name: 'shades', columns }];
}

/** The change of another run's equity in the time of this one; none if it was another time. */
function baselinePoints({ data }: Analysis, { data: other }: Analysis): Dataset[] {
  const [from, to] = [data.equity.at[0], data.equity.at[data.equity.at.length - 1]];
  const { at, equity } = other.equity;
  const change = equity.map((level) => moneyToNumber(level - equity[0]));
  const kept = thin([change]).filter((i) => at[i] >= from && at[i] <= to);
  if (kept.length < 2) return [];
  const columns = { time: kept.map((i) => at[i] / 1000), first: kept.map((i) => rounded(change[i], 4)) };
  return [{ name: 'baseline', columns }];
}

type Layer = Extract<TopLevelSpec, { layer: unknown[] }>['layer'][number];

function shadeLayer(shades: readonly Dataset[]): Layer[] {
  return shades.map(({ name }) => ({
    data: { name },
    mark: { type: 'rect', color: 'var(--line)', opacity: 0.5 },
    encoding: { x: { field: 'begin', type: 'temporal' }, x2: { field: 'end' } },
  }));
}

const looks = [
  { series: 'net', color: 'var(--series-1)', dash: [1, 0] },
  { series: 'gross', color: 'var(--series-2)', dash: [4, 3] },
  { series: 'first', color: 'var(--ask)', dash: [8, 3] },
];

/** `drawn`: all that the chart has. */
function lineLayer(series: readonly string[], drawn: readonly string[], data?: string): Layer {
  const used = looks.filter((look) => drawn.includes(look.series));
  const scale = { domain: used.map((look) => look.series) };
  return {
    ...(data && { data: { name: data } }),
    transform: [{ fold: [...series], as: ['series', 'change'] }],
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.75 },
    encoding: {
      x: timeAxis,
      y: { field: 'change', type: 'quantitative', title: null, scale: { zero: false } },
      color: {
        field: 'series',
        type: 'nominal',
        title: null,
        scale: { ...scale, range: used.map(({ color }) => color) },
        legend: {
          labelExpr: "datum.value == 'net' ? 'net' : datum.value == 'gross' ? 'before fees' : 'first run, net'",
          symbolType: 'stroke',
        },
      },
      strokeDash: { field: 'series', type: 'nominal', scale: { ...scale, range: used.map(({ dash }) => dash) } },
    },
  };
}

function equitySpec(shades: readonly Dataset[], before: readonly Dataset[]): TopLevelSpec {
  const drawn = ['net', 'gross', ...(before.length > 0 ? ['first'] : [])];
  return {
    width: 'container',
    height: 260,
    data: { name: 'equity' },
    transform: [timeText, { calculate: "datum.fills || 'none'", as: 'filled' }],
    layer: [
      ...shadeLayer(shades),
      ...before.map(({ name }) => lineLayer(['first'], drawn, name)),
      lineLayer(['net', 'gross'], drawn),
      {
        params: [nearestInTime],
        mark: { type: 'point', filled: true, size: 50, color: 'var(--series-1)' },
        encoding: {
          x: timeAxis,
          y: { field: 'net', type: 'quantitative' },
          opacity: onlyNearest,
          tooltip: [
            timeTooltip,
            { field: 'net', type: 'quantitative', title: 'net', format: '+,.2f' },
            { field: 'gross', type: 'quantitative', title: 'before fees', format: '+,.2f' },
            { field: 'equity', type: 'quantitative', title: 'equity', format: ',.2f' },
            { field: 'filled', type: 'nominal', title: 'fills' },
          ],
        },
      },
    ],
  };
}

const drawdownPlace = {
  x: timeAxis,
  y: { field: 'drawdown', type: 'quantitative', title: null, axis: { format: '.4~%' } },
} as const;

const drawdownSpec = (shades: readonly Dataset[]): TopLevelSpec => ({
  width: 'container',
  height: 140,
  data: { name: 'equity' },
  transform: [timeText],
  layer: [
    ...shadeLayer(shades),
    {
      encoding: drawdownPlace,
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
        ...drawdownPlace,
        opacity: onlyNearest,
        tooltip: [timeTooltip, { field: 'drawdown', type: 'quantitative', title: 'below the peak', format: '.3%' }],
      },
    },
  ],
});
