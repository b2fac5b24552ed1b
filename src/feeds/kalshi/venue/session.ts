import type { Json } from '../../json.ts';
import type { Send, VenueSession } from '../../venue-socket.ts';
import { channels } from './channels.ts';
import { CommandError } from './command-error.ts';
import { renumber } from './envelope.ts';
import type { Floor, Told } from './floor.ts';
import { ClientSubscription } from './subscription.ts';

/** One client of the exchange: answers its commands, and passes on what it subscribed to, in its own numbering. */
export class KalshiSession implements VenueSession {
  subscribed = false;
  readonly #floor: Floor;
  readonly #send: Send;
  readonly #onClose: () => void;
  readonly #subscriptions = new Map<number, ClientSubscription>();
  #lastSid = 0;

  constructor(floor: Floor, send: Send, onClose: () => void) {
    this.#floor = floor;
    this.#send = send;
    this.#onClose = onClose;
  }

  close(): void {
    this.#onClose();
  }

  command(text: string): void {
    let id: unknown;
    try {
      const command = objectOf(parse(text), 1);
      id = command.id;
      this.#obey(command, id);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#reply({ type: 'error', id, msg: { code: error.code, msg: error.message } });
    }
  }

  /** Passes on what the floor has just been told. */
  hear(): void {
    const { holes, told } = this.#floor;
    for (const subscription of this.#subscriptions.values()) {
      const missing = holes
        .filter(({ channel, name }) => channel === subscription.channel && (!name || subscription.wants(name)))
        .reduce((most, hole) => Math.max(most, hole.missing), 0);
      if (missing > 0) {
        subscription.skip(missing);
        // The jump puts all its books in doubt; those that the tape still knows are told anew at once.
        this.#tellBooks(subscription, subscription.names ?? []);
      }
      if (told?.channel === subscription.channel && subscription.wants(told.name)) this.#pass(subscription, told);
    }
  }

  #obey(command: Json, id: unknown): void {
    const { cmd, params } = command;
    if (cmd === 'subscribe') this.#subscribe(objectOf(params, 2), id);
    else if (cmd === 'unsubscribe') this.#unsubscribe(objectOf(params, 2), id);
    else if (cmd === 'update_subscription') this.#update(objectOf(params, 2), id);
    else if (cmd === 'list_subscriptions') this.#list(id);
    else throw new CommandError(5);
  }

  #list(id: unknown): void {
    const msg = [...this.#subscriptions.values()].map(({ channel, sid }) => ({ channel, sid }));
    this.#reply({ type: 'ok', id, msg });
  }

  #subscribe(params: Json, id: unknown): void {
    const asked = textsOf(params.channels);
    if (asked.length === 0) throw new CommandError(3);
    if (!asked.every((channel) => Object.hasOwn(channels, channel))) throw new CommandError(8);
    // Tapes name markets by ticker only.
    if ('market_id' in params || 'market_ids' in params) throw new CommandError(11);
    const wanted = asked.map((channel) => ({ channel, names: namesFor(channel, params) }));
    const started = wanted.map(({ channel, names }) => {
      const existing = [...this.#subscriptions.values()].find((subscription) => subscription.channel === channel);
      return existing ? this.#add(existing, names ?? [], id) : this.#open(channel, names, params, id);
    });
    this.subscribed = true;
    for (const { subscription, fresh } of started) this.#begin(subscription, fresh);
  }

  #open(channel: string, names: readonly string[] | undefined, params: Json, id: unknown) {
    const subscription = new ClientSubscription(++this.#lastSid, channel, names, params);
    this.#subscriptions.set(subscription.sid, subscription);
    this.#reply({ type: 'subscribed', id, msg: { channel, sid: subscription.sid } });
    return { subscription, fresh: names };
  }

  #add(subscription: ClientSubscription, names: readonly string[], id: unknown) {
    const fresh = names.filter((name) => !subscription.wants(name));
    for (const name of fresh) subscription.names?.add(name);
    this.#acknowledge(subscription, id);
    return { subscription, fresh };
  }

  /** What a subscription tells of names that are new on it; undefined: of all. */
  #begin(subscription: ClientSubscription, names: readonly string[] | undefined): void {
    if (subscription.channel === 'orderbook_delta') this.#tellBooks(subscription, names ?? []);
    if (!subscription.startsWithTickers) return;
    for (const ticker of this.#floor.tickers(names && new Set(names))) this.#pass(subscription, ticker);
  }

  #unsubscribe(params: Json, id: unknown): void {
    const sids = Array.isArray(params.sids) ? params.sids : [];
    if (sids.length === 0) throw new CommandError(4);
    const leaving = sids.map((sid) => this.#of(sid));
    for (const subscription of leaving) {
      this.#subscriptions.delete(subscription.sid);
      this.#reply({ type: 'unsubscribed', id, sid: subscription.sid, seq: subscription.nextSeq() });
    }
  }

  #update(params: Json, id: unknown): void {
    const sids = Array.isArray(params.sids) ? params.sids : params.sid === undefined ? [] : [params.sid];
    if (sids.length !== 1) throw new CommandError(12);
    const subscription = this.#of(sids[0]);
    const { action } = params;
    if (action === undefined || action === '') throw new CommandError(15);
    if (channels[subscription.channel].list !== 'market_tickers') throw new CommandError(13);
    if (action === 'add_markets') this.#addMarkets(subscription, tickersOf(params), id);
    else if (action === 'delete_markets') this.#deleteMarkets(subscription, tickersOf(params), id);
    else if (action === 'get_snapshot') this.#getSnapshot(subscription, tickersOf(params), id);
    else throw new CommandError(13);
  }

  #addMarkets(subscription: ClientSubscription, names: readonly string[], id: unknown): void {
    const { fresh } = this.#add(subscription, names, id);
    this.#begin(subscription, fresh);
  }

  #deleteMarkets(subscription: ClientSubscription, names: readonly string[], id: unknown): void {
    if (!subscription.names) throw new CommandError(11);
    for (const name of names) subscription.names.delete(name);
    this.#acknowledge(subscription, id);
  }

  #getSnapshot(subscription: ClientSubscription, names: readonly string[], id: unknown): void {
    if (subscription.channel !== 'orderbook_delta') throw new CommandError(13);
    if (!names.every((name) => subscription.wants(name))) throw new CommandError(11);
    // The exchange always knows its book, the tape does not: say so in the exchange's words.
    if (!names.every((name) => this.#floor.snapshot(name, false))) throw new CommandError(18);
    this.#tellBooks(subscription, names, id);
  }

  #of(sid: unknown): ClientSubscription {
    const subscription = this.#subscriptions.get(sid as number);
    if (!subscription) throw new CommandError(7);
    return subscription;
  }

  #acknowledge(subscription: ClientSubscription, id: unknown): void {
    const { sid, contents } = subscription;
    this.#reply({ type: 'ok', id, sid, seq: subscription.nextSeq(), msg: contents });
  }

  /** Snapshots of those of the markets whose book is known. */
  #tellBooks(subscription: ClientSubscription, names: Iterable<string>, id?: unknown): void {
    if (subscription.channel !== 'orderbook_delta') return;
    for (const name of names) {
      const msg = this.#floor.snapshot(name, subscription.useYesPrice);
      if (!msg) continue;
      this.#reply({ type: 'orderbook_snapshot', id, sid: subscription.sid, seq: subscription.nextSeq(), msg });
    }
  }

  #pass(subscription: ClientSubscription, told: Told): void {
    if (told.channel === 'orderbook_delta' && !this.#hasPrices(subscription, told)) {
      this.#restate(subscription, told);
      return;
    }
    const { message } = told;
    const numbers: Record<string, number> = {};
    if ('sid' in message) numbers.sid = subscription.sid;
    if ('seq' in message) numbers.seq = subscription.nextSeq();
    // A snapshot that the recorder asked for bears the number of its command; to this client it is nobody's answer.
    if ('id' in message) numbers.id = 0;
    this.#send(renumber(told.text, numbers));
  }

  /** NO prices on the tape are stated as this client wants them. */
  #hasPrices({ useYesPrice }: ClientSubscription, { message, msg }: Told): boolean {
    const { era } = this.#floor;
    const isSnapshot = message.type === 'orderbook_snapshot';
    if (!isSnapshot && msg.side !== 'no') return true;
    const written = isSnapshot ? era.levels(msg, 'no').map(([price]) => price) : [era.price(msg, 'price')];
    return this.#floor.noPrices(useYesPrice).every((price, i) => price === written[i]);
  }

  #restate(subscription: ClientSubscription, { message, msg, name }: Told): void {
    if (message.type === 'orderbook_snapshot') {
      this.#tellBooks(subscription, [name]);
      return;
    }
    const { era } = this.#floor;
    const [price] = this.#floor.noPrices(subscription.useYesPrice);
    const restated = { ...msg, ...era.withPrice('price', price) };
    this.#reply({ ...message, sid: subscription.sid, seq: subscription.nextSeq(), msg: restated });
  }

  #reply(message: Json): void {
    this.#send(JSON.stringify(message));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(1);
  }
}

function objectOf(value: unknown, otherwise: number): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandError(otherwise);
  return value as Json;
}

function textsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new CommandError(11);
  return value;
}

/** Names in the list that narrows the channel; undefined where the command gives none and need not. */
function namesFor(channel: string, params: Json): string[] | undefined {
  const { list, missing } = channels[channel];
  if (!list) return undefined;
  const single = list === 'market_tickers' ? textsOf(params.market_ticker && [params.market_ticker]) : [];
  const names = [...textsOf(params[list]), ...single];
  if (names.length > 0) return [...new Set(names)];
  if (missing !== undefined) throw new CommandError(missing);
  return undefined;
}

function tickersOf(params: Json): string[] {
  const names = namesFor('ticker', params);
  if (!names) throw new CommandError(14);
  return names;
}
