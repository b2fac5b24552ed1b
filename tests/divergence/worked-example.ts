/** Sides written by hand. Prices in cents, sizes in contracts, times in milliseconds after the beginning. */
import type { Side, SideFill, SideOrder } from '../../src/divergence/side.ts';

export const cents = (value: number): bigint => BigInt(value) * 1_000_000n;
export const contracts = (value: number): bigint => BigInt(value) * 100_000_000n;
/** Money. */
export const centsOfMoney = (value: number): bigint => BigInt(value) * 10n ** 14n;
const millis = (value: number): number => 1_778_695_699_000_000 + value * 1000;

export const MARKET = 'kalshi:MARKET';

interface OrderText {
  readonly id: number;
  readonly at: number;
  readonly direction?: 1 | -1;
  readonly size: number;
  readonly limit?: number;
  readonly instrument?: string;
  /** From decision to arrival. */
  readonly latency?: number;
  readonly touch?: number;
  /** Size, price, fee of the fill, and whether it made. */
  readonly fills?: readonly (readonly [
    size: number,
    price: number,
    fee?: number,
    kind?: 'maker' | 'taker',
    after?: number,
  ])[];
  readonly end?: Partial<Pick<SideOrder, 'isRejected' | 'reason'>> & { readonly after: number };
}

export function order({
  id,
  at,
  direction = 1,
  size,
  limit,
  instrument = MARKET,
  latency = 50,
  touch,
  fills = [],
  end,
}: OrderText): SideOrder {
  const isRejected = end?.isRejected ?? false;
  const isFilled = fills.reduce((filled, [part]) => filled + part, 0) === size;
  const endsAfter = end?.after ?? (isFilled ? (fills.at(-1)?.[4] ?? latency) : undefined);
  return {
    id,
    instrument,
    direction,
    trigger: { tape: 0, frame: at },
    decidedAt: millis(at),
    limit: limit === undefined ? null : cents(limit),
    size: contracts(size),
    terms: 'gtc',
    arrivedAt: isRejected ? null : millis(at + latency),
    acceptedAt: isRejected ? null : millis(at + 2 * latency),
    cancelledAt: null,
    touch: touch === undefined ? null : cents(touch),
    fills: fills.map(
      ([filled, price, fee = 0, liquidity = 'taker', after = latency]): SideFill => ({
        at: millis(at + after),
        knownAt: millis(at + after + latency),
        size: contracts(filled),
        price: cents(price),
        fee: centsOfMoney(fee),
        liquidity,
      }),
    ),
    endedAt: endsAfter === undefined ? null : millis(at + endsAfter + latency),
    leftAt: endsAfter === undefined ? null : millis(at + endsAfter),
    isRejected,
    reason: end?.reason ?? '',
  };
}

/** Starts with 1,000 dollars; cash follows from its orders, and what is held is valued at `mark` cents. */
export function side(name: string, orders: readonly SideOrder[], mark: number): Side {
  const openingCash = centsOfMoney(100_000);
  let cash = openingCash;
  let positionValue = 0n;
  for (const { direction, fills } of orders) {
    for (const { size, price, fee } of fills) {
      cash -= BigInt(direction) * size * price + fee;
      positionValue += BigInt(direction) * size * cents(mark);
    }
  }
  return {
    name,
    currency: 'USD',
    orders,
    decisions: [],
    settlements: [],
    openingCash,
    closing: { equity: cash + positionValue, unbooked: 0n },
    marks: new Map([[MARKET, cents(mark)]]),
    multipliers: new Map([[MARKET, 1n]]),
    ticks: new Map([[MARKET, cents(1)]]),
    equity: [],
  };
}

/** Of the design of the divergence report: five orders, a gap of -386 cents. */
export const replaySide = side(
  'replay',
  [
    order({ id: 1, at: 0, size: 100, touch: 55, fills: [[100, 55, 174]] }),
    order({ id: 2, at: 1000, size: 50, limit: 53, fills: [[50, 53, 0, 'maker', 500]] }),
    order({ id: 3, at: 5000, direction: -1, size: 80, touch: 60, fills: [[80, 60, 135]] }),
    order({ id: 4, at: 15_000, direction: -1, size: 30, touch: 61, fills: [[30, 61, 50]] }),
  ],
  62,
);
export const liveSide = side(
  'live',
  [
    order({
      id: 1,
      at: 0,
      size: 100,
      latency: 190,
      touch: 56,
      fills: [
        [60, 56, 103],
        [40, 57, 70],
      ],
    }),
    order({ id: 2, at: 1000, size: 50, limit: 53, fills: [[20, 53, 0, 'maker', 500]] }),
    order({ id: 3, at: 5000, direction: -1, size: 80, touch: 60, fills: [[80, 60, 135]] }),
    order({ id: 4, at: 10_000, size: 10, touch: 61, fills: [[10, 61, 17]] }),
  ],
  61,
);
/** A frame that one side alone had, just before its extra order. */
export const missedFrame = { class: 'data.gap', at: millis(9_900) } as const;
