import type { Line } from '../market/frame.ts';
import type { ConnectionStatus } from './connection.ts';
import type { Disk } from './disk.ts';

export interface RecorderStatus {
  readonly tape: string;
  readonly feed: string;
  /** Markets asked for; 0 when the feed sends all of them. */
  readonly markets: number;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly frames: number;
  /** Over the last ten seconds. */
  readonly framesPerSecond: number;
  /** Of payloads, before compression. */
  readonly rawBytes: number;
  /** Of the tape on the disk. */
  readonly diskBytes: number;
  /** Room on that disk; null when the system does not tell. */
  readonly diskFreeBytes: number | null;
  /** Empty when there is room enough. */
  readonly diskTrouble: string;
  /** Holes in the venue's numbering. */
  readonly gaps: number;
  readonly reconnects: number;
  /** Since the last frame; null before the first. */
  readonly lastFrameSeconds: number | null;
  /** How late the recorder's own timers ran lately, milliseconds: what arrival stamps may be off by. */
  readonly lagMs: number;
  /** Arrival less the venue's own times in the last minute, of the slowest connection; null where none is known. */
  readonly venueLagMs: number | null;
  readonly connections: readonly ConnectionReport[];
  /** Empty when all is well; else what is wrong. */
  readonly trouble: string;
}

export interface ConnectionReport {
  /** Only of a redundant recording. */
  readonly line?: Line;
  readonly connected: boolean;
  readonly opened: number;
  readonly frames: number;
  readonly gaps: number;
  readonly heardSeconds: number | null;
  readonly trouble: string;
}

/** What is asked for, what is on the tape, and how late our timers run, at the moment. */
interface Totals {
  readonly markets: number;
  readonly frames: number;
  readonly rawBytes: number;
  readonly lagMs: number;
  readonly diskBytes: number;
}

const SAMPLE_MS = 1_000;
const SAMPLES = 10;

/** Watches a recorder: rates, ages, and what is wrong. Only looks; nothing on the tape depends on it. */
export class Health {
  readonly #about: { readonly tape: string; readonly feed: string };
  readonly #connections: readonly Readonly<ConnectionStatus>[];
  readonly #disk: Readonly<Disk>;
  readonly #totals: () => Totals;
  readonly #startedAt = new Date();
  readonly #started = performance.now();
  readonly #frames: number[] = [];
  #lastFrameAt = Number.NaN;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    about: { readonly tape: string; readonly feed: string },
    connections: readonly Readonly<ConnectionStatus>[],
    disk: Readonly<Disk>,
    totals: () => Totals,
  ) {
    this.#about = about;
    this.#connections = connections;
    this.#disk = disk;
    this.#totals = totals;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get status(): RecorderStatus {
    const now = performance.now();
    const { markets, frames, rawBytes, diskBytes, lagMs } = this.#totals();
    const connections = this.#connections.map((status) => report(status, now));
    const first = this.#frames[0] ?? frames;
    const away = connections.filter(({ connected }) => !connected);
    const troubles = [
      this.#disk.trouble,
      ...away.map(({ line, trouble }) => `${onLine(line)}not connected: ${trouble || 'connecting'}`),
    ];
    return {
      ...this.#about,
      markets,
      startedAt: this.#startedAt.toISOString(),
      seconds: seconds(now - this.#started),
      frames,
      framesPerSecond: Math.round((frames - first) / Math.max(1, this.#frames.length)),
      rawBytes,
      diskBytes,
      diskFreeBytes: this.#disk.freeBytes,
      diskTrouble: this.#disk.trouble,
      gaps: connections.reduce((sum, { gaps }) => sum + gaps, 0),
      reconnects: connections.reduce((sum, { opened }) => sum + Math.max(0, opened - 1), 0),
      lastFrameSeconds: Number.isNaN(this.#lastFrameAt) ? null : seconds(now - this.#lastFrameAt),
      lagMs,
      venueLagMs: lagOf(this.#connections),
      connections,
      trouble: [...new Set(troubles)].filter((trouble) => trouble !== '').join('; '),
    };
  }

  #sample(): void {
    const now = performance.now();
    const { frames } = this.#totals();
    if (frames !== (this.#frames.at(-1) ?? 0)) this.#lastFrameAt = now;
    this.#frames.push(frames);
    if (this.#frames.length > SAMPLES) this.#frames.shift();
  }
}

function report(status: Readonly<ConnectionStatus>, now: number): ConnectionReport {
  const { line, connected, opened, frames, holes, heardAt, trouble } = status;
  return {
    ...(line && { line }),
    connected,
    opened,
    frames,
    gaps: holes,
    heardSeconds: heardAt === 0 ? null : seconds(now - heardAt),
    trouble: connected ? '' : trouble,
  };
}

function lagOf(connections: readonly Readonly<ConnectionStatus>[]): number | null {
  const known = connections.filter(({ connected }) => connected).map(({ venueLagMs }) => venueLagMs);
  const lags = known.filter((lag) => !Number.isNaN(lag));
  return lags.length === 0 ? null : Math.max(...lags);
}

/** In front of what is said of a connection. */
export function onLine(line: Line | undefined): string {
  return line ? `line ${line}: ` : '';
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
