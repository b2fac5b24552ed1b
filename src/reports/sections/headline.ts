import type { EvidenceResult } from '../analysis.ts';
import { count, decimal, duration, figure, money, percent, reasons, signedMoney } from '../format.ts';
import { html, type Markup, signedAmount } from '../markup.ts';
import { catalogue, type MetricKey } from '../metrics/catalogue.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';
import { evidenceNames } from './evidence.ts';

/** The twelve figures that people ask for first. */
export function headline(report: RunReport): Section {
  const { figures: all, analysis } = report;
  const { calendar, sessions, evidence, data, currency } = analysis;
  const value = (key: MetricKey) => figure(key, all[key], currency);
  const tile = (key: MetricKey, notes: readonly (Markup | string)[], drawing?: Markup) =>
    metricTile(catalogue[key].label, all[key], value(key), notes, drawing);
  const breakEven = all['winRate.breakEven'].value;
  const fills = data.fills.filter(({ settlement }) => !settlement).length;
  const tiles = [
    all['pnl.net'].value === null
      ? tile('pnl.net', [])
      : plainTile('Net P&L', signedAmount(analysis.netPnl, currency), '', [
          `${signedMoney(analysis.netPnl + analysis.fees, currency)} before fees`,
        ]),
    tile('return.total', [
      `${count(sessions.length)} ${sessions.length === 1 ? 'session' : 'sessions'}`,
      calendar.name,
    ]),
    tile('dd.maxPct', [
      all['dd.maxMoney'].value ? money(all['dd.maxMoney'].value, currency) : '',
      all['dd.duration'].value === null
        ? ''
        : `${duration(all['dd.duration'].value)}${all['dd.recovery'].value === null ? ', not recovered' : ' until recovered'}`,
    ]),
    tile('ratio.sharpe', [
      all['sharpe.psr0'].value === null ? '' : `above 0 with probability ${value('sharpe.psr0')}`,
      `N = ${calendar.periodsPerYear}`,
    ]),
    tile('winRate.trip', intervalNotes(all['winRate.trip'], 'trips'), intervalBar(all['winRate.trip'])),
    tile(
      'winRate.market',
      [
        ...intervalNotes(all['winRate.market'], 'markets'),
        breakEven === null ? '' : `breaks even at ${percent(breakEven)} (by contract)`,
      ],
      intervalBar(all['winRate.market'], breakEven),
    ),
    tile('pnl.profitFactor', [
      all['pnl.avgWin'].value === null ? '' : `average win ${value('pnl.avgWin')}`,
      all['pnl.avgLoss'].value === null ? '' : `average loss ${value('pnl.avgLoss')}`,
    ]),
    tile('pnl.expectancy', [
      'per round trip',
      all['pnl.tStat'].value === null ? '' : `t-statistic ${decimal(all['pnl.tStat'].value, 2)}`,
    ]),
    tile('fees.total', [
      all['fees.ofGrossProfit'].value === null ? '' : `${value('fees.ofGrossProfit')} of gross P&L`,
      all['fees.perContract'].value === null ? '' : `${value('fees.perContract')} per contract`,
    ]),
    plainTile('Fills', count(fills), '', evidenceNotes(evidence), evidenceBar(evidence)),
    tile(
      'fill.rateOrder',
      [
        ...intervalNotes(all['fill.rateOrder'], 'orders'),
        all['fill.rateQty'].value === null ? '' : `${value('fill.rateQty')} of the size`,
      ],
      intervalBar(all['fill.rateOrder']),
    ),
    tile('share.maker', ['of the traded size']),
  ];
  return { name: 'headline', title: 'Headline', html: html`<div class="tiles">${tiles}</div>`, charts: [] };
}

function plainTile(
  label: string,
  value: Markup | string,
  className: string,
  notes: readonly (Markup | string)[],
  drawing?: Markup,
): Markup {
  return html`<div class="tile"><h3>${label}</h3><p class="value ${className}">${value}</p>${drawing}${notesOf(notes)}</div>`;
}

/** Greyed out where too little stands behind the value. */
function metricTile(
  label: string,
  metric: Metric,
  value: string,
  notes: readonly (Markup | string)[],
  drawing?: Markup,
): Markup {
  if (metric.value === null) {
    return plainTile(label, value, 'none', [metric.reason ? reasons[metric.reason] : '', `n = ${count(metric.n)}`]);
  }
  const weak = metric.reliability !== undefined && metric.reliability !== 'ok';
  const badge = weak
    ? html`<span class="badge">${metric.reliability === 'low' ? 'low' : 'very low'} reliability, n = ${count(metric.n)}</span>`
    : '';
  return plainTile(label, value, metric.reliability === 'very_low' ? 'weak' : '', [...notes, badge], drawing);
}

function notesOf(notes: readonly (Markup | string)[]): Markup {
  return html`${notes.filter((note) => note !== '').map((note) => html`<p class="note">${note}</p>`)}`;
}

function intervalNotes({ interval, n }: Metric, what: string): string[] {
  return interval ? [`95%: ${percent(interval[0])} to ${percent(interval[1])}, n = ${count(n)} ${what}`] : [];
}

/** A rate with its interval on a line from 0 to 1; the tick is where it would break even. */
function intervalBar({ value, interval }: Metric, breakEven: number | null = null): Markup | undefined {
  if (value === null || !interval) return undefined;
  const at = (share: number) => decimal(share * 100, 2);
  const tick = breakEven === null ? '' : html`<rect class="even" x="${at(breakEven)}" y="0" width="0.8" height="10"/>`;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" x="0" y="4" width="100" height="2"/><rect class="band" x="${at(interval[0])}" y="2.5" width="${at(interval[1] - interval[0])}" height="5"/><rect class="point" x="${at(Math.max(0, value - 0.006))}" y="0.5" width="1.2" height="9"/>${tick}</svg>`;
}

/** Size by evidence, strongest first, from left to right. */
function evidenceBar(evidence: readonly EvidenceResult[]): Markup | undefined {
  const total = evidence.reduce((sum, { size }) => sum + Number(size), 0);
  if (total === 0) return undefined;
  let left = 0;
  const parts = evidence.map(({ grade, size }) => {
    const width = (Number(size) / total) * 100;
    const part = html`<rect class="${grade}" x="${decimal(left, 2)}" y="2" width="${decimal(width, 2)}" height="6"/>`;
    left += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

function evidenceNotes(evidence: readonly EvidenceResult[]): string[] {
  const total = evidence.reduce((sum, { size }) => sum + Number(size), 0);
  return evidence.map(({ grade, size }) => `${evidenceNames[grade].name} ${percent(Number(size) / total)}`);
}
