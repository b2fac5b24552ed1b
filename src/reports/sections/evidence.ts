import type { TopLevelSpec } from 'vega-lite';
import type { EvidenceGrade } from '../../market/fill.ts';
import { orderTotals } from '../analysis.ts';
import { amountAxis } from '../axes.ts';
import { count, exactDecimal, money, percent, placesOf, signedMoney } from '../format.ts';
import { facts, html, type Markup, signedAmount, table } from '../markup.ts';
import { decimalToNumber, exactAmount } from '../numbers.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Section } from '../section.ts';

/** Each grade by its name and what makes us believe the fill. */
export const evidenceNames: Readonly<Record<EvidenceGrade, { readonly name: string; readonly meaning: string }>> = {
  printed_through: { name: 'printed through', meaning: 'the market traded beyond our price' },
  printed_at_price: { name: 'printed at price', meaning: 'it traded at our price, after the queue ahead was used up' },
  walked_depth: { name: 'walked depth', meaning: 'we took what was displayed' },
  book_crossed: { name: 'book crossed', meaning: 'a quote passed our price without a print' },
  inferred_print: { name: 'inferred print', meaning: 'as a print, but the trade is derived, not reported' },
  modelled: { name: 'modelled', meaning: 'a statistical model only' },
};

/** Absent without orders. */
export function evidence(report: RunReport): Section | undefined {
  const { analysis } = report;
  if (analysis.data.orders.length === 0) return undefined;
  const charts = analysis.evidence.length > 0 ? gradeCharts(analysis) : [];
  const byGrade = analysis.evidence.length > 0 ? gradeTable(analysis) : '';
  return {
    name: 'evidence',
    title: 'Orders, fills and their evidence',
    html: html`<div class="columns">${charts.map(chartFigure)}</div>${byGrade}${orderFacts(analysis)}`,
    charts,
  };
}

function gradeTable({ evidence, currency, matched, unassigned }: RunReport['analysis']): Markup {
  const size = evidence.reduce((sum, each) => sum + each.size, 0n);
  const places = placesOf(evidence.flatMap(({ net, fees }) => [net, fees]));
  const grades = table(
    'Fills and result by evidence, strongest first',
    [
      { title: 'Evidence', kind: 'prose' },
      { title: 'Net P&L', kind: 'figures' },
      { title: 'Fills', kind: 'figures' },
      { title: 'Size', kind: 'figures' },
      { title: 'Share', kind: 'figures' },
      { title: 'Maker', kind: 'figures' },
      { title: 'Fees', kind: 'figures' },
      { title: 'Lots', kind: 'figures' },
    ],
    evidence.map((each) => [
      html`${evidenceNames[each.grade].name}<br><span class="sub">${evidenceNames[each.grade].meaning}</span>`,
      signedAmount(each.net, currency, places),
      count(each.fills),
      exactDecimal(each.size),
      percent(Number(each.size) / Number(size)),
      percent(Number(each.makerSize) / Number(each.size)),
      money(each.fees, currency, places),
      count(each.lots),
    ]),
  );
  const open = matched.open.length;
  const held = open > 0 ? ` ${count(open)} lots are still held and counted at their last mark.` : '';
  const later =
    unassigned === 0n
      ? ''
      : `, with ${signedMoney(unassigned, currency, 4)} that marks moved after a market's last quote`;
  return html`${grades}<p class="note">A lot, an entry matched with an exit, first in first out, counts for its weakest fill.${held} The results add up to the net P&L${later}.</p>`;
}

function orderFacts({ data }: RunReport['analysis']): Markup {
  const total = orderTotals(data.orders);
  const ends = data.orderEnds.map(
    ({ state, reason, orders }) =>
      [`${state}${reason === '' ? '' : `: ${reason.replaceAll('_', ' ')}`}`, count(orders)] as const,
  );
  return html`<h3>What became of the orders</h3>${facts([
    ['sent', count(total.sent)],
    ['accepted', count(total.accepted)],
    ['rejected by the venue', count(total.rejected)],
    ['blocked by the risk gate', count(total.blocked)],
    ['held, never sent', count(total.unsent)],
    ['filled, in whole or in part', count(total.filled)],
    ...ends,
  ])}`;
}

function gradeCharts({ evidence, currency }: RunReport['analysis']): Chart[] {
  const names = evidence.map(({ grade }) => evidenceNames[grade].name);
  const dataset = {
    name: 'evidence',
    columns: {
      evidence: names,
      size: evidence.map(({ size }) => decimalToNumber(size)),
      fills: evidence.map(({ fills }) => fills),
      net: evidence.map(({ net }) => exactAmount(net)),
    },
  };
  return [
    {
      name: 'evidence-fills',
      title: 'Fills by evidence',
      description: 'Number of fills of each grade, strongest first.',
      datasets: [dataset],
      spec: bars('fills', names, { value: 'var(--series-1)' }),
    },
    {
      name: 'evidence-result',
      title: `Net P&L by weakest evidence, ${currency ?? 'mixed currencies'}`,
      description: 'Result of the lots of each grade, strongest first.',
      datasets: [dataset],
      spec: bars('net', names, { condition: { test: 'datum.net < 0', value: 'var(--loss)' }, value: 'var(--gain)' }),
    },
  ];
}

type Colour = { readonly value: string; readonly condition?: { readonly test: string; readonly value: string } };

function bars(field: 'fills' | 'net', names: readonly string[], color: Colour): TopLevelSpec {
  return {
    width: 'container',
    height: names.length * 26,
    data: { name: 'evidence' },
    mark: { type: 'bar', cornerRadiusEnd: 2, height: { band: 0.65 } },
    encoding: {
      y: { field: 'evidence', type: 'nominal', title: null, scale: { domain: [...names] } },
      x: {
        field,
        type: 'quantitative',
        title: null,
        axis: amountAxis,
      },
      color,
      tooltip: [
        { field: 'evidence', type: 'nominal' },
        { field: 'fills', type: 'quantitative', format: ',d' },
        { field: 'size', type: 'quantitative', format: ',.2f' },
        { field: 'net', type: 'quantitative', title: 'net', format: '+,.2f' },
      ],
    },
  };
}
