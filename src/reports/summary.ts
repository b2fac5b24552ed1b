/** The figures and tables behind the page, as plain JSON: what scripts and checks compare. */
import { formatMoney, type Micros, type Money } from '../market/units.ts';
import { type Analysis, orderTotals } from './analysis.ts';
import type { Execution } from './execution.ts';
import type { Figures } from './figures.ts';
import type { Forecasts } from './forecasts.ts';
import { GENERATOR, RESAMPLES } from './metrics/bootstrap.ts';
import type { Shortfall } from './metrics/execution.ts';
import { type Metric, missing } from './metrics/metric.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';
import { fillRatesByMarket } from './order-rates.ts';
import type { Portfolio } from './portfolio.ts';
import type { RunReport } from './run-report.ts';
import { sensitivities } from './sensitivity.ts';
import { largestTrades } from './trades.ts';
import type { Warning } from './warnings.ts';

/** Trades that the page and the summary list one by one. */
export const TRADES_MAX = 200;
/** Steps of the curve of waiting orders in the summary. */
const SURVIVAL_MAX = 199;

/** One entry per run, in the order given. */
export interface ReportSummary {
  readonly format: 1;
  readonly runs: readonly RunSummary[];
  /** Of several runs, on the days that all have. */
  readonly portfolio?: Portfolio;
}

/** Money is a number of currency units, times are microseconds since 1970 UTC, fractions are 0.01 for 1 %. */
export interface RunSummary {
  readonly strategy: string;
  readonly mode: string;
  readonly digest: string;
  readonly from: Micros;
  readonly to: Micros;
  /** ISO code; null if instruments differ. */
  readonly currency: string | null;
  readonly calendar: { readonly sessions: string; readonly count: number; readonly periodsPerYear: number };
  /** Exact, as decimal text. Markets add up to `net` with `unassigned`, what marks moved after last quotes; so does evidence. */
  readonly pnl: Readonly<Record<'net' | 'gross' | 'fees' | 'unassigned', string>>;
  /** By the keys of the metrics reference; null values say why. */
  readonly metrics: Figures;
  /** How intervals were drawn. */
  readonly bootstrap: { readonly resamples: number; readonly generator: string };
  /**
   * Orders sent; of these the ones that the venue took, rejected, and filled at least in part. Those that the risk gate
   * blocked and those that only waited at the desk were never sent. Fills without settlements.
   */
  readonly orders: Readonly<
    Record<'sent' | 'accepted' | 'rejected' | 'filled' | 'blocked' | 'unsent' | 'fills', number>
  >;
  readonly warnings: readonly Warning[];
  readonly markets: readonly MarketSummary[];
  readonly evidence: readonly EvidenceSummary[];
  /** Closed round trips by absolute net result, at most 200. */
  readonly trades: readonly TradeSummary[];
  readonly tradesLeftOut: number;
  readonly coverage: readonly CoverageSummary[];
  /** Arithmetic first; of replays the first is with nothing changed, and the differences are against it. */
  readonly sensitivity: readonly SensitivitySummary[];
  readonly execution: ExecutionSummary;
  /** Without the single forecasts. */
  readonly forecasts: Omit<Forecasts, 'scored'>;
}

/** Shortfall in money, waits in microseconds; a survival curve has at most 200 steps. */
interface ExecutionSummary extends Omit<Execution, 'shortfall'> {
  readonly shortfall: readonly (Readonly<Record<keyof Shortfall | 'wanted' | 'n' | 'skipped', number>> & {
    readonly orders: string;
    readonly basisPoints: Metric;
  })[];
}

interface MarketSummary {
  readonly instrument: string;
  readonly fills: number;
  readonly tradedSize: number;
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
  /** Signed size at the end. */
  readonly held: number;
  readonly settled: boolean;
  /** Orders with any fill over accepted ones, and filled over submitted size. */
  readonly fillRate: Metric;
  readonly fillRateQty: Metric;
}

interface EvidenceSummary {
  readonly grade: string;
  readonly fills: number;
  readonly size: number;
  readonly makerSize: number;
  readonly fees: number;
  /** Lots whose weakest fill is of this grade, and their net result; what is still held at its last mark. */
  readonly lots: number;
  readonly net: number;
}

interface TradeSummary {
  readonly instrument: string;
  readonly side: 'long' | 'short';
  readonly openedAt: Micros;
  readonly closedAt: Micros;
  readonly maxSize: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
  readonly exit: 'trade' | 'settlement';
  /** Of its weakest fill. */
  readonly evidence: string | null;
  readonly tag: string;
}

/** What would be left if trading were a little worse. */
interface SensitivitySummary {
  readonly change: string;
  readonly by: 'arithmetic' | 'replay';
  readonly net: number;
  readonly difference: number;
  /** Of replays. */
  readonly trips?: number;
  readonly winRate?: Metric;
  readonly fillRate?: Metric;
}

interface CoverageSummary {
  readonly instrument: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly gaps: number;
  readonly unusable: Micros;
}

export function summarise(report: RunReport): RunSummary {
  const { analysis, figures, warnings, coverage, execution, forecasts } = report;
  const { manifest } = analysis.data;
  const trades = largestTrades(analysis, TRADES_MAX);
  const rates = fillRatesByMarket(analysis);
  return {
    strategy: manifest.strategy.name,
    mode: manifest.mode,
    digest: manifest.digest,
    from: manifest.from,
    to: manifest.to,
    currency: analysis.currency ?? null,
    calendar: {
      sessions: analysis.calendar.name,
      count: analysis.sessions.length,
      periodsPerYear: analysis.calendar.periodsPerYear,
    },
    pnl: moneyTexts(analysis),
    metrics: figures,
    bootstrap: { resamples: RESAMPLES, generator: GENERATOR },
    orders: ordersOf(analysis),
    warnings,
    markets: analysis.markets.map((market) => ({
      instrument: market.instrument,
      fills: market.fills,
      tradedSize: decimalToNumber(market.tradedSize),
      ...amounts(market),
      held: decimalToNumber(market.held),
      settled: market.settled,
      fillRate: rates.get(market.instrument)?.byOrder ?? missing('no_data'),
      fillRateQty: rates.get(market.instrument)?.bySize ?? missing('no_data'),
    })),
    evidence: analysis.evidence.map(({ grade, fills, size, makerSize, fees, lots, net }) => ({
      grade,
      fills,
      size: decimalToNumber(size),
      makerSize: decimalToNumber(makerSize),
      fees: exactAmount(fees),
      lots,
      net: exactAmount(net),
    })),
    trades: trades.map((trade) => ({
      ...trade,
      maxSize: decimalToNumber(trade.maxSize),
      ...amounts(trade),
    })),
    tradesLeftOut: (figures['trades.count'].value ?? 0) - trades.length,
    coverage: coverage.map(({ instrument, from, to, gaps, unusable }) => ({
      instrument,
      from,
      to,
      gaps: gaps.length,
      unusable,
    })),
    sensitivity: sensitivityRows(report),
    execution: executionSummary(execution),
    forecasts: withoutSingles(forecasts),
  };
}

function sensitivityRows({ analysis, replays }: RunReport): SensitivitySummary[] {
  const arithmetic = sensitivities(analysis).map(({ change, amount }) => ({
    change,
    by: 'arithmetic' as const,
    net: exactAmount(analysis.netPnl + amount),
    difference: exactAmount(amount),
  }));
  if (!replays) return arithmetic;
  const { unchanged, changed } = replays;
  const replayed = [unchanged, ...changed].map(({ net, ...rest }) => ({
    ...rest,
    by: 'replay' as const,
    net: exactAmount(net),
    difference: exactAmount(net - unchanged.net),
  }));
  return [...arithmetic, ...replayed];
}

function executionSummary(execution: Execution): ExecutionSummary {
  const { shortfall, queueWait } = execution;
  const every = Math.ceil(queueWait.survival.length / SURVIVAL_MAX);
  return {
    ...execution,
    shortfall: shortfall.map(({ orders, n, skipped, basisPoints, ...sums }) => ({
      ...{ orders, n, skipped },
      ...(Object.fromEntries(Object.entries(sums).map(([part, sum]) => [part, exactAmount(sum)])) as Record<
        keyof typeof sums,
        number
      >),
      basisPoints,
    })),
    queueWait: {
      ...queueWait,
      survival: queueWait.survival.filter((_, i) => i % every === 0 || i === queueWait.survival.length - 1),
    },
  };
}

function withoutSingles({ scored: _, ...rest }: Forecasts): RunSummary['forecasts'] {
  return rest;
}

function ordersOf({ data }: Analysis): RunSummary['orders'] {
  const { sent, accepted, rejected, filled, blocked, unsent } = orderTotals(data.orders);
  return {
    sent,
    accepted,
    rejected,
    filled,
    blocked,
    unsent,
    fills: data.fills.filter(({ settlement }) => !settlement).length,
  };
}

function moneyTexts({ netPnl, fees, unassigned }: Analysis): RunSummary['pnl'] {
  return {
    net: formatMoney(netPnl),
    gross: formatMoney(netPnl + fees),
    fees: formatMoney(fees),
    unassigned: formatMoney(unassigned),
  };
}

function amounts({ gross, fees, net }: { gross: Money; fees: Money; net: Money }) {
  return { gross: exactAmount(gross), fees: exactAmount(fees), net: exactAmount(net) };
}
