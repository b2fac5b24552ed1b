/** What a run's journal comes to: lots and trips, results by market and by evidence, and all figures. */
import { type EvidenceGrade, evidenceGrades } from '../market/fill.ts';
import { type Money, moneyToNumber } from '../market/units.ts';
import type { JournalFill, OrderTotals, RunData } from './load.ts';
import { markPrice } from './marks.ts';
import { type Drawdown, drawdownOf } from './metrics/drawdown.ts';
import { type Lot, type Matched, matchFills, type OpenLot } from './metrics/lots.ts';
import { atSessionEnds, type Calendar, calendarOf, type Session, sessionsOf } from './sessions.ts';

type InstrumentRecord = RunData['manifest']['instruments'][number];

export interface MarketResult {
  readonly instrument: string;
  readonly title: string;
  /** Trades; settlements are not counted. */
  readonly fills: number;
  readonly tradedSize: bigint;
  readonly fees: Money;
  /** Closed lots and, at the last mid price, what is still held. */
  readonly gross: Money;
  readonly net: Money;
  /** Signed size at the end. */
  readonly held: bigint;
  readonly settled: boolean;
}

export interface EvidenceResult {
  readonly grade: EvidenceGrade;
  readonly fills: number;
  readonly size: bigint;
  readonly makerSize: bigint;
  readonly fees: Money;
  /** Lots whose weakest fill is of this grade: a result is as good as its weakest fill. Those still held are in it. */
  readonly lots: number;
  /** What they earned, or would at the last mark. */
  readonly net: Money;
}

export interface Analysis {
  readonly data: RunData;
  readonly calendar: Calendar;
  readonly sessions: readonly Session[];
  /** ISO code; undefined if instruments differ, which sums of money cannot be right about. */
  readonly currency: string | undefined;
  readonly matched: Matched;
  readonly markets: readonly MarketResult[];
  readonly evidence: readonly EvidenceResult[];
  /** Of every change of equity: the start is the first. */
  readonly drawdown: Drawdown;
  /** Of the start and the session closes. */
  readonly closes: readonly number[];
  readonly closesDrawdown: Drawdown;
  readonly netPnl: Money;
  readonly fees: Money;
  /** Part of the net P&L that no market and no evidence accounts for: marks that moved after a market's last quote. */
  readonly unassigned: Money;
}

export function analyse(data: RunData): Analysis {
  const { manifest, fills, equity } = data;
  const instruments = new Map(manifest.instruments.map((instrument) => [instrument.id, instrument]));
  const matched = matchFills(fills, (id) => instruments.get(id)?.multiplier ?? 1);
  const held = markedLots(data, matched, instruments);
  const markets = marketResults(data, matched, held, instruments);
  const calendar = calendarOf(manifest.instruments);
  // What the venue did as the tape ended is known a moment later, and is of the last session.
  const sessions = sessionsOf(calendar, manifest.from, Math.max(manifest.to, equity.at.at(-1) ?? 0));
  const levels = equity.equity.map(moneyToNumber);
  const closes = atSessionEnds(equity.at, levels, sessions);
  const currencies = new Set(manifest.instruments.map(({ currency }) => currency));
  const netPnl = (equity.equity.at(-1) ?? 0n) - (equity.equity[0] ?? 0n);
  return {
    data,
    calendar,
    sessions,
    currency: currencies.size > 1 ? undefined : ([...currencies][0] ?? 'USD'),
    matched,
    markets,
    evidence: evidenceResults(fills, [...matched.lots, ...held]),
    drawdown: drawdownOf(levels),
    closes,
    closesDrawdown: drawdownOf(closes),
    netPnl,
    fees: (equity.fees.at(-1) ?? 0n) - (equity.fees[0] ?? 0n),
    unassigned: netPnl - markets.reduce((sum, { net }) => sum + net, 0n),
  };
}

interface MarketSum {
  fills: number;
  tradedSize: bigint;
  fees: Money;
  net: Money;
  held: bigint;
  settled: boolean;
}

/** A lot that is still held, and what it has come to at the last mark. */
interface MarkedLot extends OpenLot {
  readonly net: Money;
}

function markedLots(
  { manifest, fills, lastQuotes }: RunData,
  { open }: Matched,
  instruments: ReadonlyMap<string, InstrumentRecord>,
): MarkedLot[] {
  if (open.length === 0) return [];
  const lastFills = new Map(fills.filter(({ settlement }) => !settlement).map((fill) => [fill.instrument, fill]));
  const quotes = new Map(lastQuotes.map((quote) => [quote.instrument, quote]));
  return open.map((lot) => {
    const instrument = instruments.get(lot.instrument);
    const { mark: policy } = manifest.config;
    const mark = markPrice(policy, lot, quotes.get(lot.instrument), lastFills.get(lot.instrument), instrument);
    const value = BigInt(lot.side) * (mark - fills[lot.entry].price) * lot.size * BigInt(instrument?.multiplier ?? 1);
    return { ...lot, net: value - lot.fees };
  });
}

/** Of the markets with fills, in the order of their first. */
function marketResults(
  { fills }: RunData,
  { lots }: Matched,
  held: readonly MarkedLot[],
  instruments: ReadonlyMap<string, InstrumentRecord>,
): MarketResult[] {
  const sums = new Map<string, MarketSum>();
  for (const fill of fills) {
    let sum = sums.get(fill.instrument);
    if (!sum) {
      sum = { fills: 0, tradedSize: 0n, fees: 0n, net: 0n, held: 0n, settled: false };
      sums.set(fill.instrument, sum);
    }
    sum.fees += fill.fee;
    if (fill.settlement) sum.settled = true;
    else {
      sum.fills++;
      sum.tradedSize += fill.size;
    }
  }
  for (const lot of lots) sumOf(sums, lot).net += lot.net;
  for (const lot of held) {
    const sum = sumOf(sums, lot);
    sum.net += lot.net;
    sum.held += BigInt(lot.side) * lot.size;
  }
  return [...sums].map(([id, sum]) => ({
    instrument: id,
    title: instruments.get(id)?.title ?? '',
    ...sum,
    gross: sum.net + sum.fees,
  }));
}

function sumOf(sums: ReadonlyMap<string, MarketSum>, { instrument }: { readonly instrument: string }): MarketSum {
  return sums.get(instrument) as MarketSum;
}

/** Strongest grade first; grades without fills are left out. */
function evidenceResults(fills: readonly JournalFill[], lots: readonly (Lot | MarkedLot)[]): EvidenceResult[] {
  const results = evidenceGrades.map((grade) => ({
    grade,
    fills: 0,
    size: 0n,
    makerSize: 0n,
    fees: 0n,
    lots: 0,
    net: 0n,
  }));
  const byGrade = new Map(results.map((result) => [result.grade, result]));
  for (const { grade, size, fee, liquidity } of fills) {
    const result = grade && byGrade.get(grade);
    if (!result) continue;
    result.fills++;
    result.size += size;
    result.fees += fee;
    if (liquidity === 'maker') result.makerSize += size;
  }
  for (const lot of lots) {
    const exit = 'exit' in lot ? fills[lot.exit].grade : null;
    const result = byGrade.get(weaker(fills[lot.entry].grade, exit) as EvidenceGrade);
    if (!result) continue;
    result.lots++;
    result.net += lot.net;
  }
  return results.filter((result) => result.fills > 0);
}

const strength = new Map(evidenceGrades.map((grade, i) => [grade, i]));

/** The weaker of two grades. A settlement has none: the venue said it. */
export function weaker(a: EvidenceGrade | null, b: EvidenceGrade | null): EvidenceGrade | null {
  if (a === null || b === null) return a ?? b;
  return (strength.get(a) ?? 0) > (strength.get(b) ?? 0) ? a : b;
}

/** Sums over all instruments. */
export function orderTotals(orders: readonly OrderTotals[]): Omit<OrderTotals, 'instrument' | 'firstAt' | 'lastAt'> {
  const total = {
    ...{ sent: 0, accepted: 0, rejected: 0, blocked: 0, unsent: 0, filled: 0 },
    ...{ submittedSize: 0n, rejectedSize: 0n, filledSize: 0n },
  };
  for (const each of orders) {
    total.sent += each.sent;
    total.accepted += each.accepted;
    total.rejected += each.rejected;
    total.blocked += each.blocked;
    total.unsent += each.unsent;
    total.filled += each.filled;
    total.submittedSize += each.submittedSize;
    total.rejectedSize += each.rejectedSize;
    total.filledSize += each.filledSize;
  }
  return total;
}
