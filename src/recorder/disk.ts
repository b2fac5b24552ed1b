import { statfs } from 'node:fs/promises';

const LOOK_MS = 10_000;
const MEGABYTE = 1_000_000;

/** Watches the room that is left on the disk of a tape. Only looks; a write that fails is the writer's to tell. */
export class Disk {
  /** Null before the first look, and when the system does not tell. */
  freeBytes: number | null = null;
  /** Empty when there is room enough. */
  trouble = '';
  readonly #folder: string;
  readonly #leastFreeMegabytes: number;
  readonly #onTrouble: (trouble: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, leastFreeMegabytes: number, onTrouble: (trouble: string) => void) {
    this.#folder = folder;
    this.#leastFreeMegabytes = leastFreeMegabytes;
    this.#onTrouble = onTrouble;
  }

  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // What its user may fill: a file system keeps some back for root.
    this.freeBytes = await statfs(this.#folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
    const trouble = this.#judge();
    if (trouble !== '' && trouble !== this.trouble) this.#onTrouble(trouble);
    this.trouble = trouble;
  }

  /** Without the figure of the moment: it is the same trouble as long as it lasts. */
  #judge(): string {
    if (this.freeBytes === null) return `the disk of ${this.#folder} does not say how much room is left`;
    if (this.freeBytes >= this.#leastFreeMegabytes * MEGABYTE) return '';
    return `less than ${this.#leastFreeMegabytes} MB free on the disk of ${this.#folder}`;
  }
}
