import type { Secrets } from '../feeds/socket.ts';
import { withSecrets } from '../feeds/socket.ts';
import { redacted } from './secrets.ts';

export interface AlertOptions {
  /** Gets `{"text": ..}` by POST; may name secrets. */
  readonly webhook?: string;
  readonly telegram?: { readonly token: string; readonly chat: string };
}

const TELEGRAM = 'https://api.telegram.org';
const POST_MS = 10_000;
/** The same kind of trouble is told once in this time. */
const QUIET_MS = 60_000;

export type AlertKind = 'start' | 'stop' | 'gap' | 'disconnect' | 'write';

/** Tells people. What cannot be delivered is said on the log; it never disturbs the recording. */
export class Alerts {
  readonly #targets: readonly { readonly url: string; readonly body: (text: string) => object }[];
  readonly #secrets: Secrets;
  readonly #log: (line: string) => void;
  readonly #lastAt = new Map<AlertKind, number>();
  readonly #sending = new Set<Promise<void>>();

  constructor(
    { webhook, telegram }: AlertOptions,
    secrets: Secrets,
    log: (line: string) => void,
    telegramHost = TELEGRAM,
  ) {
    this.#secrets = secrets;
    this.#log = log;
    this.#targets = [
      ...(webhook ? [{ url: webhook, body: (text: string) => ({ text }) }] : []),
      ...(telegram
        ? [
            {
              url: `${telegramHost}/bot${telegram.token}/sendMessage`,
              body: (text: string) => ({ chat_id: telegram.chat, text }),
            },
          ]
        : []),
    ];
  }

  tell(kind: AlertKind, text: string): void {
    const now = performance.now();
    if (now - (this.#lastAt.get(kind) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#lastAt.set(kind, now);
    for (const { url, body } of this.#targets) {
      const sending = this.#post(url, body(`truetape: ${text}`)).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Resolves when everything told has been sent or given up. */
  async settle(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #post(url: string, body: object): Promise<void> {
    try {
      const response = await fetch(withSecrets(url, this.#secrets), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(POST_MS),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
    } catch (error) {
      this.#log(`alert to ${url} was not delivered: ${redacted((error as Error).message, this.#secrets)}`);
    }
  }
}
