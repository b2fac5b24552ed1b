/** Orders and fills of a broker as one side of a comparison, for those whose live bot is not ours. */
import type { BrokerFile, BrokerOrder } from '../run/broker-file.ts';
import type { RunSide } from './load-side.ts';
import type { Side, SideOrder } from './side.ts';

/** Positions are valued as `run` values them, and where it did not trade, at the last price of a fill. */
export function brokerSide({ path, orders }: BrokerFile, run: RunSide): Side {
  const { multipliers, ticks, openingCash } = run.side;
  const own = orders.map((order, i) => sideOrder(order, i + 1, run));
  const lastPrices = own.flatMap(({ instrument, fills }) => fills.map(({ price }) => [instrument, price] as const));
  return {
    name: path,
    currency: run.side.currency,
    orders: own,
    decisions: [],
    settlements: [],
    openingCash,
    closing: undefined,
    marks: new Map([...lastPrices, ...run.side.marks]),
    multipliers,
    ticks,
    equity: [],
  };
}

function sideOrder(order: BrokerOrder, id: number, { manifest }: RunSide): SideOrder {
  const { instrument: market, direction, placedAt, arrivedAt, endedAt, limit, size, reason, isRejected } = order;
  const known = manifest.instruments.find(({ id }) => id === market || id.slice(id.indexOf(':') + 1) === market);
  const fills = order.fills.map((fill) => ({ ...fill, knownAt: fill.at }));
  return {
    id,
    instrument: known?.id ?? market,
    direction,
    trigger: undefined,
    decidedAt: placedAt,
    limit,
    size,
    terms: '',
    arrivedAt: isRejected ? null : (arrivedAt ?? fills[0]?.at ?? null),
    acceptedAt: arrivedAt,
    cancelledAt: null,
    touch: null,
    fills,
    endedAt,
    leftAt: endedAt,
    isRejected,
    reason,
  };
}
