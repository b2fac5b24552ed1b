/** Our own live orders were in the market when its tape was recorded: they are taken out of what a replay plays. */
import type { Instrument } from '../market/instrument.ts';
import type { Micros } from '../market/units.ts';
import type { OwnChange } from '../replay/own-matching.ts';
import { type OwnLife, traceOwn } from '../replay/own-trace.ts';
import { withoutOwn } from '../replay/without-own.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { BROKER_DECIMALS, type BrokerFile, type BrokerFill, type BrokerOrder, readBrokerFile } from './broker-file.ts';
import type { Recording } from './sources.ts';

/** What was taken out; what is told of it grows while the recordings are played. */
export class OwnOrders {
  readonly #file: BrokerFile;
  /** Of orders that rested, and of those that may have: nothing tells at which price. */
  readonly #rested = new Set<string>();
  readonly #unknown = new Set<string>();
  #prints = 0;
  #clamps = 0;
  #untraced = 0;
  #unprinted = 0;

  constructor(file: BrokerFile) {
    this.#file = file;
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
    for (const order of this.#file.orders) {
      const { id, isRejected, placedAt, endedAt } = order;
      const isHere = order.instrument === instrument.id || order.instrument === instrument.symbol;
      if (!isHere || isRejected || placedAt > to || (endedAt !== null && endedAt < from)) continue;
      const { changes, takes } = lifeOf(order, instrument, this.#file.path);
      lives.push({ changes, takes: takes.filter(({ at }) => at >= from && at <= to) });
      if (changes.length > 0) this.#rested.add(id);
      else if (order.limit === null && order.fills.length === 0) this.#unknown.add(id);
    }
    return lives;
  }
}

/** From its arrival, or as it was sent where that is not known, until its end; without one, for ever. */
function lifeOf(order: BrokerOrder, instrument: Instrument, path: string): OwnLife {
  const { id, direction: side, placedAt, arrivedAt, endedAt, fills } = order;
  const limit = order.limit ?? fills.find(({ liquidity }) => liquidity === 'maker')?.price ?? null;
  const priceOf = (units: bigint) => integerOf(units, instrument.priceDecimals, `${path}: order ${id}: a price`);
  const sizeOf = (units: bigint) => integerOf(units, instrument.sizeDecimals, `${path}: order ${id}: a size`);
  const takes = fills.filter((fill) => isTaking(fill, limit));
  const made = fills.filter((fill) => !isTaking(fill, limit));
  let rests = sizeOf(order.size);
  for (const { size } of takes) rests -= sizeOf(size);
  const changes: OwnChange[] = [];
  if (limit !== null && rests > 0) {
    const price = priceOf(limit);
    changes.push({ at: arrivedAt ?? placedAt, side, price, size: rests });
    for (const fill of made) {
      const size = Math.min(rests, sizeOf(fill.size));
      rests -= size;
      if (size > 0) changes.push({ at: fill.at, side, price, size: -size });
    }
    if (rests > 0 && endedAt !== null) changes.push({ at: endedAt, side, price, size: -rests });
  }
  return {
    changes,
    takes: takes.map(({ at, price, size }) => ({ at, side, price: priceOf(price), size: sizeOf(size) })),
  };
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
