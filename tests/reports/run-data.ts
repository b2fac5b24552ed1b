/** A run's data by hand: what a test says, and nothing else happened. */
import { parseMoney } from '../../src/market/units.ts';
import type { FillMids } from '../../src/reports/fill-mids.ts';
import type { JournalFill, RunData } from '../../src/reports/load.ts';
import { missing } from '../../src/reports/metrics/metric.ts';
import type { OrderLives } from '../../src/reports/order-lives.ts';

const SECOND = 1_000_000;
const START = Date.UTC(2026, 4, 14, 12) * 1000;

type InstrumentFacts = RunData['manifest']['instruments'][number];

export function binary(id: string): InstrumentFacts {
  return { id, kind: 'binary', currency: 'USD', priceDecimals: 2, sizeDecimals: 0, multiplier: 1 };
}

/** A maker's trade of whole contracts at a price in cents, `second` seconds after the start. */
export function fill(
  second: number,
  instrument: string,
  side: 1 | -1,
  size: number,
  cents: number,
  more: Partial<JournalFill> = {},
): JournalFill {
  return {
    at: START + second * SECOND,
    orderId: 0,
    instrument,
    side,
    size: BigInt(size) * 100_000_000n,
    price: BigInt(cents) * 1_000_000n,
    fee: 0n,
    settlement: false,
    liquidity: 'maker',
    grade: 'printed_at_price',
    position: 0n,
    tag: '',
    ...more,
  };
}

/** The venue pays out; `size` is what was held, above 0 if long. */
export function settlement(second: number, instrument: string, size: number, cents: number): JournalFill {
  const more = { settlement: true, liquidity: null, grade: null };
  return fill(second, instrument, size > 0 ? -1 : 1, Math.abs(size), cents, more);
}

/** `levels` is the equity at the start and after every second. */
export function runData(
  fills: readonly JournalFill[],
  instruments: readonly InstrumentFacts[],
  levels: readonly string[] = [],
  more: Partial<RunData> = {},
): RunData {
  const to = START + 60 * SECOND;
  return {
    manifest: {
      format: 1,
      createdBy: 'truetape 0.1.0',
      mode: 'replay',
      strategy: { name: 'test', description: 'A test.' },
      parameters: {},
      config: {},
      seed: '1',
      tapes: [],
      from: START,
      to,
      events: 0,
      instruments: [...instruments],
      rows: {},
      digest: '0'.repeat(64),
    },
    fills,
    equity: {
      at: levels.map((_, i) => START + i * SECOND),
      equity: levels.map(parseMoney),
      fees: levels.map(() => 0n),
    },
    orders: [],
    orderEnds: [],
    lastQuotes: [],
    notes: [],
    orderLives: noOrders,
    fillMids: unknownMids(fills.length),
    tripPaths: [],
    liquidation: { maxFraction: missing('no_data'), maxMoney: missing('no_data') },
    forecasts: [],
    forecastFills: [],
    closingMids: new Map(),
    busiest: undefined,
    ...more,
  };
}

const columns = [
  ...[
    'orderId',
    'side',
    'decidedAt',
    'sentAt',
    'acceptedAt',
    'arrivedAt',
    'firstFillAt',
    'firstFilledAt',
    'lastFillAt',
  ],
  ...[
    'cancelSentAt',
    'endedAt',
    'goneAt',
    'price',
    'size',
    'filled',
    'queueAhead',
    'canRest',
    'rejected',
    'cancelled',
    'whole',
  ],
  ...['decision', 'sent', 'arrival', 'final'].flatMap((moment) => [`${moment}Bid`, `${moment}Ask`]),
];

const noOrders = {
  ...{ count: 0, instrument: [], liquidity: [], paid: [], fees: [] },
  ...Object.fromEntries(columns.map((name) => [name, new Float64Array()])),
} as unknown as OrderLives;

function unknownMids(fills: number): FillMids {
  const column = () => new Float64Array(fills).fill(Number.NaN);
  return {
    mid: column(),
    second: column(),
    tenSeconds: column(),
    minute: column(),
    close: column(),
    untilClose: column(),
  };
}
