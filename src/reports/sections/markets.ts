import type { TopLevelSpec } from 'vega-lite';
import type { MarketResult } from '../analysis.ts';
import { amountAxis, nameLabels } from '../axes.ts';
import { count, exactDecimal, money, percent, placesOf, signedMoney } from '../format.ts';
import { html, type Markup, signedAmount, table } from '../markup.ts';
import type { Metric } from '../metrics/metric.ts';
import { exactAmount } from '../numbers.ts';
import { fillRatesByMarket } from '../order-rates.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Section } from '../section.ts';

const BARS_MAX = 30;
const ROWS_MAX = 200;

/** Absent without fills. */
export function markets({ analysis }: RunReport): Section | undefined {
  const { markets: all, unassigned, currency } = analysis;
  const rates = fillRatesByMarket(analysis);
  if (all.length === 0) return undefined;
  const ranked = [...all].sort(
    (a, b) => compare(magnitude(b.net), magnitude(a.net)) || compare(a.instrument, b.instrument),
  );
  const charts = all.length > 1 ? [barChart(ranked, currency ?? 'mixed currencies')] : [];
  const rows = ranked.slice(0, ROWS_MAX);
  const places = placesOf(rows.flatMap(({ net, fees }) => [net, fees]));
  const result = table(
    'Markets with fills, largest results first',
    [
      { title: 'Market' },
      { title: 'Net P&L', kind: 'figures' },
      { title: 'Gross P&L', kind: 'figures' },
      { title: 'Fees', kind: 'figures' },
      { title: 'Fills', kind: 'figures' },
      { title: 'Size traded', kind: 'figures' },
      { title: 'Orders filled', kind: 'figures' },
      { title: 'Size filled', kind: 'figures' },
      { title: 'Ended' },
    ],
    rows.map((market) => [
      marketName(market),
      signedAmount(market.net, currency, places),
      signedMoney(market.gross, currency, places),
      money(market.fees, currency, places),
      count(market.fills),
      exactDecimal(market.tradedSize),
      rateText(rates.get(market.instrument)?.byOrder),
      rateText(rates.get(market.instrument)?.bySize),
      ending(market),
    ]),
  );
  const left = ranked.slice(ROWS_MAX);
  const rest =
    left.length > 0
      ? html`<p class="note">${count(left.length)} more markets: ${signedMoney(
          left.reduce((sum, { net }) => sum + net, 0n),
          currency,
        )} net.</p>`
      : '';
  const moved =
    unassigned === 0n
      ? ''
      : html`<p class="note">Marks that moved after a market's last quote: ${signedMoney(unassigned, currency, 4)}.</p>`;
  return {
    name: 'markets',
    title: 'Result by market',
    html: html`${charts.map(chartFigure)}${result}${rest}${moved}`,
    charts,
  };
}

const rateText = (rate: Metric | undefined): string => (rate?.value == null ? '' : percent(rate.value));

/** The venue's title under the name, if it has one. */
export function marketName({ instrument, title }: { readonly instrument: string; readonly title?: string }): Markup {
  return title ? html`${instrument}<br><span class="sub">${title}</span>` : html`${instrument}`;
}

function ending({ held, settled }: MarketResult): string {
  if (held !== 0n) return `holds ${exactDecimal(held)}, marked`;
  return settled ? 'settled' : 'flat';
}

function barChart(ranked: readonly MarketResult[], unit: string): Chart {
  const shown = ranked.slice(0, BARS_MAX);
  const title =
    ranked.length > BARS_MAX
      ? `Net P&L of the ${BARS_MAX} markets with the largest results, ${unit}`
      : `Net P&L by market, ${unit}`;
  return {
    name: 'markets',
    title,
    description: 'One bar a market; gains to the right, losses to the left.',
    datasets: [
      {
        name: 'markets',
        columns: {
          market: shown.map(({ instrument }) => instrument),
          net: shown.map(({ net }) => exactAmount(net)),
          fees: shown.map(({ fees }) => exactAmount(fees)),
          fills: shown.map(({ fills }) => fills),
        },
      },
    ],
    spec: {
      width: 'container',
      height: shown.length * 20,
      data: { name: 'markets' },
      mark: { type: 'bar', cornerRadiusEnd: 2, height: { band: 0.7 } },
      encoding: {
        y: {
          field: 'market',
          type: 'nominal',
          title: null,
          sort: { field: 'net', order: 'descending' },
          axis: nameLabels,
        },
        x: {
          field: 'net',
          type: 'quantitative',
          title: null,
          axis: amountAxis,
        },
        color: { condition: { test: 'datum.net < 0', value: 'var(--loss)' }, value: 'var(--gain)' },
        tooltip: [
          { field: 'market', type: 'nominal' },
          { field: 'net', type: 'quantitative', title: 'net', format: '+,.2f' },
          { field: 'fees', type: 'quantitative', title: 'fees', format: ',.4f' },
          { field: 'fills', type: 'quantitative', title: 'fills', format: ',d' },
        ],
      },
    } satisfies TopLevelSpec,
  };
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
