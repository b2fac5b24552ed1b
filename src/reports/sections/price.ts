import type { TopLevelSpec } from 'vega-lite';
import { MICROS_PER_SECOND } from '../../market/units.ts';
import { nearestInTime, onlyNearest, timeAxis, timeText, timeTooltip } from '../axes.ts';
import { count } from '../format.ts';
import { html } from '../markup.ts';
import { decimalToNumber } from '../numbers.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, type Section } from '../section.ts';
import { thin } from '../thin.ts';
import { marketName } from './markets.ts';

/** Our fills over the best prices of the market in which we had most of them; absent without fills or quotes. */
export function price({ analysis }: RunReport): Section | undefined {
  const { busiest, fills, manifest } = analysis.data;
  if (!busiest || busiest.quotes.length === 0) return undefined;
  const { instrument } = busiest;
  const own = fills.filter((fill) => fill.instrument === instrument && !fill.settlement);
  const marks = fillPoints(own);
  const shown = marks.columns.time.length;
  const chart: Chart = {
    name: 'price',
    title: 'Best bid and ask, and our fills',
    description: 'Fills we bought point up, fills we sold point down; their colour says maker or taker.',
    datasets: [quotePoints(quotesAround(own, busiest.quotes)), marks],
    spec,
  };
  const { title } = manifest.instruments.find(({ id }) => id === instrument) ?? {};
  const note =
    shown < own.length
      ? `${count(shown)} of ${count(own.length)} fills are drawn, the highest and lowest of every stretch among them.`
      : `${count(own.length)} fills.`;
  return {
    name: 'price',
    title: 'Fills in the busiest market',
    html: html`<p>${marketName({ instrument, title })}</p>${chartFigure(chart)}<p class="note">${note}</p>`,
    charts: [chart],
  };
}

type RunData = RunReport['analysis']['data'];
type Quotes = NonNullable<RunData['busiest']>['quotes'];

/** Of the time in which we had fills, and a tenth more: what a price did days before and after hides them. */
function quotesAround(fills: RunData['fills'], quotes: Quotes): Quotes {
  const from = fills[0].at;
  const to = fills[fills.length - 1].at;
  const margin = Math.max((to - from) / 20, 5 * MICROS_PER_SECOND);
  return quotes.filter(({ at }) => at >= from - margin && at <= to + margin);
}

function quotePoints(quotes: Quotes): Dataset {
  const priceOf = (value: bigint | null) => (value === null ? Number.NaN : decimalToNumber(value));
  const bid = quotes.map((quote) => priceOf(quote.bid));
  const ask = quotes.map((quote) => priceOf(quote.ask));
  const kept = thin([bid, ask]);
  const shown = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    name: 'quotes',
    columns: {
      time: kept.map((i) => quotes[i].at / 1000),
      bid: kept.map((i) => shown(bid[i])),
      ask: kept.map((i) => shown(ask[i])),
    },
  };
}

function fillPoints(fills: RunData['fills']): Dataset {
  const prices = fills.map((fill) => decimalToNumber(fill.price));
  const kept = thin([prices]);
  return {
    name: 'fills',
    columns: {
      time: kept.map((i) => fills[i].at / 1000),
      price: kept.map((i) => prices[i]),
      size: kept.map((i) => decimalToNumber(fills[i].size)),
      side: kept.map((i) => (fills[i].side > 0 ? 'bought' : 'sold')),
      liquidity: kept.map((i) => fills[i].liquidity ?? 'unknown'),
    },
  };
}

const spec: TopLevelSpec = {
  width: 'container',
  height: 300,
  encoding: { x: timeAxis },
  layer: [
    {
      data: { name: 'quotes' },
      transform: [timeText, { fold: ['bid', 'ask'], as: ['line', 'price'] }],
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.25, invalid: 'break-paths-filter-domains' },
      encoding: {
        y: { field: 'price', type: 'quantitative', title: null, scale: { zero: false } },
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
      data: { name: 'quotes' },
      transform: [timeText],
      params: [nearestInTime],
      mark: { type: 'rule', color: 'var(--muted)' },
      encoding: {
        opacity: onlyNearest,
        tooltip: [timeTooltip, { field: 'bid', type: 'quantitative' }, { field: 'ask', type: 'quantitative' }],
      },
    },
    {
      data: { name: 'fills' },
      transform: [timeText],
      mark: { type: 'point', filled: true, size: 70, stroke: 'var(--card)', strokeWidth: 0.75, opacity: 1 },
      encoding: {
        y: { field: 'price', type: 'quantitative' },
        shape: {
          field: 'side',
          type: 'nominal',
          title: null,
          scale: { domain: ['bought', 'sold'], range: ['triangle-up', 'triangle-down'] },
          // Below the chart: beside the legend of the lines there is no room on a phone.
          legend: { orient: 'bottom', direction: 'vertical', symbolFillColor: 'var(--muted)' },
        },
        fill: {
          field: 'liquidity',
          type: 'nominal',
          title: null,
          scale: { domain: ['maker', 'taker', 'unknown'], range: ['var(--maker)', 'var(--taker)', 'var(--muted)'] },
          legend: { orient: 'bottom', direction: 'vertical', values: ['maker', 'taker'] },
        },
        tooltip: [
          timeTooltip,
          { field: 'side', type: 'nominal' },
          { field: 'size', type: 'quantitative' },
          { field: 'price', type: 'quantitative' },
          { field: 'liquidity', type: 'nominal' },
        ],
      },
    },
  ],
  resolve: { scale: { color: 'independent', fill: 'independent' } },
};
