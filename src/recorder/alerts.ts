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
/** The same words are told once in this time. */
const QUIET_MS = 60_000;
/** Of one kind in that time: trouble that comes in numbers is told by its first ones. */
const MOST_OF_A_KIND = 5;

export type AlertKind =
  | 'start'
  | 'stop'
  | 'gap'
  | 'disconnect'
  | 'disk'
  | 'retention'
  | 'write'
  | 'entry'
  | 'exit'
  | 'block'
  | 'error'
  | 'halt';

interface Told {
  readonly kind: AlertKind;
  readonly text: string;
  readonly at: number;
}

/** Tells people. What cannot be delivered is said on the log; it never disturbs the recording. */
export class Alerts {
  /** Why the last one was not delivered; empty if it was. */
  trouble = '';
  readonly #targets: readonly { readonly url: string; readonly body: (text: string) => object }[];
  readonly #secrets: Secrets;
  readonly #log: (line: string) => void;
  /** Lately. */
  #told: readonly Told[] = [];
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
    const at = performance.now();
    const lately = this.#told.filter((told) => at - told.at < QUIET_MS);
    const ofKind = lately.filter((told) => told.kind === kind);
    if (ofKind.length === MOST_OF_A_KIND || ofKind.some((told) => told.text === text)) return;
    this.#told = [...lately, { kind, text, at }];
    const more = ofKind.length === MOST_OF_A_KIND - 1 ? ' (more of this kind: only on the log for a while)' : '';
    for (const { url, body } of this.#targets) {
      const sending = this.#post(url, body(`truetape: ${text}${more}`)).finally(() => this.#sending.delete(sending));
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
      this.trouble = '';
    } catch (error) {
      this.trouble = `alert to ${url} was not delivered: ${redacted((error as Error).message, this.#secrets)}`;
      this.#log(this.trouble);
    }
  }
}
