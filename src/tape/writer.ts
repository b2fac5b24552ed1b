import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Direction, type Frame, type Note } from '../market/frame.ts';
import { TapeError } from './errors.ts';
import { HEADER_FILE, TAPE_FORMAT, type TapeHeader, writeHeader } from './header.ts';
import { framesFolder, segmentName, writeSegment } from './segment.ts';
import { VERSION } from './version.ts';
import { readWal, WalWriter } from './wal.ts';

/** Payload bytes after which a segment is closed. */
const SEGMENT_BYTES = 64 << 20;

export interface NewTape {
  readonly feed: string;
  readonly source: TapeHeader['source'];
  readonly instruments: TapeHeader['instruments'];
}

/**
 * Writes a tape: frames go to the log of the open segment at once, and to Parquet when the segment is full or the tape
 * is closed.
 */
export class TapeWriter {
  readonly path: string;
  /** Frames so far. */
  frames = 0;
  rawBytes = 0;
  readonly #header: TapeHeader;
  #wal: WalWriter | undefined;
  #segment = 0;
  #lastReceivedAt = 0n;
  /** Stamps that stepped back and were held at the one before; order of arrival is the order of the tape. */
  heldStamps = 0;

  private constructor(path: string, header: TapeHeader) {
    this.path = path;
    this.#header = header;
  }

  /** Starts a tape in a new or empty folder; an existing tape is never overwritten. */
  static async create(path: string, tape: NewTape): Promise<TapeWriter> {
    if (existsSync(join(path, HEADER_FILE))) {
      throw new TapeError(path, {
        expected: 'a new folder',
        found: 'a tape',
        advice: 'choose another folder, or delete this one if it is not needed any more',
      });
    }
    await mkdir(framesFolder(path), { recursive: true });
    const header: TapeHeader = {
      format: TAPE_FORMAT,
      createdBy: `truetape ${VERSION}`,
      ...tape,
      segments: [],
      connections: [],
      gaps: [],
    };
    await writeHeader(path, header);
    return new TapeWriter(path, header);
  }

  /** Appends a frame. It is on disk after the next `flush`. */
  append(frame: Frame): void {
    let stamped = frame;
    if (frame.receivedAt < this.#lastReceivedAt) {
      stamped = { ...frame, receivedAt: this.#lastReceivedAt };
      this.heldStamps++;
    }
    this.#lastReceivedAt = stamped.receivedAt;
    if (stamped.direction === Direction.note) this.#enterLedger(stamped);
    this.#wal ??= this.#openWal();
    this.#wal.append(stamped);
    this.frames++;
    this.rawBytes += stamped.payload.length;
  }

  get segmentIsFull(): boolean {
    return (this.#wal?.rawBytes ?? 0) >= SEGMENT_BYTES;
  }

  flush(): void {
    this.#wal?.flush();
  }

  sync(): void {
    this.#wal?.sync();
  }

  /** Turns the open segment into Parquet. */
  async rotate(): Promise<void> {
    if (!this.#wal) return;
    this.#wal.close();
    this.#wal = undefined;
    const log = join(framesFolder(this.path), segmentName(this.#segment, 'wal'));
    const { firstSequence, frames } = readWal(log);
    const segment = await writeSegment(this.path, segmentName(this.#segment, 'parquet'), firstSequence, frames);
    this.#header.segments.push(segment);
    await writeHeader(this.path, this.#header);
    await rm(log);
  }

  async close(): Promise<TapeHeader> {
    await this.rotate();
    await writeHeader(this.path, this.#header);
    return this.#header;
  }

  #openWal(): WalWriter {
    this.#segment++;
    return new WalWriter(join(framesFolder(this.path), segmentName(this.#segment, 'wal')), this.frames);
  }

  #enterLedger(frame: Frame): void {
    const note = JSON.parse(Buffer.from(frame.payload).toString('utf8')) as Note;
    const { connections, gaps } = this.#header;
    const { connection } = frame;
    const at = String(frame.receivedAt);
    if (note.note === 'connected') connections.push({ connection, url: note.url, connectedAt: at });
    else if (note.note === 'disconnected') {
      const open = connections.find((record) => record.connection === connection);
      if (open) Object.assign(open, { disconnectedAt: at, reason: note.reason });
    } else if (note.note === 'gap' || note.note === 'hole') gaps.push({ at, connection, reason: note.reason });
  }
}
