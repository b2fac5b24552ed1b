/** A report in the Markdown that pull requests show: the figures that a reviewer looks at. */
import { count, figure, reasons, signedMoney } from './format.ts';
import { code, joined, table, warningList } from './markdown-text.ts';
import { catalogue, type MetricKey } from './metrics/catalogue.ts';
import type { RunReport } from './run-report.ts';
import { evidenceNames } from './sections/evidence.ts';

const shown: readonly MetricKey[] = [
  'return.total',
  'ratio.sharpe',
  'sharpe.psr0',
  'dd.maxPct',
  'dd.liquidationPct',
  'winRate.trip',
  'winRate.market',
  'winRate.breakEven',
  'pnl.profitFactor',
  'pnl.expectancy',
  'fees.total',
  'fill.rateOrder',
];
const MARKETS_MAX = 10;

/** Runs side by side, then each one's warnings, evidence and markets. */
export function markdownOf(reports: readonly RunReport[]): string {
  const names = reports.map(({ analysis }) => code(runName(analysis.data.manifest)));
  const rows = [
    ['Net P&L', ...reports.map(({ analysis }) => signedMoney(analysis.netPnl, analysis.currency))],
    ...shown.map((key) => [catalogue[key].label, ...reports.map((report) => shownFigure(report, key))]),
    ['Round trips', ...reports.map(({ figures }) => count(figures['trades.count'].value ?? 0))],
    ['Fills', ...reports.map(({ analysis }) => count(analysis.data.fills.filter((fill) => !fill.settlement).length))],
  ];
  const blocks = [
    '## truetape report',
    table(['', ...names], rows),
    ...reports.map((run, i) => details(run, names[i])),
  ];
  return `${joined(blocks)}\n`;
}

const runName = ({ strategy, digest }: RunReport['analysis']['data']['manifest']): string =>
  `${strategy.name} ${digest.slice(0, 12)}`;

/** With its interval and how many observations it rests on, or why there is none. */
function shownFigure({ figures, analysis }: RunReport, key: MetricKey): string {
  const metric = figures[key];
  if (metric.value === null) return metric.reason ? reasons[metric.reason] : 'n/a';
  const bound = (value: number) => figure(key, { ...metric, value }, analysis.currency);
  const interval = metric.interval ? ` (${metric.interval.map(bound).join(' to ')})` : '';
  return `${bound(metric.value)}${interval}, n = ${count(metric.n)}`;
}

function details({ analysis, warnings }: RunReport, name: string): string {
  const { evidence, currency } = analysis;
  const markets = [...analysis.markets]
    .sort((a, b) => Math.abs(Number(b.net)) - Math.abs(Number(a.net)) || (a.instrument < b.instrument ? -1 : 1))
    .slice(0, MARKETS_MAX);
  const blocks = [
    `### ${name}`,
    warningList(warnings.map(({ text }) => text)),
    evidence.length === 0
      ? ''
      : table(
          ['Evidence', 'Fills', 'Net P&L'],
          evidence.map(({ grade, fills, net }) => [
            evidenceNames[grade].name,
            count(fills),
            signedMoney(net, currency),
          ]),
        ),
    markets.length === 0
      ? ''
      : table(
          [
            markets.length < analysis.markets.length ? 'Markets with the largest results' : 'Market',
            'Fills',
            'Net P&L',
          ],
          markets.map(({ instrument, fills, net }) => [code(instrument), count(fills), signedMoney(net, currency)]),
        ),
  ];
  return joined(blocks);
}
