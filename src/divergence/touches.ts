/** The best price of the other side of the book at the moment at which an order reached the venue, off the tape. */
import { decoderFor } from '../feeds/index.ts';
import type { EventBatch } from '../market/event.ts';
import { Market } from '../market/market.ts';
import { TapeEvents } from '../tape/events.ts';
import type { Tape } from '../tape/tape.ts';
import type { RunSide } from './load-side.ts';
import type { SideOrder } from './side.ts';

/** Prices of a comparison have so many decimals. */
const DECIMALS = 8;

/** The side with the touch of each order that took; as it is where the venue did not see the frames, or not when they were received. */
export async function withTouches(run: RunSide, tapes: readonly Tape[]): Promise<RunSide> {
  if (run.manifest.config.venueSees !== 'receipt' || run.manifest.ownOrders) return run;
  const takers = run.side.orders.filter(
    ({ arrivedAt, fills }) => arrivedAt !== null && fills[0]?.liquidity === 'taker',
  );
  const touches = new Map<number, bigint>();
  for (const tape of tapes) await readTouches(tape, takers, touches);
  const orders = run.side.orders.map((order) => ({ ...order, touch: touches.get(order.id) ?? null }));
  return { ...run, side: { ...run.side, orders } };
}

/** An order that arrives with a frame comes after it, as in the engine. */
async function readTouches(tape: Tape, takers: readonly SideOrder[], touches: Map<number, bigint>): Promise<void> {
  const arriving = takers.map((order) => ({ order, at: order.arrivedAt ?? 0 })).sort((a, b) => a.at - b.at);
  const events = new TapeEvents(tape, decoderFor(tape.header));
  const markets: Market[] = [];
  let next = 0;
  const look = (before: number) => {
    for (; next < arriving.length && arriving[next].at < before; next++) {
      const { order } = arriving[next];
      const market = markets.find((each) => each?.instrument.id === order.instrument);
      const touch = market && touchOf(market, order.direction);
      if (touch !== undefined) touches.set(order.id, touch);
    }
  };
  for await (const batch of events.batches()) {
    for (let i = 0; i < batch.count; i++) {
      if (next < arriving.length && arriving[next].at < batch.receivedAt[i]) look(batch.receivedAt[i]);
      apply(batch, i, events, markets);
    }
  }
  look(Number.POSITIVE_INFINITY);
}

function apply(batch: EventBatch, i: number, { instruments }: TapeEvents, markets: Market[]): void {
  const index = batch.instrument[i];
  if (index < 0) return;
  markets[index] ??= new Market(instruments[index], index);
  markets[index].apply(batch, i);
}

function touchOf({ book, bookComplete, quote, instrument }: Market, direction: 1 | -1): bigint | undefined {
  const { bidPrice, askPrice } = bookComplete ? book : quote;
  const price = direction > 0 ? askPrice : bidPrice;
  return Number.isFinite(price) ? BigInt(price) * 10n ** BigInt(DECIMALS - instrument.priceDecimals) : undefined;
}
