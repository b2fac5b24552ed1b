/** A run's journal as one side of a comparison. */
import { groupBy } from '../market/group.ts';
import type { Micros, Money } from '../market/units.ts';
import type { JournalFill } from '../reports/load.ts';
import { markPrice } from '../reports/marks.ts';
import { type LastQuote, lastQuotesOf, noQuotes, type Quotes, readQuotes } from '../reports/quotes.ts';
import { RunTables } from '../tape/journal-read.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import type { Side, SideDecision, SideFill, SideOrder, SideSettlement } from './side.ts';

export interface RunSide {
  readonly manifest: RunManifest;
  readonly side: Side;
}

/** A row of the table of orders, with what does not change from step to step as one text. */
interface OrderStep {
  readonly orderId: number;
  readonly time: Micros;
  readonly tape: number;
  readonly frame: number;
  readonly step: string;
  readonly state: string;
  readonly reason: string | null;
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  readonly price: bigint | null;
  readonly size: bigint;
  readonly terms: string;
  readonly decisionId: number;
  readonly venueTime: Micros | null;
  readonly queueAhead: bigint | null;
}

interface FillStep {
  readonly orderId: number;
  readonly kind: 'trade' | 'settlement';
  readonly time: Micros;
  readonly venueTime: Micros;
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  readonly size: bigint;
  readonly price: bigint;
  readonly fee: Money;
  readonly liquidity: 'maker' | 'taker' | null;
}

const finalStates: ReadonlySet<string> = new Set(['filled', 'cancelled', 'rejected']);

export async function loadSide(folder: string): Promise<RunSide> {
  const manifest = await readRun(folder);
  const inverse = manifest.instruments.find((instrument) => instrument.inverse);
  if (inverse) throw new Error(`${folder}: ${inverse.id} is an inverse contract, and their money cannot be split yet`);
  const tables = await RunTables.open(folder);
  try {
    const fills = await tables.rows<FillStep>(
      `select "orderId", time, "venueTime", size, price, fee, ${await tables.few('fills', ['kind', 'instrument', 'side', 'liquidity'])} from fills`,
    );
    const steps = await tables.rows<OrderStep>(
      `select "orderId", time, tape, frame, price, size, "decisionId", "venueTime", "queueAhead",
        ${await tables.few('orders', ['step', 'state', 'reason', 'instrument', 'side'])},
        concat_ws(' ', outcome, "timeInForce", "expiresAt", "postOnly", "reduceOnly", "cancelOnPause", "orderGroup", trigger) as terms
       from orders`,
    );
    const equity = await tables.rows<{ at: Micros; equity: Money; earned: Money }>(
      'select time as at, equity, realised + unrealised - fees as earned from equity',
    );
    const quotes = await readQuotes(tables);
    const carriedOut = new Set(steps.map(({ decisionId }) => decisionId));
    const decisions = await tables.rows<SideDecision & { readonly decisionId: number }>(
      `select "decisionId", time as at, concat_ws(' ', epoch_us(time), instrument, action) as key from decisions`,
    );
    const openingCash = equity[0]?.equity ?? 0n;
    const closing = equity.at(-1);
    return {
      manifest,
      side: {
        name: folder,
        currency: currencyOf(manifest),
        orders: ordersOf(steps, fills, quotes),
        decisions: decisions
          .filter(({ decisionId }) => !carriedOut.has(decisionId))
          .map(({ at, key }) => ({ at, key })),
        settlements: fills.filter(({ kind }) => kind === 'settlement').map(settlementOf),
        openingCash,
        closing: closing && { equity: closing.equity, unbooked: closing.equity - openingCash - closing.earned },
        marks: marksOf(manifest, lastQuotesOf(quotes), fills),
        multipliers: new Map(manifest.instruments.map(({ id, multiplier }) => [id, BigInt(multiplier)])),
        ticks: await ticksOf(tables),
        equity: equity.map((row) => ({ at: row.at, equity: row.equity })),
      },
    };
  } finally {
    tables.close();
  }
}

function currencyOf({ instruments }: RunManifest): string | undefined {
  const currencies = new Set(instruments.map(({ currency }) => currency));
  return currencies.size === 1 ? [...currencies][0] : undefined;
}

function ordersOf(steps: readonly OrderStep[], fills: readonly FillStep[], quotes: Quotes): SideOrder[] {
  const stepsOf = groupBy(steps, ({ orderId }) => orderId);
  const fillsOf = groupBy(fills, ({ orderId }) => orderId);
  return [...stepsOf].map(([id, own]) => orderOf(own, (fillsOf.get(id) ?? []).map(fillOf), quotes));
}

function orderOf(steps: readonly OrderStep[], fills: readonly SideFill[], quotes: Quotes): SideOrder {
  const [first] = steps;
  const accepted = steps.find(({ step }) => step === 'accepted');
  const end = steps.find(({ state }) => finalStates.has(state));
  const sentAt = steps.find(({ step }) => step === 'placed')?.time;
  const amendments = steps.filter(({ step }) => step === 'amended').map(({ price, size }) => `${price} x ${size}`);
  return {
    id: first.orderId,
    instrument: first.instrument,
    direction: first.side === 'buy' ? 1 : -1,
    trigger: { tape: first.tape, frame: first.frame },
    decidedAt: first.time,
    limit: first.price,
    size: first.size,
    terms: [first.terms, ...amendments].join(' then '),
    // A venue that is overloaded answers, and takes nothing in.
    arrivedAt: end?.reason === 'overloaded' ? null : (accepted?.venueTime ?? end?.venueTime ?? fills[0]?.at ?? null),
    acceptedAt: accepted?.time ?? null,
    cancelledAt: steps.find(({ step }) => step === 'cancel_sent')?.time ?? null,
    touch: null,
    sentAt,
    middle: sentAt === undefined ? undefined : middleAt(quotes, first.instrument, sentAt),
    queueAhead: accepted?.queueAhead ?? undefined,
    fills,
    endedAt: end?.time ?? null,
    leftAt: end?.venueTime ?? null,
    isRejected: end?.state === 'rejected',
    reason: end?.reason ?? '',
  };
}

/** Of bid and ask, in units of 10^-8. */
function middleAt(quotes: Quotes, instrument: string, at: Micros): bigint | undefined {
  const market = quotes.get(instrument) ?? noQuotes;
  const row = market.rowAt(at);
  const sum = row < 0 ? Number.NaN : market.bid[row] + market.ask[row];
  return Number.isNaN(sum) ? undefined : BigInt(sum) / 2n;
}

function fillOf({ venueTime, time, size, price, fee, liquidity }: FillStep): SideFill {
  return { at: venueTime, knownAt: time, size, price, fee, liquidity };
}

function settlementOf({ instrument, time, side, size, price, fee }: FillStep): SideSettlement {
  return { instrument, at: time, size: side === 'buy' ? size : -size, price, fee };
}

/** As the run valued what it held at its end; of what it did not hold, as if it were long. */
function marksOf(
  { config, instruments }: RunManifest,
  quotes: readonly LastQuote[],
  fills: readonly FillStep[],
): ReadonlyMap<string, bigint> {
  const positions = new Map<string, bigint>();
  const lastTrades = new Map<string, FillStep>();
  for (const fill of fills) {
    const signed = fill.side === 'buy' ? fill.size : -fill.size;
    positions.set(fill.instrument, (positions.get(fill.instrument) ?? 0n) + signed);
    if (fill.kind === 'trade') lastTrades.set(fill.instrument, fill);
  }
  const quoteOf = new Map(quotes.map((quote) => [quote.instrument, quote]));
  return new Map(
    instruments.map((instrument) => {
      const { id } = instrument;
      const side = (positions.get(id) ?? 0n) < 0n ? -1 : 1;
      const lot = { instrument: id, side, size: 0n, entry: 0, fees: 0n } as const;
      const last = lastTrades.get(id) as JournalFill | undefined;
      return [id, markPrice(config.mark, lot, quoteOf.get(id), last, instrument)];
    }),
  );
}

/** The manifest does not tell ticks: what all prices of an instrument are multiples of stands for them. */
async function ticksOf(tables: RunTables): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tables.rows<{ instrument: string; price: bigint }>(
    `select distinct instrument, price from (
       select instrument, bid as price from quotes union all select instrument, ask from quotes
       union all select instrument, price from orders
     ) where price > 0`,
  );
  const ticks = new Map<string, bigint>();
  for (const { instrument, price } of rows)
    ticks.set(instrument, greatestCommonDivisor(price, ticks.get(instrument) ?? 0n));
  return ticks;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
