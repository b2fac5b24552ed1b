import { count, decimal, duration, exactDecimal, money, placesOf, signedMoney, time } from '../format.ts';
import { html, signedAmount, table } from '../markup.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';
import { TRADES_MAX } from '../summary.ts';
import { largestTrades } from '../trades.ts';
import { evidenceNames } from './evidence.ts';

/** Absent without closed trips. */
export function trades({ analysis, figures }: RunReport): Section | undefined {
  const { currency, data, matched } = analysis;
  const closed = figures['trades.count'].value ?? 0;
  if (closed === 0) return undefined;
  const rows = largestTrades(analysis, TRADES_MAX);
  const places = placesOf(rows.flatMap(({ net, fees }) => [net, fees]));
  const decimals = new Map(data.manifest.instruments.map(({ id, priceDecimals }) => [id, priceDecimals]));
  const price = (value: number, instrument: string) => decimal(value, decimals.get(instrument) ?? 4);
  const list = table(
    closed > rows.length
      ? `The ${count(rows.length)} round trips with the largest results`
      : 'All closed round trips, largest results first',
    [
      { title: 'Market' },
      { title: 'Net P&L', kind: 'figures' },
      { title: 'Side' },
      { title: 'Opened (UTC)' },
      { title: 'Lasted', kind: 'figures' },
      { title: 'Largest size', kind: 'figures' },
      { title: 'Entry', kind: 'figures' },
      { title: 'Exit', kind: 'figures' },
      { title: 'Gross P&L', kind: 'figures' },
      { title: 'Fees', kind: 'figures' },
      { title: 'Closed by' },
      { title: 'Weakest evidence' },
      { title: 'Tag' },
    ],
    rows.map((trade) => [
      trade.instrument,
      signedAmount(trade.net, currency, places),
      trade.side,
      time(trade.openedAt),
      duration(trade.closedAt - trade.openedAt),
      exactDecimal(trade.maxSize),
      price(trade.entryPrice, trade.instrument),
      price(trade.exitPrice, trade.instrument),
      signedMoney(trade.gross, currency, places),
      money(trade.fees, currency, places),
      trade.exit,
      trade.evidence ? evidenceNames[trade.evidence].name : '',
      trade.tag,
    ]),
  );
  const open = matched.trips.length - closed;
  const notes = [
    closed > rows.length ? `${count(closed - rows.length)} smaller ones are not listed; every figure counts them.` : '',
    open > 0 ? `${count(open)} ${open === 1 ? 'trip is' : 'trips are'} still open and not among them.` : '',
  ].filter((note) => note !== '');
  return {
    name: 'trades',
    title: 'List of round trips',
    html: html`${list}${notes.map((note) => html`<p class="note">${note}</p>`)}`,
    charts: [],
  };
}
