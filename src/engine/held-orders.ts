import type { Market } from '../market/market.ts';
import type { OrderRecord, OrderSide, Trigger } from '../market/order.ts';
import type { Micros, Price } from '../market/units.ts';

interface Held {
  readonly order: OrderRecord;
  /** Prices in YES terms. */
  readonly trigger: Trigger;
  readonly heldAt: Micros;
  /** Best price seen, for a trailing stop; NaN before the first. */
  best: Price;
}

/** Orders that wait at the desk until their market has reached a price. Nothing of it is the venue's. */
export class HeldOrders {
  /** Asked for each frame. */
  none = true;
  readonly #byMarket = new Map<Market, Held[]>();

  hold(order: OrderRecord, trigger: Trigger, market: Market, now: Micros): void {
    const held = this.#byMarket.get(market) ?? [];
    held.push({ order, trigger, heldAt: now, best: Number.NaN });
    this.#byMarket.set(market, held);
    this.none = false;
  }

  letGo(order: OrderRecord): void {
    for (const [market, held] of this.#byMarket) {
      this.#keep(
        market,
        held.filter((each) => each.order !== order),
      );
    }
  }

  /** Lets go of the orders whose price has been reached by what came at `now`, oldest first in each market. */
  reached(now: Micros): OrderRecord[] {
    const reached: OrderRecord[] = [];
    for (const [market, held] of this.#byMarket) {
      if (market.updatedAt !== now) continue;
      const waiting = held.filter((each) => !isReached(each, market));
      if (waiting.length === held.length) continue;
      reached.push(...held.filter((each) => !waiting.includes(each)).map(({ order }) => order));
      this.#keep(market, waiting);
    }
    return reached;
  }

  #keep(market: Market, held: Held[]): void {
    if (held.length === 0) this.#byMarket.delete(market);
    else this.#byMarket.set(market, held);
    this.none = this.#byMarket.size === 0;
  }
}

function isReached(held: Held, market: Market): boolean {
  const { trigger, order } = held;
  const price = watched(held, market);
  if (!Number.isFinite(price)) return false;
  // A sale's stop lies below the market, a purchase's above it; a take-profit the other way round.
  switch (trigger.kind) {
    case 'stop':
      return (price - trigger.price) * order.side >= 0;
    case 'take_profit':
      return (price - trigger.price) * order.side <= 0;
    case 'trailing': {
      const isBetter = !((price - held.best) * order.side >= 0);
      if (isBetter) held.best = price;
      return (price - held.best) * order.side >= trigger.distance;
    }
  }
}

/** The price that the trigger looks at; not a number where there is none to be relied on. */
function watched({ trigger, heldAt, order }: Held, market: Market): Price {
  if (trigger.on === 'quote') return quoteFor(order.side, market);
  return market.trade.at >= heldAt ? market.trade.price : Number.NaN;
}

/** What the order would trade at: the ask for a purchase, the bid for a sale. */
function quoteFor(side: OrderSide, market: Market): Price {
  if (market.hasBook && !market.bookComplete) return Number.NaN;
  const { bidPrice, askPrice } = market.hasBook ? market.book : market.quote;
  return side > 0 ? askPrice : bidPrice;
}
