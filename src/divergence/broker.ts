/** Orders and fills of a broker as one side of a comparison, for those whose live bot is not ours. */
import { groupBy } from '../market/group.ts';
import { formatDecimal } from '../market/units.ts';
import { BROKER_DECIMALS, type BrokerFile, type BrokerOrder, twoMarkets } from '../run/broker-file.ts';
import type { RunManifest } from '../tape/run-file.ts';
import type { RunSide } from './load-side.ts';
import type { Side, SideOrder } from './side.ts';

const ONE = 10n ** BigInt(BROKER_DECIMALS);

/** Positions are valued as `run` values them, and where it did not trade, at the last price of a fill. */
export function brokerSide(file: BrokerFile, run: RunSide): Side {
  const { multipliers, ticks, openingCash } = run.side;
  const instrumentOf = instrumentsOf(file, run.manifest);
  const binary = new Set(run.manifest.instruments.filter(({ kind }) => kind === 'binary').map(({ id }) => id));
  const own = file.orders.map((order, i) => {
    const instrument = instrumentOf(order);
    if (binary.has(instrument)) checkPrices(file, order);
    return sideOrder(order, i + 1, instrument);
  });
  const lastPrices = own.flatMap(({ instrument, fills }) => fills.map(({ price }) => [instrument, price] as const));
  return {
    name: file.path,
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

/** What the run calls the market of an order; as the file does, where the run does not know it. */
function instrumentsOf(file: BrokerFile, { instruments }: RunManifest): (order: BrokerOrder) => string {
  const ids = instruments.map(({ id }) => id);
  const bySymbol = groupBy(ids, (id) => id.slice(id.indexOf(':') + 1));
  const known = new Set(ids);
  return (order) => {
    const { instrument } = order;
    if (known.has(instrument)) return instrument;
    const [one, other] = bySymbol.get(instrument) ?? [instrument];
    if (other !== undefined) throw twoMarkets(file, order, [one, other]);
    return one;
  };
}

/** Cents in place of dollars would be a gap of hundreds. */
function checkPrices({ path }: BrokerFile, { id, instrument, limit, fills }: BrokerOrder): void {
  const strange = [...(limit === null ? [] : [limit]), ...fills.map(({ price }) => price)].find((price) => price > ONE);
  if (strange === undefined) return;
  const price = formatDecimal(Number(strange), BROKER_DECIMALS).replace(/\.?0+$/, '');
  throw new Error(`${path}: order ${id}: ${price} is no price of ${instrument}: dollars from 0 to 1, not cents`);
}

/** Markets of the orders that the run does not know, by name. */
export function unknownMarkets(file: BrokerFile, { manifest }: RunSide): readonly string[] {
  const instrumentOf = instrumentsOf(file, manifest);
  const known = new Set(manifest.instruments.map(({ id }) => id));
  const unknown = file.orders.filter((order) => !known.has(instrumentOf(order)));
  return [...new Set(unknown.map(({ instrument }) => instrument))].sort();
}

function sideOrder(order: BrokerOrder, id: number, instrument: string): SideOrder {
  const { direction, placedAt, arrivedAt, endedAt, limit, size, reason, isRejected } = order;
  const fills = order.fills.map((fill) => ({ ...fill, knownAt: fill.at }));
  return {
    id,
    instrument,
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
