import { count, figure, signedMoney } from '../format.ts';
import { type Column, html, table } from '../markup.ts';
import { catalogue, type MetricKey } from '../metrics/catalogue.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';

/** A column of figures. */
const figures = (title: string): Column => ({ title, kind: 'figures' });

const compared: readonly MetricKey[] = [
  'return.total',
  'dd.maxPct',
  'ratio.sharpe',
  'winRate.trip',
  'winRate.market',
  'pnl.profitFactor',
  'pnl.expectancy',
  'fees.total',
  'fill.rateOrder',
];

/** Several runs side by side; absent for one. */
export function comparison(reports: readonly RunReport[]): Section | undefined {
  if (reports.length < 2) return undefined;
  const rows = reports.map(({ analysis, figures: all }, i) => [
    html`<a href="#run-${i + 1}">${analysis.data.manifest.strategy.name}</a><br><span class="sub">${analysis.data.manifest.digest.slice(0, 12)}</span>`,
    signedMoney(analysis.netPnl, analysis.currency),
    ...compared.map((key) => figure(key, all[key], analysis.currency)),
    count(all['trades.count'].value ?? 0),
    count(analysis.data.fills.filter(({ settlement }) => !settlement).length),
  ]);
  return {
    name: 'comparison',
    title: `${count(reports.length)} runs`,
    html: table(
      'The runs side by side',
      [
        { title: 'Run' },
        figures('Net P&L'),
        ...compared.map((key) => figures(catalogue[key].label)),
        figures('Round trips'),
        figures('Fills'),
      ],
      rows,
    ),
    charts: [],
  };
}
