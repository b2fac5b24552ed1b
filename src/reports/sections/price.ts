import type { TopLevelSpec } from 'vega-lite';
import { evidenceGrades } from '../../market/fill.ts';
import { MICROS_PER_SECOND, type Micros } from '../../market/units.ts';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip, zoomable } from '../axes.ts';
import { count, duration } from '../format.ts';
import { html } from '../markup.ts';
import { decimalToNumber } from '../numbers.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, type Section } from '../section.ts';
import { thin } from '../thin.ts';
import { evidenceNames } from './evidence.ts';
import { marketName } from './markets.ts';

/** Each is a mark of its own, which a page has to draw. */
const MARKS_MAX = 600;
/** A decision can tell as much as it likes; the pointer shows the beginning. */
const FEATURES_MAX = 240;

/** What happened in the market in which we had most fills; absent without fills or quotes. */
export function price({ analysis }: RunReport): Section | undefined {
  const { busiest, fills, manifest, orderLives } = analysis.data;
  if (!busiest || busiest.quotes.at.length === 0) return undefined;
  const { instrument } = busiest;
  const own = fills.filter((fill) => fill.instrument === instrument && !fill.settlement);
  const span = spanOf(own);
  const rested = Array.from(orderLives.instrument.keys()).filter(
    (i) => orderLives.instrument[i] === instrument && orderLives.price[i] > 0 && orderLives.acceptedAt[i] > 0,
  );
  const quotes = busiest.quotes.at.filter((at) => at >= span.from && at <= span.to).length;
  const sets = {
    quotes: quotePoints(busiest.quotes, span),
    prints: printPoints(busiest.quotes, span),
    orders: orderLines(orderLives, rested, span.to),
    fills: fillPoints(own),
    decisions: decisionPoints(busiest.decisions),
  };
  const chart: Chart = {
    name: 'price',
    title: 'Best bid and ask, prints, our orders, fills and decisions',
    description:
      'Lines: best bid and ask. Bars: our orders while they rested. Triangles: fills, up if we bought. Diamonds: decisions.',
    datasets: Object.values(sets),
    spec,
  };
  const { title } = manifest.instruments.find(({ id }) => id === instrument) ?? {};
  const drawn = [
    share('quotes', sets.quotes, quotes),
    share('orders', sets.orders, rested.length),
    share('fills', sets.fills, own.length),
    share('decisions', sets.decisions, busiest.decisionCount),
  ].filter((text) => text !== '');
  return {
    name: 'price',
    title: 'The busiest market',
    html: html`<p>${marketName({ instrument, title })}</p>${chartFigure(chart)}
<p class="note">Bars are our orders while they rested, drawn through for buys and dashed for sales; small dots are prints; diamonds at the bottom are decisions. Hollow triangles are fills of weak evidence. Drag to move, Ctrl and the wheel to zoom, double click for all of it.</p>
<p class="note">Drawn: ${drawn.join(', ')}; the highest and lowest of every stretch are among them.</p>`,
    charts: [chart],
  };
}

type RunData = RunReport['analysis']['data'];
type Busiest = NonNullable<RunData['busiest']>;
interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

function share(name: string, { columns }: Dataset, all: number): string {
  const shown = columns.time.length;
  if (all === 0) return '';
  return shown < all ? `${count(shown)} of ${count(all)} ${name}` : `${count(all)} ${name}`;
}

/** Of the time in which we had fills, and a tenth more: what a price did days before and after hides them. */
function spanOf(fills: RunData['fills']): Span {
  const from = fills[0].at;
  const to = fills[fills.length - 1].at;
  const margin = Math.max((to - from) / 20, 5 * MICROS_PER_SECOND);
  return { from: from - margin, to: to + margin };
}

const milliseconds = (at: Micros): number => at / 1000;
const priceOrNull = (whole: number): number | null => (Number.isNaN(whole) ? null : whole / 1e8);

function quotePoints({ at, bid, ask }: Busiest['quotes'], { from, to }: Span): Dataset {
  const first = at.findIndex((time) => time >= from);
  const end = at.findLastIndex((time) => time <= to) + 1;
  const kept = thin([bid.slice(first, end), ask.slice(first, end)]).map((i) => first + i);
  return {
    name: 'quotes',
    columns: {
      time: kept.map((i) => milliseconds(at[i])),
      bid: kept.map((i) => priceOrNull(bid[i])),
      ask: kept.map((i) => priceOrNull(ask[i])),
    },
  };
}

/** The journal has the last print wherever the best prices or it changed. */
function printPoints({ at, last }: Busiest['quotes'], { from, to }: Span): Dataset {
  const changed: number[] = [];
  for (let i = 0; i < at.length; i++) {
    if (at[i] >= from && at[i] <= to && last[i] > 0 && last[i] !== last[i - 1]) changed.push(i);
  }
  const kept = changed.length === 0 ? [] : thin([changed.map((i) => last[i])], [], MARKS_MAX).map((i) => changed[i]);
  return {
    name: 'prints',
    columns: { time: kept.map((i) => milliseconds(at[i])), price: kept.map((i) => last[i] / 1e8) },
  };
}

/** From when the venue took it to its end, at its first price. */
function orderLines(orders: RunData['orderLives'], rested: readonly number[], end: Micros): Dataset {
  const kept = rested.length === 0 ? [] : thin([rested.map((i) => orders.price[i])], [], MARKS_MAX);
  const shown = kept.map((k) => rested[k]);
  const until = shown.map((i) => Math.min(endOf(orders, i), end));
  return {
    name: 'orders',
    columns: {
      time: shown.map((i) => milliseconds(orders.acceptedAt[i])),
      until: until.map(milliseconds),
      price: shown.map((i) => orders.price[i] / 1e8),
      side: shown.map((i) => (orders.side[i] > 0 ? 'buy' : 'sell')),
      size: shown.map((i) => orders.size[i] / 1e8),
      filled: shown.map((i) => orders.filled[i] / 1e8),
      rested: shown.map((i, k) => duration(until[k] - orders.acceptedAt[i])),
    },
  };
}

/** What is filled whole has no other end. */
function endOf({ endedAt, whole, lastFillAt }: RunData['orderLives'], i: number): Micros {
  if (!Number.isNaN(endedAt[i])) return endedAt[i];
  return whole[i] === 1 ? lastFillAt[i] : Number.POSITIVE_INFINITY;
}

function fillPoints(fills: RunData['fills']): Dataset {
  const prices = fills.map((fill) => decimalToNumber(fill.price));
  const kept = thin([prices], [], MARKS_MAX);
  return {
    name: 'fills',
    columns: {
      time: kept.map((i) => milliseconds(fills[i].at)),
      price: kept.map((i) => prices[i]),
      size: kept.map((i) => decimalToNumber(fills[i].size)),
      side: kept.map((i) => (fills[i].side > 0 ? 'bought' : 'sold')),
      liquidity: kept.map((i) => fills[i].liquidity ?? 'unknown'),
      evidence: kept.map((i) => gradeName(fills[i].grade)),
    },
  };
}

const gradeName = (grade: RunData['fills'][number]['grade']): string => (grade ? evidenceNames[grade].name : 'none');

function decisionPoints(decisions: Busiest['decisions']): Dataset {
  return {
    name: 'decisions',
    columns: {
      time: decisions.map(({ at }) => milliseconds(at)),
      action: decisions.map(({ action }) => action),
      reason: decisions.map(({ reason }) => reason),
      features: decisions.map(({ features }) => featuresText(features)),
    },
  };
}

/** {"spread":0.02,"side":"yes"} -> "spread 0.02, side yes" */
function featuresText(json: string): string {
  const features = Object.entries(JSON.parse(json) as Record<string, unknown>);
  const text = features.map(([name, value]) => `${name} ${value}`).join(', ');
  return text.length > FEATURES_MAX ? `${text.slice(0, FEATURES_MAX)}…` : text;
}

const weakGrades = ['book_crossed', 'inferred_print', 'modelled'] as const;
const isWeak = weakGrades.map((grade) => `datum.evidence == '${evidenceNames[grade].name}'`).join(' || ');
const priceOf = { field: 'price', type: 'quantitative' } as const;

const evidenceColour = {
  field: 'evidence',
  type: 'nominal',
  title: null,
  scale: {
    domain: evidenceGrades.map((grade) => evidenceNames[grade].name),
    range: evidenceGrades.map((_, i) => `var(--grade-${i + 1})`),
  },
  legend: { orient: 'bottom', direction: 'vertical', columns: { signal: 'width < 420 ? 1 : 3' } },
} as const;

const spec: TopLevelSpec = {
  width: 'container',
  height: 360,
  encoding: { x: timeAxis },
  layer: [
    {
      data: { name: 'quotes' },
      transform: [timeText, { fold: ['bid', 'ask'], as: ['line', 'price'] }],
      params: [zoomable],
      mark: {
        type: 'line',
        interpolate: 'step-after',
        strokeWidth: 1.25,
        clip: true,
        invalid: 'break-paths-filter-domains',
      },
      encoding: {
        y: { ...priceOf, title: null, scale: { zero: false } },
        color: {
          field: 'line',
          type: 'nominal',
          title: null,
          scale: { domain: ['ask', 'bid'], range: ['var(--ask)', 'var(--bid)'] },
          legend: { symbolType: 'stroke' },
        },
      },
    },
    {
      data: { name: 'prints' },
      mark: { type: 'point', filled: true, size: 9, color: 'var(--muted)', opacity: 0.75, clip: true },
      encoding: { y: priceOf },
    },
    {
      data: { name: 'quotes' },
      transform: [timeText],
      params: [nearestInTime],
      mark: { type: 'rule', color: 'var(--muted)', clip: true },
      encoding: {
        opacity: onlyNearest,
        tooltip: [timeTooltip, { field: 'bid', type: 'quantitative' }, { field: 'ask', type: 'quantitative' }],
      },
    },
    {
      data: { name: 'orders' },
      transform: [timeText],
      mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.75, clip: true },
      encoding: {
        x2: { field: 'until' },
        y: priceOf,
        stroke: {
          field: 'side',
          type: 'nominal',
          scale: { domain: ['buy', 'sell'], range: ['var(--bid)', 'var(--ask)'] },
          legend: null,
        },
        strokeDash: {
          field: 'side',
          type: 'nominal',
          scale: {
            domain: ['buy', 'sell'],
            range: [
              [1, 0],
              [3, 2],
            ],
          },
          legend: null,
        },
        tooltip: [
          { ...timeTooltip, title: 'order from (UTC)' },
          { field: 'rested', type: 'nominal' },
          { field: 'side', type: 'nominal' },
          priceOf,
          { field: 'size', type: 'quantitative' },
          { field: 'filled', type: 'quantitative' },
        ],
      },
    },
    {
      data: { name: 'fills' },
      transform: [timeText],
      mark: { type: 'point', size: 75, strokeWidth: 1.5, opacity: 1, clip: true },
      encoding: {
        y: priceOf,
        shape: {
          field: 'side',
          type: 'nominal',
          title: null,
          scale: { domain: ['bought', 'sold'], range: ['triangle-up', 'triangle-down'] },
          // Below the chart: beside the legend of the lines there is no room on a phone.
          legend: { orient: 'bottom', direction: 'vertical', symbolFillColor: 'var(--muted)' },
        },
        fill: evidenceColour,
        stroke: evidenceColour,
        fillOpacity: { condition: { test: isWeak, value: 0 }, value: 1 },
        tooltip: [
          timeTooltip,
          { field: 'side', type: 'nominal' },
          { field: 'size', type: 'quantitative' },
          priceOf,
          { field: 'liquidity', type: 'nominal' },
          { field: 'evidence', type: 'nominal' },
        ],
      },
    },
    {
      data: { name: 'decisions' },
      transform: [timeText],
      mark: {
        type: 'point',
        shape: 'diamond',
        filled: true,
        size: 55,
        color: 'var(--accent)',
        opacity: 0.8,
        clip: true,
      },
      encoding: {
        y: { value: 353 },
        tooltip: [
          timeTooltip,
          { field: 'action', type: 'nominal', title: 'decision' },
          { field: 'reason', type: 'nominal' },
          { field: 'features', type: 'nominal' },
        ],
      },
    },
  ],
  resolve: { scale: { color: 'independent', fill: 'independent', stroke: 'independent', strokeDash: 'independent' } },
};
