/** Orders and fills of a broker as one side of a comparison, for those whose live bot is not ours. */
import { formatDecimal } from '../market/units.ts';
import { BROKER_DECIMALS, type BrokerFile, type BrokerOrder } from '../run/broker-file.ts';
import type { RunSide } from './load-side.ts';
import type { Side, SideOrder } from './side.ts';

const ONE = 10n ** BigInt(BROKER_DECIMALS);

/** Positions are valued as `run` values them, and where it did not trade, at the last price of a fill. */
export function brokerSide({ path, orders }: BrokerFile, run: RunSide): Side {
  const { multipliers, ticks, openingCash } = run.side;
  for (const order of orders) checkPrices(path, order, run);
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

/** Cents in place of dollars would be a gap of hundreds. */
function checkPrices(path: string, { id, instrument, limit, fills }: BrokerOrder, run: RunSide): void {
  if (knownInstrument(instrument, run)?.kind !== 'binary') return;
  const strange = [...(limit === null ? [] : [limit]), ...fills.map(({ price }) => price)].find((price) => price > ONE);
  if (strange === undefined) return;
  const price = formatDecimal(Number(strange), BROKER_DECIMALS).replace(/\.?0+$/, '');
  throw new Error(`${path}: order ${id}: ${price} is no price of ${instrument}: dollars from 0 to 1, not cents`);
}

/** Markets of the orders that the run does not know, by name. */
export function unknownMarkets({ orders }: BrokerFile, run: RunSide): readonly string[] {
  return [...new Set(orders.map(({ instrument }) => instrument))]
    .filter((market) => knownInstrument(market, run) === undefined)
    .sort();
}

/** With its venue or without. */
function knownInstrument(market: string, { manifest }: RunSide) {
  return manifest.instruments.find(({ id }) => id === market || id.slice(id.indexOf(':') + 1) === market);
}

function sideOrder(order: BrokerOrder, id: number, run: RunSide): SideOrder {
  const { instrument: market, direction, placedAt, arrivedAt, endedAt, limit, size, reason, isRejected } = order;
  const known = knownInstrument(market, run);
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
