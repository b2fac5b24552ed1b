import type { Ask } from '../engine/desk.ts';
import { type Secrets, withSecrets } from '../feeds/socket.ts';
import type { Answer } from '../market/frame.ts';
import { redacted } from '../recorder/secrets.ts';
import type { PaperConfig } from './config.ts';

/** Answers are read whole. */
const BYTES_MOST = 1 << 20;
/** Requests under way; more wait their turn. */
const AT_ONCE = 8;
const WAITING_MOST = 1000;

/** Asks services outside what strategies want to know. Every ask gets one answer, if only that there is none. */
export class Sources {
  readonly #sources: PaperConfig['sources'];
  readonly #secrets: Secrets;
  readonly #log: (line: string) => void;
  readonly #answer: (answer: Answer) => void;
  readonly #waiting: Ask[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  /** Of sources that did not answer last time, why. */
  readonly #failures = new Map<string, string>();

  constructor(
    sources: PaperConfig['sources'],
    secrets: Secrets,
    log: (line: string) => void,
    answer: (answer: Answer) => void,
  ) {
    this.#sources = sources;
    this.#secrets = secrets;
    this.#log = log;
    this.#answer = answer;
  }

  /** Never answers within the call: what asks is in the middle of a frame. */
  ask(ask: Ask): void {
    if (this.#waiting.length >= WAITING_MOST) {
      setImmediate(() => this.#tell({ ...ask, error: `${WAITING_MOST} requests wait already` }));
      return;
    }
    this.#waiting.push(ask);
    setImmediate(() => this.#next());
  }

  /** Empty when every source answered what it was asked last. */
  get trouble(): string {
    return [...this.#failures].map(([source, why]) => `${source}: ${why}`).join('; ');
  }

  /** What is still under way is given up: there is nobody to answer. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#waiting.length = 0;
    await Promise.all(this.#underWay);
  }

  #next(): void {
    if (this.#underWay.size >= AT_ONCE) return;
    const ask = this.#waiting.shift();
    if (!ask) return;
    const work = this.#fetch(ask)
      .then((body) => this.#succeed(ask, body))
      .catch((error: Error) => this.#fail(ask, redacted(reasonOf(error), this.#secrets)))
      .finally(() => {
        this.#underWay.delete(work);
        this.#next();
      });
    this.#underWay.add(work);
  }

  #succeed(ask: Ask, body: unknown): void {
    this.#failures.delete(ask.source);
    this.#tell({ ...ask, body });
  }

  #fail(ask: Ask, error: string): void {
    if (this.#failures.get(ask.source) !== error) this.#log(`source ${ask.source}: no answer, ${error}`);
    this.#failures.set(ask.source, error);
    this.#tell({ ...ask, error });
  }

  #tell(answer: Answer): void {
    if (!this.#stop.signal.aborted) this.#answer(answer);
  }

  async #fetch({ source, request }: Ask): Promise<unknown> {
    const settings = this.#sources[source];
    if (!settings) {
      const known = Object.keys(this.#sources).join(', ') || 'none';
      throw new Error(`no source ${source}; under sources there are: ${known}`);
    }
    const { url, headers, timeoutSeconds } = settings;
    const own = Object.entries(headers).map(([name, value]) => [name, withSecrets(value, this.#secrets)]);
    const response = await fetch(withSecrets(url, this.#secrets), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Object.fromEntries(own) },
      body: JSON.stringify(request ?? null),
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    if (text.length > BYTES_MOST) throw new Error(`the answer is longer than ${BYTES_MOST} characters`);
    return JSON.parse(text);
  }
}

/** What `fetch` says is wrong stands behind it. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? `${message}, ${cause.message}` : message;
}
