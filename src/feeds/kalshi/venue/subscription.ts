import type { Json } from '../../json.ts';
import { channels } from './channels.ts';

/** One subscription of a client: what it carries and how far its numbering is. */
export class ClientSubscription {
  readonly sid: number;
  readonly channel: string;
  /** Markets or indices; undefined: all. */
  readonly names: Set<string> | undefined;
  /** NO levels in YES prices. */
  readonly useYesPrice: boolean;
  readonly startsWithTickers: boolean;
  readonly #echoesNames: boolean;
  #seq = 0;

  constructor(sid: number, channel: string, names: readonly string[] | undefined, params: Json) {
    this.sid = sid;
    this.channel = channel;
    this.names = names && new Set(names);
    this.useYesPrice = params.use_yes_price === true;
    this.startsWithTickers = channel === 'ticker' && params.send_initial_snapshot === true;
    this.#echoesNames = !(channel === 'ticker' && params.skip_ticker_ack === true);
  }

  wants(name: string): boolean {
    return this.names?.has(name) ?? true;
  }

  nextSeq(): number {
    return ++this.#seq;
  }

  /** Leaves numbers out, where the tape has left messages out. */
  skip(missing: number): void {
    this.#seq += missing;
  }

  /** What it carries, as acknowledgements say it. */
  get contents(): Json {
    const { list } = channels[this.channel];
    return list && this.#echoesNames ? { [list]: [...(this.names ?? [])] } : {};
  }
}
