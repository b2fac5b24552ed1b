import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Frame } from '../market/frame.ts';
import type { Micros } from '../market/units.ts';
import { TapeError, writeError } from './errors.ts';
import { NewFolder } from './folder.ts';
import {
  HEADER_FILE,
  lastNumber,
  type NewTape,
  newHeader,
  readHeader,
  type Segment,
  syncFolder,
  type TapeHeader,
  writeHeader,
} from './header.ts';
import { enterFrame, type Ledger } from './ledger.ts';
import { LOCK_FILE, TapeLock } from './lock.ts';
import { packInWorker } from './pack.ts';
import { type Recovered, type Recovery, recover } from './recovery.ts';
import { type Retention, removeOld } from './retention.ts';
import { framesFolder, segmentName } from './segment.ts';
import { WalWriter } from './wal.ts';

/** What there may be before the header is: a start that was cut off. */
const LEFTOVERS = ['frames', LOCK_FILE, HEADER_FILE];

/** Size of its log at which a segment is full. */
const SEGMENT_BYTES = 32 << 20;
/** Age at which a segment is full: what a quiet market has said becomes Parquet too, and can be checked and moved away. */
const SEGMENT_MILLISECONDS = 3_600_000;

/**
 * Writes a tape: frames go to the log of the open segment at once, and to Parquet when the segment is full or the tape
 * is closed. One writer a tape, by lock.
 *
 * After the first write that fails, `failure` says so, and every call but `close` throws it: what is on disk stays whole.
 */
export class TapeWriter {
  readonly path: string;
  /** What the last writer left without closing, if it did. */
  readonly recovered: Recovered | undefined;
  /** Frames of the whole tape so far; the next one gets this sequence. */
  frames: number;
  /** Bytes of payload of the whole tape so far. */
  rawBytes: number;
  /** Arrival of the last frame, nanoseconds since 1970 UTC; 0 before the first. */
  lastReceivedAt: bigint;
  /** Stamps that stepped back and were held at the one before; order of arrival is the order of the tape. */
  heldStamps = 0;
  /** The write that failed, and what to do about it. */
  failure: TapeError | undefined;
  readonly #lock: TapeLock;
  /** As on disk. */
  #header: TapeHeader;
  /** As of the last frame, where the header's is as of the last segment. */
  readonly #ledger: Ledger;
  #wal: WalWriter | undefined;
  #segmentSince = 0;
  /** Bytes of the logs that were ended and are no segments yet, by number. */
  readonly #endedLogs = new Map<number, number>();
  /** Number of the open segment, or of the last one. */
  #segment: number;
  /** Logs that were ended are on the disk itself. */
  #closed: Promise<unknown> = Promise.resolve();
  /** What changes segments and header happens one after the other. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, lock: TapeLock, header: TapeHeader, recovery: Recovery) {
    const { logs, tornBytes } = recovery;
    this.path = path;
    this.#lock = lock;
    this.#header = header;
    this.#ledger = recovery.ledger;
    this.lastReceivedAt = recovery.lastReceivedAt;
    this.frames = recovery.nextSequence;
    this.rawBytes = recovery.rawBytes;
    this.#segment = logs.at(-1)?.number ?? lastNumber(header);
    const left = logs.reduce((sum, { rows }) => sum + rows, 0);
    this.recovered = left > 0 || tornBytes > 0 ? { frames: left, tornBytes } : undefined;
  }

  /** Starts a tape in a new or empty folder; an existing tape is never overwritten. */
  static async create(path: string, tape: NewTape): Promise<TapeWriter> {
    new NewFolder(path);
    return TapeWriter.#locked(path, (lock) => TapeWriter.#start(path, lock, tape));
  }

  /**
   * Goes on with the tape of this feed in the folder, whatever a crash has left there, or starts one. Its header gets
   * this `source`, and the instruments that it did not know yet.
   */
  static async open(path: string, tape: NewTape): Promise<TapeWriter> {
    if (!existsSync(join(path, HEADER_FILE))) new NewFolder(path, LEFTOVERS);
    return TapeWriter.#locked(path, async (lock) => {
      if (!existsSync(join(path, HEADER_FILE))) return TapeWriter.#start(path, lock, tape);
      const found = await readHeader(path);
      if (found.feed !== tape.feed) {
        throw new TapeError(path, {
          expected: `a tape of ${tape.feed}`,
          found: `a tape of ${found.feed}`,
          advice: 'choose another folder',
        });
      }
      const known = new Set(found.instruments.map(({ symbol }) => symbol));
      const instruments = [...found.instruments, ...tape.instruments.filter(({ symbol }) => !known.has(symbol))];
      const header = { ...found, source: tape.source, instruments };
      await writeHeader(path, header);
      const recovery = await recover(path, header);
      const writer = new TapeWriter(path, lock, header, recovery);
      writer.#goOn(recovery);
      return writer;
    });
  }

  static async #locked(path: string, work: (lock: TapeLock) => Promise<TapeWriter>): Promise<TapeWriter> {
    let lock: TapeLock | undefined;
    try {
      await mkdir(framesFolder(path), { recursive: true });
      lock = TapeLock.take(path);
      return await work(lock);
    } catch (error) {
      lock?.release();
      throw (error as NodeJS.ErrnoException).syscall === undefined ? error : writeError(path, error);
    }
  }

  static async #start(path: string, lock: TapeLock, tape: NewTape): Promise<TapeWriter> {
    if ((await readdir(framesFolder(path))).length > 0) {
      throw new TapeError(path, {
        expected: 'a new folder',
        found: `frames without ${HEADER_FILE}`,
        advice: `restore ${HEADER_FILE} from a copy, or choose another folder`,
      });
    }
    const header = newHeader(tape);
    await writeHeader(path, header);
    await syncFolder(dirname(path));
    return new TapeWriter(path, lock, header, await recover(path, header));
  }

  /** The last log is gone on with: recording begins at once. Those before it are packed meanwhile. */
  #goOn({ logs, notes }: Recovery): void {
    const last = logs.at(-1);
    if (last) {
      this.#wal = new WalWriter(this.#fileOf(last.number, 'wal'), last.firstSequence, last);
      this.#segmentSince = performance.now();
    }
    for (const { number, firstSequence, ledger, bytes } of logs.slice(0, -1)) {
      this.#endedLogs.set(number, bytes);
      // Nobody waits for it; should it fail, `failure` says so.
      this.#inTurn(number, () => this.#publish(number, firstSequence, ledger)).catch(() => undefined);
    }
    for (const note of notes) this.append(note);
    this.flush();
  }

  /** Highest number that a connection had so far; 0 before the first. */
  get lastConnection(): number {
    return this.#ledger.lastConnection;
  }

  /** Size of the tape on disk now: segments, and logs that are none yet. */
  get diskBytes(): number {
    let bytes = this.#wal?.bytes ?? 0;
    for (const ended of this.#endedLogs.values()) bytes += ended;
    for (const segment of this.#header.segments) bytes += segment.bytes;
    return bytes;
  }

  /** Appends a frame. It is on disk after the next `flush`. */
  append(frame: Frame): void {
    if (this.failure) throw this.failure;
    let stamped = frame;
    if (frame.receivedAt < this.lastReceivedAt) {
      stamped = { ...frame, receivedAt: this.lastReceivedAt };
      this.heldStamps++;
    }
    this.lastReceivedAt = stamped.receivedAt;
    enterFrame(this.#ledger, stamped);
    try {
      this.#wal ??= this.#openWal();
      this.#wal.append(stamped);
    } catch (error) {
      throw this.#fail(this.#fileOf(this.#segment, 'wal'), error);
    }
    this.frames++;
    this.rawBytes += stamped.payload.length;
  }

  /** By size or by age: time to `rotate`. */
  get segmentIsFull(): boolean {
    if (!this.#wal) return false;
    return this.#wal.bytes >= SEGMENT_BYTES || performance.now() - this.#segmentSince >= SEGMENT_MILLISECONDS;
  }

  /** Hands all frames to the operating system: they survive the end of this process, kill -9 too. */
  flush(): void {
    if (this.failure) throw this.failure;
    try {
      this.#wal?.flush();
    } catch (error) {
      throw this.#fail(this.#fileOf(this.#segment, 'wal'), error);
    }
  }

  /**
   * Flushes, then has the disk itself take everything: once it resolves, all frames appended before the call survive a
   * power cut. The disk is waited for on another thread, frames may be appended meanwhile.
   */
  async sync(): Promise<void> {
    this.flush();
    const file = this.#fileOf(this.#segment, 'wal');
    await Promise.all([this.#closed, this.#wal?.sync()]).catch((error) => {
      throw this.#fail(file, error);
    });
  }

  /**
   * Ends the open segment and turns it into Parquet, on another thread: frames appended meanwhile go to the log of the
   * next one. Resolves when the segment is published, and rejects if that failed; its log is kept then.
   */
  async rotate(): Promise<void> {
    this.flush();
    const wal = this.#wal;
    if (!wal) return this.#turn;
    const number = this.#segment;
    const firstSequence = this.frames - wal.rows;
    const ledger = structuredClone(this.#ledger);
    this.#wal = undefined;
    this.#endedLogs.set(number, wal.bytes);
    // At once, not in turn: `sync` speaks for these frames too, and must not wait for packing.
    const closed = wal.close();
    this.#closed = Promise.all([this.#closed, closed]);
    this.#closed.catch(() => undefined);
    return this.#inTurn(number, async () => {
      await closed;
      await this.#publish(number, firstSequence, ledger);
    });
  }

  /** Deletes or moves old segments while the tape is being written; see `retain`. Recording goes on if it fails. */
  async retain(retention: Retention, now: Micros): Promise<readonly Segment[]> {
    const result = this.#turn.then(async () => {
      const { header, gone } = await removeOld(this.path, this.#header, retention, now);
      this.#header = header;
      return gone;
    });
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /**
   * Packs what is open and lets go of the tape. After a failure nothing more is packed: what is in the log stays there,
   * the next `open` goes on with it, and the failure is thrown in the end.
   */
  async close(): Promise<TapeHeader> {
    try {
      if (!this.failure) await this.rotate();
      else await this.#wal?.close();
      await this.#turn;
    } catch (error) {
      this.#fail(this.#fileOf(this.#segment, 'wal'), error);
    } finally {
      this.#wal = undefined;
      this.#lock.release();
    }
    if (this.failure) throw this.failure;
    return this.#header;
  }

  #openWal(): WalWriter {
    this.#segment++;
    this.#segmentSince = performance.now();
    return new WalWriter(this.#fileOf(this.#segment, 'wal'), this.frames);
  }

  /** A crash between any two of these steps leaves a tape that reads the same. */
  async #publish(number: number, firstSequence: number, ledger: Ledger): Promise<void> {
    // Behind a segment that could not be published none may be: the header would have a hole.
    if (this.failure) throw this.failure;
    const segment = await packInWorker({ tape: this.path, number, firstSequence });
    const header = { ...this.#header, ...ledger, segments: [...this.#header.segments, segment] };
    await writeHeader(this.path, header);
    this.#header = header;
    await rm(this.#fileOf(number, 'wal'));
    this.#endedLogs.delete(number);
  }

  #inTurn(number: number, work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work).catch((error) => {
      throw this.#fail(this.#fileOf(number, 'parquet'), error);
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #fail(file: string, error: unknown): TapeError {
    this.failure ??= writeError(file, error);
    return this.failure;
  }

  #fileOf(number: number, ending: 'parquet' | 'wal'): string {
    return join(framesFolder(this.path), segmentName(number, ending));
  }
}
