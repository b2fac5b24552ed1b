/** Our own live orders were in the market when its tape was recorded: they are taken out of what a replay plays. */
import { groupBy } from '../market/group.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import type { OwnChange } from '../replay/own-matching.ts';
import { type OwnLife, traceOwn } from '../replay/own-trace.ts';
import { withoutOwn } from '../replay/without-own.ts';
import type { RunManifest } from '../tape/run-file.ts';
import {
  BROKER_DECIMALS,
  type BrokerFile,
  type BrokerFill,
  type BrokerOrder,
  readBrokerFile,
  twoMarkets,
} from './broker-file.ts';
import type { Recording } from './sources.ts';

/** What was taken out; what is told of it grows while the recordings are played. */
export class OwnOrders {
  readonly #file: BrokerFile;
  /** By the market as the file names it: with its venue or without. */
  readonly #byMarket: ReadonlyMap<string, readonly BrokerOrder[]>;
  /** The instrument that a name of the file stands for. */
  readonly #instruments = new Map<string, string>();
  /** Those that rested, and those that may have: nothing tells at which price. */
  readonly #rested = new Set<BrokerOrder>();
  readonly #unknown = new Set<BrokerOrder>();
  #prints = 0;
  #clamps = 0;
  #untraced = 0;
  #unprinted = 0;

  constructor(file: BrokerFile) {
    this.#file = file;
    this.#byMarket = groupBy(file.orders, ({ instrument }) => instrument);
  }

  get facts(): RunManifest['ownOrders'] {
    const { name, sha256 } = this.#file;
    return {
      ...{ name, sha256 },
      orders: this.#rested.size,
      prints: this.#prints,
      clamps: this.#clamps,
      untraced: this.#untraced,
      unprinted: this.#unprinted,
      unknown: this.#unknown.size,
    };
  }

  /** The recording without them; itself, where there were none. Reads it once to find where they were. */
  async takeOut(recording: Recording, from: Micros, signal?: AbortSignal): Promise<Recording> {
    const { events, again, endsAt } = recording;
    if (this.#file.orders.length === 0) return recording;
    const trace = await traceOwn(events, (instrument) => this.#livesOf(instrument, from, endsAt), signal);
    this.#prints += [...trace.prints.values()].reduce((sum, rows) => sum + rows.length, 0);
    this.#untraced += trace.untraced;
    this.#unprinted += trace.unprinted;
    if (trace.markets.size === 0 && trace.prints.size === 0) return recording;
    // The venue's reader comes to the same levels as the desk's: one of them counts.
    return {
      events: withoutOwn(events, trace, () => this.#clamps++),
      again: () => withoutOwn(again(), trace),
      endsAt,
    };
  }

  /** Those that were in this market while the tape was recorded. */
  #livesOf(instrument: Instrument, from: Micros, to: Micros): OwnLife[] {
    const lives: OwnLife[] = [];
    for (const order of [instrument.id, instrument.symbol].flatMap((name) => this.#ordersIn(name, instrument))) {
      const life = lifeOf(order, instrument, this.#file.path);
      const wasThere = order.placedAt <= to && life.until >= from;
      lives.push({
        changes: wasThere ? life.changes : [],
        takes: life.takes.filter(({ at }) => at >= from && at <= to),
      });
      if (wasThere) (life.isUnknown ? this.#unknown : this.#rested).add(order);
    }
    return lives.filter(({ changes, takes }) => changes.length > 0 || takes.length > 0);
  }

  #ordersIn(name: string, { id }: Instrument): readonly BrokerOrder[] {
    const orders = this.#byMarket.get(name) ?? [];
    const known = this.#instruments.get(name) ?? id;
    if (orders.length > 0 && known !== id) throw twoMarkets(this.#file, orders[0], [known, id]);
    this.#instruments.set(name, known);
    return orders;
  }
}

interface BrokerLife extends OwnLife {
  /** When nothing of it rested any more; -Infinity: nothing ever did; Infinity: nobody tells. */
  readonly until: Micros;
  /** It may have rested, and nobody tells at which price. */
  readonly isUnknown: boolean;
}

/** It rests from its arrival, or from when it was sent where that is not known, until its end; without one, for ever. */
function lifeOf(
  order: BrokerOrder,
  { priceDecimals, sizeDecimals }: Pick<Instrument, 'priceDecimals' | 'sizeDecimals'>,
  path: string,
): BrokerLife {
  const { id, direction: side, placedAt, arrivedAt, endedAt, fills } = order;
  const limit = order.limit ?? fills.find(({ liquidity }) => liquidity === 'maker')?.price ?? null;
  const priceOf = (units: bigint) => integerOf(units, priceDecimals, `${path}: order ${id}: a price`);
  const sizeOf = (units: bigint) => integerOf(units, sizeDecimals, `${path}: order ${id}: a size`);
  const taken = fills.filter((fill) => isTaking(fill, limit));
  const takes = taken.map(({ at, price, size }) => ({ at, side, price: priceOf(price), size: sizeOf(size) }));
  const rested = takes.reduce((left, { size }) => left - size, sizeOf(order.size));
  const from = arrivedAt ?? placedAt;
  const never = { changes: [], takes, until: Number.NEGATIVE_INFINITY, isUnknown: false };
  if (order.isRejected || rested <= 0 || (endedAt !== null && endedAt <= from)) return never;
  // With fills, all of them as the aggressor, it was a market order.
  if (limit === null)
    return fills.length > 0 ? never : { ...never, until: endedAt ?? Number.POSITIVE_INFINITY, isUnknown: true };
  const price = priceOf(limit);
  const changes: OwnChange[] = [{ at: from, side, price, size: rested }];
  let left = rested;
  for (const fill of fills) {
    if (isTaking(fill, limit)) continue;
    const size = Math.min(left, sizeOf(fill.size));
    left -= size;
    if (size > 0) changes.push({ at: fill.at, side, price, size: -size });
  }
  if (left > 0 && endedAt !== null) changes.push({ at: endedAt, side, price, size: -left });
  const until = left > 0 ? (endedAt ?? Number.POSITIVE_INFINITY) : changes[changes.length - 1].at;
  return { changes, takes, until, isUnknown: false };
}

/** Where nobody says: who makes trades at his own limit, who gets another price took it. */
function isTaking({ liquidity, price }: BrokerFill, limit: bigint | null): boolean {
  return liquidity === null ? price !== limit : liquidity === 'taker';
}

function integerOf(units: bigint, decimals: number, what: string): number {
  const scale = 10n ** BigInt(BROKER_DECIMALS - decimals);
  if (units % scale !== 0n)
    throw new Error(`${what} has more than the ${decimals} decimals of its market; a row is one fill, not an average`);
  return Number(units / scale);
}

/** Of the files given the one that a run was made without: without others it would be another run. */
export async function ownOrdersOf(
  { ownOrders: had }: RunManifest,
  run: string,
  files: readonly string[],
): Promise<string | undefined> {
  if (!had) return undefined;
  for (const file of files) if ((await readBrokerFile(file)).sha256 === had.sha256) return file;
  const which = `the orders of ${had.name} (sha256 ${had.sha256.slice(0, 12)}) were taken out of its tapes`;
  if (files.length === 0) throw new Error(`${run}: ${which}; name that file with --own-orders`);
  throw new Error(`${run}: ${which}, and ${files.join(', ')} is not that file; name it with --own-orders`);
}
