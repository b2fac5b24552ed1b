/** Events as a test writes them: rows by what they say, frames of rows, batches of frames. */
import { EventBatch, EventFlag, EventKind, LifecycleCode, Side, StatisticCode } from '../../src/market/event.ts';
import type { Micros, Price, Size } from '../../src/market/units.ts';

/** One row; all that is left out is 0. */
export interface Row {
  readonly kind: EventKind;
  readonly instrument: number;
  readonly side: Side;
  readonly price: number;
  readonly size: number;
  readonly code: number;
  readonly flags: number;
  readonly text?: string;
  /** The order that it is about, if the feed tells of each. */
  readonly order?: number;
}

export type Levels = readonly (readonly [price: Price, size: Size])[];

function row(kind: EventKind, rest: Partial<Row> = {}): Row {
  return { kind, instrument: 0, side: Side.none, price: 0, size: 0, code: 0, flags: 0, ...rest };
}

export const listed = (instrument = 0) => lifecycle(LifecycleCode.listed, { instrument });

export const lifecycle = (code: number, rest: Partial<Row> = {}) => row(EventKind.lifecycle, { code, ...rest });

/** A whole book: what was there before is gone. */
export function snapshot(bids: Levels, asks: Levels, instrument = 0): Row[] {
  const flags = EventFlag.snapshot;
  const rows = [row(EventKind.bookClear, { instrument, flags })];
  for (const [price, size] of bids) rows.push({ ...level(Side.buy, price, size, instrument), flags });
  for (const [price, size] of asks) rows.push({ ...level(Side.sell, price, size, instrument), flags });
  return rows;
}

export const level = (side: Side, price: Price, size: Size, instrument = 0) =>
  row(EventKind.bookLevel, { side, price, size, instrument });

export const print = (side: Side, price: Price, size: Size, rest: Partial<Row> = {}) =>
  row(EventKind.trade, { side, price, size, ...rest });

export const volume = (size: Size, instrument = 0) =>
  row(EventKind.statistic, { code: StatisticCode.volume, size, instrument });

export function quote(bid: readonly [Price, Size], ask: readonly [Price, Size], instrument = 0): Row[] {
  return [
    row(EventKind.quote, { side: Side.buy, price: bid[0], size: bid[1], instrument }),
    row(EventKind.quote, { side: Side.sell, price: ask[0], size: ask[1], instrument }),
  ];
}

/** Open, high, low, close. */
export function bar(
  prices: readonly [Price, Price, Price, Price],
  volume: Size,
  length: Micros,
  instrument = 0,
): Row[] {
  const sizes = [length, 0, 0, volume];
  return prices.map((price, i) => row(EventKind.bar, { price, size: sizes[i], code: i + 1, instrument }));
}

export const gap = (flags: number, rest: Partial<Row> = {}) => row(EventKind.gap, { code: 1, flags, ...rest });

export const seriesValue = (price: number, instrument = 0) => row(EventKind.series, { price, instrument });

/** Frames in order of arrival, as one batch. */
export class EventScript {
  readonly batch = new EventBatch(16);
  #frames = 0;

  /** Adds a frame of the given rows that arrives at `at`; returns the script. */
  frame(at: Micros, ...rows: readonly Row[]): this {
    const number = this.#frames++;
    for (const row of rows) pushRow(this.batch, number, at, row);
    return this;
  }
}

/** A batch of the one frame; `exchangeAt` 0 = the venue does not say when. */
export function frameOf(at: Micros, rows: readonly Row[], number = 0, exchangeAt: Micros = 0): EventBatch {
  const batch = new EventBatch(rows.length + 1);
  for (const row of rows) pushRow(batch, number, at, row, exchangeAt);
  return batch;
}

function pushRow(batch: EventBatch, frame: number, at: Micros, row: Row, exchangeAt: Micros = 0): void {
  const { kind, instrument, side, price, size, code, flags, text, order } = row;
  const i = batch.push(frame, at, exchangeAt, instrument, kind, side, price, size, code, flags);
  if (text !== undefined) batch.text.set(i, text);
  if (order !== undefined) batch.tellOrder(i, order);
}

/** A row of a batch with its frame and times, for comparison. */
export interface StampedRow extends Row {
  readonly frame: number;
  readonly receivedAt: Micros;
  readonly exchangeAt: Micros;
}

export function rowsOf(batch: EventBatch): StampedRow[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    frame: batch.frame[i],
    receivedAt: batch.receivedAt[i],
    exchangeAt: batch.exchangeAt[i],
    kind: batch.kind[i] as EventKind,
    instrument: batch.instrument[i],
    side: batch.side[i] as Side,
    price: batch.price[i],
    size: batch.size[i],
    code: batch.code[i],
    flags: batch.flags[i],
    ...(batch.text.has(i) ? { text: batch.text.get(i) } : {}),
    ...(batch.order ? { order: batch.order[i] } : {}),
  }));
}

/** The same events in new batches of about `rows` rows, cut where frames end. */
export function* inBatchesOf(rows: number, batch: EventBatch): Generator<EventBatch> {
  for (let from = 0; from < batch.count; ) {
    const to = batch.frameEnd(Math.min(from + rows, batch.count) - 1, batch.count);
    yield copyOf(batch, from, to);
    from = to;
  }
}

function copyOf(batch: EventBatch, from = 0, to = batch.count): EventBatch {
  const copy = new EventBatch(Math.max(1, to - from));
  copy.tape = batch.tape;
  for (let i = from; i < to; i++) {
    const row = copy.push(
      batch.frame[i],
      batch.receivedAt[i],
      batch.exchangeAt[i],
      batch.instrument[i],
      batch.kind[i] as EventKind,
      batch.side[i] as Side,
      batch.price[i],
      batch.size[i],
      batch.code[i],
      batch.flags[i],
    );
    const text = batch.text.get(i);
    if (text !== undefined) copy.text.set(row, text);
    if (batch.order) copy.tellOrder(row, batch.order[i]);
  }
  return copy;
}
