/** Orders and fills of a broker, for those whose live bot is not ours: a CSV file with a header, or JSON. */
import { type Micros, type Money, parseMoney, parseTime } from '../market/units.ts';
import { quoted } from '../tape/duckdb.ts';
import { queryRows, type Row } from '../tape/query.ts';
import type { RunSide } from './load-side.ts';
import type { Side, SideFill, SideOrder } from './side.ts';

/** One fill, or an order without any. */
interface BrokerRow {
  readonly order: string;
  readonly instrument: string;
  readonly direction: 1 | -1;
  readonly placedAt: Micros;
  readonly arrivedAt: Micros | null;
  readonly endedAt: Micros | null;
  readonly limit: bigint | null;
  readonly size: bigint;
  readonly reason: string;
  readonly fill: SideFill | undefined;
}

/**
 * A row per fill, and one for an order that got none: `order`, `instrument`, `side` (buy or sell, of YES), `placed`, `size`;
 * where known `limit`, `arrived`, `ended`, `reason` (rejected: why); of a fill `filled`, `price`, `time`, and where known
 * `fee` and `liquidity`. Times are RFC 3339 or microseconds. Positions are valued as `run` values them, and where
 * it did not trade, at the last price of a fill.
 */
export async function loadBroker(file: string, run: RunSide): Promise<Side> {
  const read = /\.json[l]?$/.test(file)
    ? `read_json(${quoted(file)})`
    : `read_csv(${quoted(file)}, header = true, all_varchar = true)`;
  const rows = await queryRows(`select columns(*)::varchar from ${read}`);
  const parsed = rows.map((row, i) => {
    const broker = brokerRow(row, run);
    if (broker) return broker;
    throw new Error(
      `${file}: row ${i + 1}: needs order, instrument, side (buy or sell), placed, size; and filled, price, time of a fill`,
    );
  });
  const { multipliers, ticks, openingCash } = run.side;
  const orders = ordersOf(parsed);
  const lastPrices = orders.flatMap(({ instrument, fills }) => fills.map(({ price }) => [instrument, price] as const));
  return {
    name: file,
    currency: run.side.currency,
    orders,
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

function brokerRow(row: Row, { manifest }: RunSide): BrokerRow | undefined {
  const text = (name: string): string | undefined =>
    typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined;
  const [order, market, side, filled] = ['order', 'instrument', 'side', 'filled'].map(text);
  const [placedAt, arrivedAt, endedAt, at] = ['placed', 'arrived', 'ended', 'time'].map((name) => timeOf(text(name)));
  const [size, limit, price, got] = ['size', 'limit', 'price', 'filled'].map((name) => unitsOf(text(name)));
  const instrument =
    manifest.instruments.find(({ id }) => id === market || id.slice(id.indexOf(':') + 1) === market)?.id ?? market;
  if (!order || !instrument || (side !== 'buy' && side !== 'sell') || placedAt === null || size === null)
    return undefined;
  if (filled !== undefined && (price === null || got === null || at === null)) return undefined;
  const fill =
    price === null || got === null || at === null || got === 0n
      ? undefined
      : {
          at,
          knownAt: at,
          size: got,
          price,
          fee: feeOf(text('fee')),
          liquidity: liquidityOf(text('liquidity')),
        };
  return {
    order,
    instrument,
    direction: side === 'buy' ? 1 : -1,
    placedAt,
    arrivedAt,
    endedAt,
    limit,
    size,
    reason: text('reason') ?? '',
    fill,
  };
}

function ordersOf(rows: readonly BrokerRow[]): SideOrder[] {
  const groups = new Map<string, BrokerRow[]>();
  for (const row of rows) groups.set(row.order, [...(groups.get(row.order) ?? []), row]);
  return [...groups.values()]
    .sort(([a], [b]) => a.placedAt - b.placedAt)
    .map((own, i): SideOrder => {
      const [first] = own;
      const fills = own.flatMap(({ fill }) => fill ?? []).sort((a, b) => a.at - b.at);
      const isRejected = first.reason !== '' && fills.length === 0 && first.arrivedAt === null;
      return {
        id: i + 1,
        instrument: first.instrument,
        direction: first.direction,
        trigger: undefined,
        decidedAt: first.placedAt,
        limit: first.limit,
        size: first.size,
        terms: '',
        arrivedAt: isRejected ? null : (first.arrivedAt ?? fills[0]?.at ?? null),
        acceptedAt: first.arrivedAt,
        cancelledAt: null,
        touch: null,
        fills,
        endedAt: first.endedAt,
        leftAt: first.endedAt,
        isRejected,
        reason: first.reason,
      };
    });
}

function liquidityOf(text: string | undefined): SideFill['liquidity'] {
  return text === 'maker' || text === 'taker' ? text : null;
}

function timeOf(text: string | undefined): Micros | null {
  if (text === undefined) return null;
  const time = /^\d{16}$/.test(text) ? Number(text) : parseTime(text);
  return Number.isNaN(time) ? null : time;
}

/** In units of 10^-8. */
function unitsOf(text: string | undefined): bigint | null {
  const match = /^(\d+)(?:\.(\d{1,8}))?0*$/.exec(text ?? '');
  return match ? BigInt(match[1] + (match[2] ?? '').padEnd(8, '0')) : null;
}

function feeOf(text: string | undefined): Money {
  return text === undefined ? 0n : parseMoney(text);
}
