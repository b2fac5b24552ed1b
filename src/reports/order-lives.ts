/** What became of each order, against the best prices of its time. */
import type { Micros, Money } from '../market/units.ts';
import type { RunTables } from '../tape/journal-read.ts';
import type { JournalFill } from './load.ts';
import { noQuotes, type Quotes } from './quotes.ts';

/** Times: the desk's, microseconds. `arrivedAt`, `firstFilledAt` and `goneAt` are the venue's. */
const times = [
  ...(['decidedAt', 'sentAt', 'acceptedAt', 'arrivedAt', 'firstFillAt', 'firstFilledAt'] as const),
  ...(['lastFillAt', 'cancelSentAt', 'endedAt', 'goneAt'] as const),
];
/** `size` is the largest that was asked for; `price` is the first, NaN for a market order. Whole numbers in units of 10^-8. */
const amounts = ['price', 'size', 'filled', 'queueAhead'] as const;
/** 0 or 1. `canRest`: whether the venue may let it rest. `whole`: filled to the size that it had at last, which an amendment may have made less. */
const flags = ['canRest', 'rejected', 'cancelled', 'whole'] as const;
/**
 * Best prices as the desk knew them when the order was decided, when it was sent, and when it was known to have arrived; and a
 * minute after its end, or the last ones with two sides before. Whole numbers in units of 10^-8.
 */
const moments = ['decision', 'sent', 'arrival', 'final'] as const;
type Moment = (typeof moments)[number];
type Price = `${Moment}${'Bid' | 'Ask'}`;

type Written = 'orderId' | 'side' | (typeof times)[number] | (typeof amounts)[number] | (typeof flags)[number];

/** Orders by column, from decision to end, in the order of their numbers; NaN where there was none. `side` is 1 or -1. */
export interface OrderLives extends Readonly<Record<Written | Price, Float64Array>> {
  readonly count: number;
  readonly instrument: readonly string[];
  /** Of its first fill. */
  readonly liquidity: readonly ('maker' | 'taker' | null)[];
  /** Sum of price times size, and of the fees, of its fills. */
  readonly paid: readonly Money[];
  readonly fees: readonly Money[];
}

/** How long after its end what was not filled is measured. */
const AFTER_END: Micros = 60_000_000;

export async function readOrderLives(
  tables: RunTables,
  fills: readonly JournalFill[],
  quotes: Quotes,
  to: Micros,
): Promise<OrderLives> {
  const names = await tables.rows<{ instrument: string }>('select distinct instrument from orders order by 1');
  const written = await tables.numbers<Written | 'number'>(ordersQuery);
  const instrument = Array.from(written.number, (number) => names[number].instrument);
  return {
    ...written,
    count: instrument.length,
    instrument,
    ...spent(written.orderId, fills),
    ...pricesOf(written, instrument, quotes, to),
  };
}

const ordersQuery = `with steps as (
    select "orderId", any_value(instrument) as instrument, if(any_value(side) = 'buy', 1, -1) as side,
      any_value(price) filter (step = 'placed') as price, max(size) as size, max(filled) as filled, bool_or(state = 'rejected') as rejected, bool_or(state = 'filled') as whole,
      bool_and("timeInForce" not in ('ioc', 'fok') and price is not null) as "canRest", max("decisionId") as "decisionId",
      min(time) filter (step = 'placed') as "sentAt", min(time) filter (step = 'accepted') as "acceptedAt",
      min("venueTime") filter (step = 'accepted') as "arrivedAt",
      arg_min("queueAhead", time) filter (step = 'accepted') as "queueAhead",
      min(time) filter (step = 'filled') as "firstFillAt", min("venueTime") filter (step = 'filled') as "firstFilledAt",
      max(time) filter (step = 'filled') as "lastFillAt",
      min(time) filter (step = 'cancel_sent') as "cancelSentAt",
      min(time) filter (step = 'ended') as "endedAt", min(coalesce("venueTime", time)) filter (step = 'ended') as "goneAt",
      bool_or(state = 'cancelled') as cancelled
    from orders group by "orderId"
  ), life as (
    select s.*, n.number, d.time as "decidedAt"
    from steps s left join decisions d using ("decisionId")
      join (select instrument, row_number() over (order by instrument) - 1 as number from (select distinct instrument from orders)) n
        on n.instrument = s.instrument
  )
  select "orderId"::double as "orderId", number::double as number, side::double as side,
    ${flags.map((name) => `"${name}"::integer::double as "${name}"`).join(', ')},
    ${times.map((name) => `epoch_us("${name}")::double as "${name}"`).join(', ')},
    ${amounts.map((name) => `round("${name}"::double * 1e8) as "${name}"`).join(', ')}
  from life order by "orderId"`;

function spent(orderIds: Float64Array, fills: readonly JournalFill[]): Pick<OrderLives, 'paid' | 'fees' | 'liquidity'> {
  const numbers = new Map<number, number>();
  for (let i = 0; i < orderIds.length; i++) numbers.set(orderIds[i], i);
  const paid = new Array<Money>(orderIds.length).fill(0n);
  const fees = new Array<Money>(orderIds.length).fill(0n);
  const liquidity = new Array<'maker' | 'taker' | null>(orderIds.length).fill(null);
  for (const fill of fills) {
    const i = fill.settlement ? undefined : numbers.get(fill.orderId);
    if (i === undefined) continue;
    paid[i] += fill.price * fill.size;
    fees[i] += fill.fee;
    liquidity[i] ??= fill.liquidity;
  }
  return { paid, fees, liquidity };
}

function pricesOf(
  {
    decidedAt,
    sentAt,
    acceptedAt,
    endedAt,
  }: Readonly<Record<'decidedAt' | 'sentAt' | 'acceptedAt' | 'endedAt', Float64Array>>,
  instrument: readonly string[],
  quotes: Quotes,
  to: Micros,
): Readonly<Record<Price, Float64Array>> {
  const count = instrument.length;
  const columns = Object.fromEntries(
    moments.flatMap((moment) => [
      [`${moment}Bid`, new Float64Array(count)],
      [`${moment}Ask`, new Float64Array(count)],
    ]),
  ) as Record<Price, Float64Array>;
  for (let i = 0; i < count; i++) {
    const market = quotes.get(instrument[i]) ?? noQuotes;
    const tell = (moment: Moment, row: number) => {
      columns[`${moment}Bid`][i] = row < 0 ? Number.NaN : market.bid[row];
      columns[`${moment}Ask`][i] = row < 0 ? Number.NaN : market.ask[row];
    };
    const sent = market.rowAt(sentAt[i]);
    tell('decision', Number.isNaN(decidedAt[i]) ? sent : market.rowAt(decidedAt[i]));
    tell('sent', sent);
    tell('arrival', market.rowAt(acceptedAt[i]));
    tell('final', market.twoSidedRowAt(Number.isNaN(endedAt[i]) ? to : endedAt[i] + AFTER_END));
  }
  return columns;
}
