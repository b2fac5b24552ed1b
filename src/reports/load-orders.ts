/** What became of each order and fill, against the prices of the journal's quotes. */
import type { Micros, Money } from '../market/units.ts';
import type { RunTables } from '../tape/journal-read.ts';

/** One order from its decision to its end. Prices and sizes are whole numbers in units of 10^-8; NaN where there was none. */
export interface OrderLife extends Readonly<Record<OrderColumn, number>> {
  readonly instrument: string;
  readonly side: 1 | -1;
  /** Of its first fill. */
  readonly liquidity: 'maker' | 'taker' | null;
  /** Sum of price times size, and of the fees, of its fills. */
  readonly paid: Money;
  readonly fees: Money;
  /** Whether the venue may let it rest. */
  readonly canRest: boolean;
  readonly rejected: boolean;
  readonly cancelled: boolean;
}

/** Times: the desk's, microseconds. `arrivedAt`, `firstFilledAt` and `goneAt` are the venue's. */
const times = [
  ...(['decidedAt', 'sentAt', 'acceptedAt', 'arrivedAt', 'firstFillAt', 'firstFilledAt'] as const),
  ...(['lastFillAt', 'cancelSentAt', 'endedAt', 'goneAt'] as const),
];
/** `size` is the largest that was asked for; `price` is NaN for a market order. */
const amounts = ['price', 'size', 'filled', 'queueAhead'] as const;
/**
 * Best prices as the desk knew them when the order was decided, when it was sent, and when it was known to have arrived; and a
 * minute after its end, or the last ones with two sides before.
 */
const quotes = ['decision', 'sent', 'arrival', 'final'] as const;

type OrderColumn =
  | 'orderId'
  | (typeof times)[number]
  | (typeof amounts)[number]
  | `${(typeof quotes)[number]}${'Bid' | 'Ask'}`;

/** Middles of bid and ask after a fill; null where a side was empty. */
export interface FillMids {
  readonly mid: number | null;
  readonly second: number | null;
  readonly tenSeconds: number | null;
  readonly minute: number | null;
  /** The last one of the session. */
  readonly close: number | null;
  /** Until the session's end; horizons beyond it are cut off there. */
  readonly untilClose: Micros;
}

/** Best and worst that a trip would have come to before fees, closed at once, at the quotes of its life. */
export interface TripPath {
  readonly instrument: string;
  /** From 1, in the order in which the instrument's trips began. */
  readonly trip: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A probability of YES that a decision told, and the market's at that moment. */
export interface ForecastRow {
  readonly at: Micros;
  readonly decisionId: number;
  readonly instrument: string;
  readonly probability: number;
  readonly market: number | null;
  /** Of the orders that came of it. */
  readonly filled: bigint;
}

/** A fill whose order came of such a decision: its place in the list of fills. */
export interface ForecastFill {
  readonly fill: number;
  readonly probability: number;
}

/** Makes `seen`, the best prices of each market with one row for each instant, which the other queries look at. */
export async function prepareQuotes(tables: RunTables): Promise<void> {
  await tables.rows(
    `create temp table seen as select instrument, time, bid, ask
      from (select instrument, time, bid, ask, row_number() over () as n from quotes)
      qualify row_number() over (partition by instrument, time order by n desc) = 1`,
  );
}

/** A price or size in units of 10^-8, as a whole number. */
const whole = (decimal: string): string => `round(${decimal}::double * 1e8)`;

export async function readOrderLives(tables: RunTables, to: Micros): Promise<OrderLife[]> {
  const instruments = await tables.rows<{ instrument: string }>('select distinct instrument from orders order by 1');
  const spent = await tables.rows<{ orderId: number; paid: Money; fees: Money }>(
    `select "orderId", sum(price * size)::decimal(38,16) as paid, sum(fee)::decimal(38,16) as fees
      from fills where kind = 'trade' group by "orderId"`,
  );
  const money = new Map(spent.map((each) => [each.orderId, each]));
  const columns = await tables.numbers<
    OrderColumn | 'number' | 'sign' | 'maker' | 'canRest' | 'rejected' | 'cancelled'
  >(ordersQuery(to));
  // Written out field by field: a spread makes objects of another, slow kind.
  return columns.orderId.map((orderId, i) => ({
    orderId: columns.orderId[i],
    decidedAt: columns.decidedAt[i],
    sentAt: columns.sentAt[i],
    acceptedAt: columns.acceptedAt[i],
    arrivedAt: columns.arrivedAt[i],
    firstFillAt: columns.firstFillAt[i],
    firstFilledAt: columns.firstFilledAt[i],
    lastFillAt: columns.lastFillAt[i],
    cancelSentAt: columns.cancelSentAt[i],
    endedAt: columns.endedAt[i],
    goneAt: columns.goneAt[i],
    price: columns.price[i],
    size: columns.size[i],
    filled: columns.filled[i],
    queueAhead: columns.queueAhead[i],
    decisionBid: columns.decisionBid[i],
    decisionAsk: columns.decisionAsk[i],
    sentBid: columns.sentBid[i],
    sentAsk: columns.sentAsk[i],
    arrivalBid: columns.arrivalBid[i],
    arrivalAsk: columns.arrivalAsk[i],
    finalBid: columns.finalBid[i],
    finalAsk: columns.finalAsk[i],
    instrument: instruments[columns.number[i]].instrument,
    side: columns.sign[i] as 1 | -1,
    liquidity: Number.isNaN(columns.maker[i]) ? null : columns.maker[i] === 1 ? 'maker' : 'taker',
    paid: money.get(orderId)?.paid ?? 0n,
    fees: money.get(orderId)?.fees ?? 0n,
    canRest: columns.canRest[i] === 1,
    rejected: columns.rejected[i] === 1,
    cancelled: columns.cancelled[i] === 1,
  }));
}

function ordersQuery(to: Micros): string {
  const flag = (name: string) => `l."${name}"::integer::double as "${name}"`;
  return `with steps as (
      select "orderId", any_value(instrument) as instrument, if(any_value(side) = 'buy', 1, -1) as sign,
        any_value(price) as price, max(size) as size, max(filled) as filled, bool_or(state = 'rejected') as rejected,
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
    ), first_fill as (
      select "orderId", arg_min(liquidity, "fillId") = 'maker' as maker from fills where kind = 'trade' group by "orderId"
    ), life as (
      select s.*, p.maker, n.number, d.time as "decidedAt", coalesce(d.time, s."sentAt") as "askedAt",
        coalesce(s."endedAt" + interval 60 second, make_timestamp(${to})) as "finalAt"
      from steps s left join first_fill p using ("orderId") left join decisions d using ("decisionId")
        join (select instrument, row_number() over (order by instrument) - 1 as number from (select distinct instrument from orders)) n
          on n.instrument = s.instrument
    )
    select l."orderId"::double as "orderId", l.number::double as number, l.sign::double as sign, l.maker::integer::double as maker,
      ${['canRest', 'rejected', 'cancelled'].map(flag).join(', ')},
      ${times.map((name) => `epoch_us(l."${name}")::double as "${name}"`).join(', ')},
      ${amounts.map((name) => `${whole(`l."${name}"`)} as "${name}"`).join(', ')},
      ${quotes.map((name) => `${whole(`${name}.bid`)} as "${name}Bid", ${whole(`${name}.ask`)} as "${name}Ask"`).join(', ')}
    from life l
      asof left join seen decision on decision.instrument = l.instrument and decision.time <= l."askedAt"
      asof left join seen sent on sent.instrument = l.instrument and sent.time <= l."sentAt"
      asof left join seen arrival on arrival.instrument = l.instrument and arrival.time <= l."acceptedAt"
      asof left join (select * from seen where bid is not null and ask is not null) final
        on final.instrument = l.instrument and final.time <= l."finalAt"
    order by l."orderId"`;
}

const horizons = { second: 1, tenSeconds: 10, minute: 60 } as const;

/** One for each row of fills, in their order. `ends`: when the sessions end. */
export function readFillMids(tables: RunTables, ends: readonly Micros[]): Promise<FillMids[]> {
  const middle = (of: string) => `((${of}.bid + ${of}.ask) / 2)::double`;
  const names = Object.keys(horizons) as (keyof typeof horizons)[];
  return tables.rows(
    `with session as (select make_timestamp(unnest([${ends.join(', ')}]::bigint[])) as until),
    fill as (
      select f.*, least(until, make_timestamp(${ends[ends.length - 1]})) as until
      from fills f asof left join session s on f.time <= s.until
    )
    select ${middle('f')} as mid, ${names.map((name) => `${middle(`h_${name}`)} as "${name}"`).join(', ')},
      ${middle('c')} as close, epoch_us(f.until) - epoch_us(f.time) as "untilClose"
    from fill f
      ${names
        .map(
          (name) =>
            `asof left join seen h_${name} on h_${name}.instrument = f.instrument
              and h_${name}.time <= least(f.until, f.time + interval ${horizons[name]} second)`,
        )
        .join('\n')}
      asof left join (select * from seen where bid is not null and ask is not null) c
        on c.instrument = f.instrument and c.time <= f.until
    order by f."fillId"`,
  );
}

export function readTripPaths(tables: RunTables): Promise<TripPath[]> {
  return tables.rows(
    `with fill as (
      select instrument, "fillId", time, price::double as price, position::double as position,
        lag(position::double, 1, 0) over (partition by instrument order by "fillId") as before
      from fills
    ), began as (
      select *, position <> 0 and sign(before) <> sign(position) as begins from fill
    ), tripped as (
      select *, sum(begins::integer) over (partition by instrument order by "fillId") as trip,
        if(begins, -position, before - position) * price as flow
      from began
    ), path as (
      select instrument, time, trip, position, "fillId",
        sum(flow) over (partition by instrument, trip order by "fillId") as cash
      from tripped
      qualify row_number() over (partition by instrument, time order by "fillId" desc) = 1
    ), worth as (
      select s.instrument, p.trip, p.cash + p.position * if(p.position > 0, s.bid, s.ask)::double as value
      from seen s asof join path p on s.instrument = p.instrument and s.time >= p.time
      where p.position <> 0 and if(p.position > 0, s.bid, s.ask) is not null
    )
    select instrument, trip::integer as trip, min(value) as lowest, max(value) as highest from worth
      group by all order by instrument, trip`,
  );
}

export function readForecasts(tables: RunTables): Promise<ForecastRow[]> {
  return tables.rows(
    `with told as (
      select time, "decisionId", instrument, try_cast(features->>'$.probability' as double) as probability from decisions
      where json_type(features, '$.probability') in ('DOUBLE', 'BIGINT', 'UBIGINT') and instrument <> ''
    ), got as (
      select "decisionId", sum(filled) as filled from (
        select "decisionId", max(filled) as filled from orders group by "orderId", "decisionId") group by all
    )
    select t.time as at, t."decisionId", t.instrument, t.probability, ((s.bid + s.ask) / 2)::double as market,
      coalesce(g.filled, 0)::decimal(38,8) as filled
    from told t asof left join seen s on s.instrument = t.instrument and s.time <= t.time
      left join got g using ("decisionId")
    where t.probability between 0 and 1 order by t."decisionId"`,
  );
}

export function readForecastFills(tables: RunTables): Promise<ForecastFill[]> {
  return tables.rows(
    `select f."fillId"::integer - 1 as fill, try_cast(d.features->>'$.probability' as double) as probability
      from fills f join (select distinct "orderId", "decisionId" from orders) o using ("orderId")
        join decisions d using ("decisionId")
      where json_type(d.features, '$.probability') in ('DOUBLE', 'BIGINT', 'UBIGINT') order by f."fillId"`,
  );
}

/** Of each market: the middle of the last two-sided quote by some time. */
export function readMidsAt(
  tables: RunTables,
  times: ReadonlyMap<string, Micros>,
): Promise<{ instrument: string; mid: number }[]> {
  const names = [...times.keys()].map((name) => `'${name.replaceAll("'", "''")}'`);
  return tables.rows(
    `with asked as (select unnest([${names.join(', ')}]::varchar[]) as instrument,
      make_timestamp(unnest([${[...times.values()].join(', ')}]::bigint[])) as at)
    select a.instrument, ((s.bid + s.ask) / 2)::double as mid
    from asked a asof join (select * from seen where bid is not null and ask is not null) s
      on s.instrument = a.instrument and s.time <= a.at
    order by a.instrument`,
  );
}
