import type { TopLevelSpec } from 'vega-lite';
import { moneyToNumber } from '../../market/units.ts';
import { timeAxis, timeText } from '../axes.ts';
import { combinedEquity } from '../combined.ts';
import { count, decimal, figure, percent, reasons, signedMoney } from '../format.ts';
import { type Column, html, type Markup, signedAmount, table } from '../markup.ts';
import { catalogue, type MetricKey } from '../metrics/catalogue.ts';
import type { Metric } from '../metrics/metric.ts';
import { type Portfolio, portfolioOf } from '../portfolio.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, rounded, type Section } from '../section.ts';
import { thin } from '../thin.ts';

const compared: readonly MetricKey[] = [
  ...([
    'pnl.gross',
    'fees.total',
    'return.total',
    'dd.maxPct',
    'dd.liquidationPct',
    'ratio.sharpe',
    'sharpe.psr0',
  ] as const),
  ...(['winRate.trip', 'winRate.market', 'winRate.contract', 'winRate.breakEven', 'pnl.profitFactor'] as const),
  ...(['pnl.expectancy', 'edge.realised', 'score.skill', 'markout.10s', 'shortfall.total'] as const),
  ...(['fill.rateOrder', 'share.maker', 'exposure.grossMax', 'trades.count'] as const),
];

const COMBINED = 'combined';
const POINTS_EACH = 400;

/** Several runs side by side and together; absent for one. */
export function comparison(reports: readonly RunReport[]): Section | undefined {
  const portfolio = portfolioOf(reports);
  if (!portfolio) return undefined;
  const chart = equityChart(reports);
  return {
    name: 'comparison',
    title: `${count(reports.length)} runs`,
    html: html`${sideBySide(reports)}${chart ? chartFigure(chart) : ''}${repeated(reports)}${togetherTable(reports, portfolio)}${correlationTable(reports, portfolio)}`,
    charts: chart ? [chart] : [],
  };
}

const NAME_MAX = 40;

/** Strategies may be the same in several runs; a long name would leave no room for the figures. */
function nameOf({ analysis }: RunReport, i: number): string {
  const { strategy, mode } = analysis.data.manifest;
  const { name } = strategy;
  const short = name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name;
  return `${i + 1} ${short}${mode === 'replay' ? '' : `, ${mode}`}`;
}

/** A backtest and the session that it is of, for one: nobody had both results. */
function repeated(reports: readonly RunReport[]): Markup | undefined {
  const seen = new Set<string>();
  const isRepeated = reports.some(({ analysis }) => {
    const { strategy, tapes } = analysis.data.manifest;
    const keys = tapes.map(({ sha256 }) => `${strategy.name} ${sha256}`);
    const found = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return found;
  });
  return isRepeated
    ? html`<p class="note">Runs of one strategy on one tape are the same session more than once: what all together made, nobody made. See truetape compare for why they differ.</p>`
    : undefined;
}

/** What adds up; of the rest there is no sum. */
const additive: ReadonlySet<MetricKey> = new Set(['pnl.gross', 'fees.total', 'shortfall.total', 'trades.count']);

const currencyOf = (reports: readonly RunReport[]): string | undefined => {
  const currencies = new Set(reports.map(({ analysis }) => analysis.currency));
  return currencies.size === 1 ? [...currencies][0] : undefined;
};

/** Figures down, runs across; those that no run has are left out. */
function sideBySide(reports: readonly RunReport[]): Markup {
  const currency = currencyOf(reports);
  const together = (key: MetricKey) => {
    const isKnown = additive.has(key) && (currency !== undefined || catalogue[key].unit !== 'money');
    if (!isKnown) return '';
    const value = reports.reduce((sum, { figures }) => sum + (figures[key].value ?? 0), 0);
    return figure(key, { value, n: 0 }, currency);
  };
  const fills = reports.map(({ analysis }) => analysis.data.fills.filter(({ settlement }) => !settlement).length);
  const net = reports.reduce((sum, { analysis }) => sum + analysis.netPnl, 0n);
  const rows = compared
    .filter((key) => reports.some(({ figures }) => figures[key].value !== null))
    .map((key) => [
      catalogue[key].label,
      ...reports.map(({ figures, analysis }) => {
        const { value, reason } = figures[key];
        if (value === null) return html`<span class="weak">${reason ? reasons[reason] : 'n/a'}</span>`;
        return figure(key, figures[key], analysis.currency);
      }),
      together(key),
    ]);
  const heads = reports.map((report, i): Column => ({ title: nameOf(report, i), kind: 'figures' }));
  return table(
    'The runs side by side',
    [{ title: 'Figure' }, ...heads, { title: 'All together', kind: 'figures' }],
    [
      [
        'Run',
        ...reports.map(
          ({ analysis }, i) => html`<a href="#run-${i + 1}">${analysis.data.manifest.digest.slice(0, 12)}</a>`,
        ),
        '',
      ],
      [
        'Net P&L',
        ...reports.map(({ analysis }) => signedAmount(analysis.netPnl, analysis.currency)),
        currency === undefined ? '' : signedAmount(net, currency),
      ],
      ...rows,
      ['Fills', ...fills.map(count), count(fills.reduce((sum, number) => sum + number, 0))],
    ],
  );
}

/** Change of equity of each run, and their sum if they have one currency; none if the runs are of other times. */
function equityChart(reports: readonly RunReport[]): Chart | undefined {
  const series = reports.map(({ analysis }, i) => {
    const { at, equity } = analysis.data.equity;
    const change = equity.map((level) => moneyToNumber(level - equity[0]));
    return { run: nameOf(reports[i], i), at, change };
  });
  const drawn = series.filter(({ at }) => at.length > 1);
  const begins = Math.max(...drawn.map(({ at }) => at[0]));
  const ends = Math.min(...drawn.map(({ at }) => at[at.length - 1]));
  if (drawn.length < 2 || begins >= ends) return undefined;
  const currency = currencyOf(reports);
  const sum = currency === undefined ? [] : [combinedEquity(drawn)];
  const points = [...sum.map((one) => ({ run: COMBINED, ...one })), ...drawn].flatMap(({ run, at, change }) =>
    thin([change], [], POINTS_EACH).map((i) => ({ run, time: at[i] / 1000, net: rounded(change[i], 4) })),
  );
  const columns = {
    time: points.map(({ time }) => time),
    run: points.map(({ run }) => run),
    net: points.map(({ net }) => net),
  };
  return {
    name: 'runs',
    title: `Change of equity of each run${sum.length > 0 ? ' and of all together' : ''}, ${currency ?? 'each in its currency'}`,
    description: 'One line a run; that of all together is thick.',
    datasets: [{ name: 'runs', columns }],
    spec: equitySpec,
  };
}

const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [1, 4],
];

const equitySpec: TopLevelSpec = {
  width: 'container',
  height: 260,
  data: { name: 'runs' },
  transform: [timeText],
  mark: { type: 'line', interpolate: 'step-after' },
  encoding: {
    x: timeAxis,
    y: { field: 'net', type: 'quantitative', title: null },
    color: {
      field: 'run',
      type: 'nominal',
      title: null,
      sort: null,
      scale: {
        range: ['var(--series-1)', 'var(--ask)', 'var(--maker)', 'var(--taker)', 'var(--grade-4)', 'var(--series-2)'],
      },
      legend: { symbolType: 'stroke', columns: 2, labelLimit: 150 },
    },
    strokeDash: { field: 'run', type: 'nominal', title: null, sort: null, scale: { range: dashes } },
    strokeWidth: { condition: { test: `datum.run === '${COMBINED}'`, value: 3 }, value: 1.5 },
  },
};

function togetherTable(reports: readonly RunReport[], portfolio: Portfolio): Markup {
  const { days, againstFirst, diversification, concentration, effectiveRuns } = portfolio;
  const currency = reports[0].analysis.currency;
  const shown = (metric: Metric, write: (value: number) => string) =>
    metric.value === null ? (metric.reason ? reasons[metric.reason] : 'n/a') : write(metric.value);
  const ratio = (metric: Metric) => shown(metric, (value) => decimal(value, 2));
  const share = (metric: Metric) => shown(metric, percent);
  const combined = portfolio.combined.reduce((sum, value) => sum + value, 0);
  const facts = [
    days.length === 0 ? 'No session is in all runs.' : `Sessions in all runs: ${count(days.length)}.`,
    portfolio.combined.length > 0 ? `Together they made ${signedMoney(combined, currency)} in these.` : '',
    concentration.value === null
      ? ''
      : `Concentration of their results ${ratio(concentration)}, as of ${ratio(effectiveRuns)} equal runs.`,
    diversification.value === null
      ? ''
      : `Diversification ${ratio(diversification)}: the runs' standard deviations over that of all together.`,
  ].filter((fact) => fact !== '');
  return html`${table(
    'Against the first run',
    [
      { title: 'Run' },
      ...['Beta', 'Alpha a year', 'Tracking error', 'Information ratio'].map(
        (title): Column => ({ title, kind: 'figures' }),
      ),
    ],
    againstFirst
      .map((row, i) => [
        nameOf(reports[i], i),
        ratio(row.beta),
        share(row.alpha),
        share(row.trackingError),
        ratio(row.informationRatio),
      ])
      .slice(1),
  )}<p class="note">${facts.join(' ')} Beta: covariance of the session returns with those of the first run over their variance. Alpha: the mean return of a year that beta does not account for. Tracking error: standard deviation of the difference, for a year; information ratio: its mean over that.</p>`;
}

function correlationTable(reports: readonly RunReport[], { correlations, variance }: Portfolio): Markup | string {
  if (correlations.every((row) => row.every(({ value }) => value === null))) return '';
  const names = reports.map(nameOf);
  return table(
    'Correlation of the session results, and what each adds to the variance of all together',
    [...['Run', ...names], 'Part of the variance'].map(
      (title, i): Column => ({ title, kind: i === 0 ? undefined : 'figures' }),
    ),
    correlations.map((row, i) => [
      names[i],
      ...row.map(({ value }) => (value === null ? '' : decimal(value, 2))),
      variance[i].value === null ? '' : percent(variance[i].value),
    ]),
  );
}
