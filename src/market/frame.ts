/** Frames: raw messages with their arrival, and what turns them into events. */
import type { EventBatch } from './event.ts';
import type { Instrument, InstrumentFacts } from './instrument.ts';
import type { Micros } from './units.ts';

/**
 * in: delivered by the venue · out: sent by us · note: said by the recorder itself (connected, disconnected, ...).
 * A note's payload is JSON, see `Note`.
 */
export const Direction = { in: 0, out: 1, note: 2 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];
export const directionNames = ['in', 'out', 'note'] as const;

/** One frame, to be written. Text payloads are UTF-8 bytes; `binary` tells that they were delivered as binary. */
export interface Frame {
  /** Arrival on this machine, nanoseconds since 1970 UTC. */
  readonly receivedAt: bigint;
  /** Number of the connection, from 1 on, never used again on the same tape. 0: no connection. */
  readonly connection: number;
  readonly direction: Direction;
  readonly binary: boolean;
  readonly payload: Uint8Array;
}

/** Of a redundant recording, which has every market on two connections. */
export type Line = 'A' | 'B';

/** What a recorder says about itself on the tape. */
export type Note =
  | { readonly note: 'connected'; readonly url: string; readonly line?: Line }
  /** `at`: nanoseconds, where the connection is known only up to a time before the note (a crash, noted afterwards). */
  | { readonly note: 'disconnected'; readonly code?: number; readonly reason: string; readonly at?: string }
  /** Something may be missing that nothing else on the tape shows. */
  | { readonly note: 'gap'; readonly reason: string }
  /** The venue's own numbering skipped; decoders see that for themselves. */
  | { readonly note: 'hole'; readonly reason: string }
  /** Arrival less the venue's own times, milliseconds, of the messages since the last such note. */
  | { readonly note: 'clock'; readonly least: number; readonly median: number; readonly messages: number }
  /** Nothing could be read for so long: the venue had to wait, and what came next was stamped late by up to this. */
  | { readonly note: 'stall'; readonly milliseconds: number }
  | { readonly note: 'remark'; readonly text: string }
  /** Decided from outside in a paper or live session: on the tape before it takes effect. */
  | { readonly note: 'control'; readonly control: Control };

/**
 * begin: what the session of this tape runs with; its first frame · halt: open orders are cancelled and none are taken any
 * more; with `flatten` positions are closed · resume: as before · stop: the strategy is stopped, its orders are cancelled ·
 * limits: of the risk gate, from now on; bad ones change nothing · answer: to what a strategy asked of a source outside.
 */
export type Control =
  | { readonly kind: 'begin'; readonly run: Readonly<Record<string, unknown>> }
  | { readonly kind: 'halt'; readonly reason: string; readonly flatten?: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'limits'; readonly limits: Readonly<Record<string, unknown>> }
  | ({ readonly kind: 'answer' } & Answer);

/** What came of `Desk.ask`. */
export interface Answer {
  /** As `Desk.ask` returned it. */
  readonly id: number;
  readonly source: string;
  readonly request: unknown;
  /** What the source said; undefined when it failed. */
  readonly body?: unknown;
  /** Why there is no body. */
  readonly error?: string;
}

const encoder = new TextEncoder();

export function noteFrame(receivedAt: bigint, connection: number, note: Note): Frame {
  return textFrame(receivedAt, connection, Direction.note, JSON.stringify(note));
}

export function textFrame(receivedAt: bigint, connection: number, direction: Direction, text: string): Frame {
  return { receivedAt, connection, direction, binary: false, payload: encoder.encode(text) };
}

/** Columns of consecutive frames, as tapes are read: no object per frame. */
export interface FrameBatch {
  readonly count: number;
  /** Position on the tape of the first frame of the batch; the others follow without a hole. */
  readonly firstSequence: number;
  /** Microseconds; nanoseconds stay on disk. */
  readonly receivedAt: Float64Array;
  readonly connection: Int32Array;
  readonly direction: Uint8Array;
  readonly binary: Uint8Array;
  /** All payloads, one after the other. */
  readonly bytes: Uint8Array;
  /** `count + 1` positions in `bytes`. */
  readonly offsets: Uint32Array;
}

/** One reused window on a batch, valid during the call it is passed to. */
export class FrameView {
  batch!: FrameBatch;
  index = 0;

  at(batch: FrameBatch, index: number): this {
    this.batch = batch;
    this.index = index;
    return this;
  }

  get sequence(): number {
    return this.batch.firstSequence + this.index;
  }

  get receivedAt(): Micros {
    return this.batch.receivedAt[this.index];
  }

  get connection(): number {
    return this.batch.connection[this.index];
  }

  get direction(): Direction {
    return this.batch.direction[this.index] as Direction;
  }

  get binary(): boolean {
    return this.batch.binary[this.index] !== 0;
  }

  get start(): number {
    return this.batch.offsets[this.index];
  }

  get end(): number {
    return this.batch.offsets[this.index + 1];
  }

  /** The payload's bytes; a window on the batch, not a copy. */
  payload(): Uint8Array {
    return this.batch.bytes.subarray(this.start, this.end);
  }

  /** The payload as text. */
  text(): string {
    return decodeUtf8(this.batch.bytes, this.start, this.end);
  }
}

const decoderUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return decoderUtf8.decode(bytes.subarray(start, end));
}

/** A batch of frames held in memory, for live feeds and tests. */
export function frameBatchOf(frames: readonly Frame[], firstSequence = 0): FrameBatch {
  const count = frames.length;
  const offsets = new Uint32Array(count + 1);
  frames.forEach((frame, i) => {
    offsets[i + 1] = offsets[i] + frame.payload.length;
  });
  const bytes = new Uint8Array(offsets[count]);
  frames.forEach((frame, i) => {
    bytes.set(frame.payload, offsets[i]);
  });
  return {
    count,
    firstSequence,
    receivedAt: Float64Array.from(frames, (frame) => Number(frame.receivedAt / 1000n)),
    connection: Int32Array.from(frames, (frame) => frame.connection),
    direction: Uint8Array.from(frames, (frame) => frame.direction),
    binary: Uint8Array.from(frames, (frame) => (frame.binary ? 1 : 0)),
    bytes,
    offsets,
  };
}

/** A batch of one frame, used anew for each: what comes off a socket is not worth columns of its own. */
export class SingleFrame implements FrameBatch {
  readonly count = 1;
  firstSequence = 0;
  bytes: Uint8Array = new Uint8Array();
  readonly receivedAt = new Float64Array(1);
  readonly connection = new Int32Array(1);
  readonly direction = new Uint8Array(1);
  readonly binary = new Uint8Array(1);
  readonly offsets = new Uint32Array(2);

  set(frame: Frame, sequence: number): this {
    this.firstSequence = sequence;
    this.bytes = frame.payload;
    this.receivedAt[0] = Number(frame.receivedAt / 1000n);
    this.connection[0] = frame.connection;
    this.direction[0] = frame.direction;
    this.binary[0] = frame.binary ? 1 : 0;
    this.offsets[1] = frame.payload.length;
    return this;
  }
}

/** What a decoder could not use; it never stops a replay. Keys are short reasons, values count frames. */
export type Problems = Map<string, number>;

export function countProblem(problems: Problems, reason: string, frames = 1): void {
  problems.set(reason, (problems.get(reason) ?? 0) + frames);
}

/**
 * Turns frames into events, without I/O: the same object serves live and replay. It sees every frame of a tape in
 * order, because meaning depends on what came before (subscriptions, sequence numbers, snapshots).
 */
export interface Decoder {
  /** Instruments met so far; the index is the `instrument` column of the events. Only ever grows. */
  readonly instruments: readonly Instrument[];
  readonly problems: Problems;
  decode(frame: FrameView, out: EventBatch): void;
}

/** A feed's decoder as tapes need it. */
export interface DecoderFactory {
  /** Changes whenever the same frames would give other events: cached events of another version are not used. */
  readonly version: string;
  /** Its events say which orders they are about: they have the column `order`. */
  readonly tellsOrders?: true;
  /** `facts` are what the tape's header knows of its instruments. */
  create(facts: readonly InstrumentFacts[]): Decoder;
}

/** Events in order, a batch at a time, with the instruments that their numbers mean. */
export interface EventSource {
  /** Instruments met so far; grows while batches are read. */
  readonly instruments: readonly Instrument[];
  /** Batches of whole frames. A batch is valid until the next one is asked for. */
  batches(): AsyncGenerator<EventBatch>;
}
