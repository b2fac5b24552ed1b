import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { VenueSession } from '../../src/feeds/venue-socket.ts';
import type { Rng } from '../../src/market/rng.ts';
import type { KalshiWalk } from './kalshi-walk.ts';

/** What can happen to a single message. */
export const messageFaults = [
  'drip',
  'fragments',
  'large',
  'invalid UTF-8',
  'malformed JSON',
  'duplicate',
  'missing',
] as const;
export type MessageFault = (typeof messageFaults)[number];

const LARGE_BYTES = 16 << 20;
/** More than the system takes off a socket's hands at once. */
const IN_FLIGHT_BYTES = 8 << 20;
/** Messages after a fault that may share its fate: the answers that were to heal it among them. */
const FAULTS_AT_ONCE = 6;
const TOO_MANY_REQUESTS = 27;

/** A message that was handed to the socket: whole, and known to have reached the other side, or neither. */
interface SentFrame {
  readonly payload: Buffer;
  whole: boolean;
  delivered: boolean;
}

/** The venue's end of one connection: passes on what the session says, with the faults that it is told to make. */
export class FaultConnection {
  /** In order. */
  readonly frames: SentFrame[] = [];
  /** Messages with a number of their own that were never written. */
  withheld = 0;
  /** Commands heard so far. */
  commands = 0;
  /** Commands that will be refused: too many requests. */
  refusals = 0;
  readonly #socket: WebSocket;
  readonly #raw: Socket;
  readonly #rng: Rng;
  readonly #session: VenueSession;
  readonly #sids = new Map<string, number>();
  readonly #armed: (MessageFault | undefined)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;
  /** The next acknowledgement that a subscription has ended is told as this error instead. */
  #ending: object | undefined;
  #onAnswer: (isAnswered: boolean) => void = () => undefined;

  constructor(socket: WebSocket, raw: Socket, walk: KalshiWalk, rng: Rng) {
    this.#socket = socket;
    this.#raw = raw;
    this.#rng = rng;
    this.#session = walk.venue.connect((text) => this.#tell(text));
    raw.setNoDelay(true);
    socket.on('message', (message) => this.#hear(String(message)));
    socket.on('error', () => undefined);
    socket.on('pong', () => this.#onAnswer(true));
    socket.on('close', (code) => {
      this.#onAnswer(false);
      // A close that both sides have said comes behind everything else.
      if (code !== 1006) this.#markDelivered();
      this.#leave();
    });
  }

  /** Connected, and the client has what it wants. */
  get isReady(): boolean {
    return !this.#isOver && this.#socket.readyState === this.#socket.OPEN && this.#sids.size === 2;
  }

  /** The next message meets this fault, and some of those behind it. */
  arm(fault: MessageFault): void {
    this.#armed.length = 0;
    for (let i = 0; i < FAULTS_AT_ONCE; i++) {
      const isHit = i === 0 || (fault !== 'large' && this.#rng.below(5) < 2);
      this.#armed.push(isHit ? fault : undefined);
    }
  }

  /** Everything was written, read by the client, and whatever it then asked for was answered. */
  async settled(): Promise<void> {
    for (let heard = -1; heard !== this.commands && !this.#isOver; ) {
      heard = this.commands;
      await this.#writing;
      if (this.#isOver || this.#socket.readyState !== this.#socket.OPEN) return;
      const written = this.frames.length;
      this.#socket.ping();
      const isAnswered = await new Promise<boolean>((resolve) => {
        this.#onAnswer = resolve;
      });
      if (isAnswered) this.#markDelivered(written);
    }
  }

  /** The connection ends behind the last frame, without a word. */
  async cut(): Promise<void> {
    await this.#end();
    this.#markDelivered();
    this.#raw.end();
  }

  /** The connection is gone, in the middle of a message. */
  async reset(): Promise<void> {
    await this.#end();
    void this.#put(Buffer.alloc(IN_FLIGHT_BYTES, 'on its way '));
    this.#raw.resetAndDestroy();
  }

  async close(code: number, reason: string): Promise<void> {
    await this.#end();
    this.#markDelivered();
    this.#socket.close(code, reason);
  }

  /** Neither sends nor reads any more, and does not say so. */
  async freeze(): Promise<void> {
    await this.#end();
    this.#markDelivered();
    this.#raw.pause();
  }

  /** The venue ends the subscription to the books by itself. */
  endBooks(code: number): void {
    const sid = this.#sids.get('orderbook_delta');
    this.#ending = { code, msg: 'ended by the venue' };
    this.#session.command(JSON.stringify({ id: 0, cmd: 'unsubscribe', params: { sids: [sid] } }));
    this.#ending = undefined;
  }

  terminate(): void {
    this.#leave();
    this.#socket.terminate();
  }

  async #end(): Promise<void> {
    this.#leave();
    await this.#writing;
  }

  #leave(): void {
    this.#isOver = true;
    this.#session.close();
  }

  #markDelivered(count = this.frames.length): void {
    for (const frame of this.frames.slice(0, count)) frame.delivered = frame.whole;
  }

  #hear(text: string): void {
    if (this.#isOver) return;
    this.commands++;
    if (this.refusals > 0) {
      this.refusals--;
      const { id } = JSON.parse(text) as { id: number };
      this.#tell(JSON.stringify({ type: 'error', id, msg: { code: TOO_MANY_REQUESTS, msg: 'Too many requests' } }));
    } else this.#session.command(text);
  }

  #tell(text: string): void {
    if (this.#isOver) return;
    let told = text;
    const message = JSON.parse(text) as { type: string; sid?: number; seq?: number; msg: Record<string, unknown> };
    if (message.type === 'subscribed') this.#sids.set(String(message.msg.channel), Number(message.msg.sid));
    if (this.#ending) {
      if (message.type !== 'unsubscribed') return;
      const { sid, seq } = message;
      told = JSON.stringify({ type: 'error', sid, seq, msg: this.#ending });
    }
    const fault = this.#armed.shift();
    this.#writing = this.#writing.then(() => this.#write(told, fault, message.seq !== undefined));
  }

  async #write(text: string, fault: MessageFault | undefined, isNumbered: boolean): Promise<void> {
    const whole = Buffer.from(text);
    switch (fault) {
      case 'missing':
        if (isNumbered) this.withheld++;
        else await this.#put(whole);
        return;
      case 'duplicate':
        await this.#put(whole);
        await this.#put(whole);
        return;
      case 'drip':
        await this.#drip(whole);
        return;
      case 'fragments':
        await this.#putFragments(whole);
        return;
      case 'large':
        await this.#put(withField(whole, Buffer.alloc(LARGE_BYTES, 'abcdefghij')));
        return;
      case 'invalid UTF-8':
        await this.#put(Buffer.from([0xc3, 0x28, 0xff, 0xfe]));
        await this.#put(withField(whole, Buffer.from([0xed, 0xa0, 0x80, 0xff])));
        return;
      case 'malformed JSON': {
        // Either something in between, or all that comes of the message itself.
        const part = whole.subarray(0, 1 + this.#rng.below(whole.length - 1));
        const isReplaced = isNumbered && this.#rng.below(2) === 0;
        await this.#put(isReplaced ? Buffer.from(part) : Buffer.from('{"type":"trade","sid":'));
        if (isReplaced) this.withheld++;
        else await this.#put(whole);
        return;
      }
      default:
        await this.#put(whole);
    }
  }

  async #put(payload: Buffer): Promise<void> {
    const frame = this.#log(payload);
    frame.whole = await this.#send(payload, true);
  }

  async #putFragments(payload: Buffer): Promise<void> {
    const frame = this.#log(payload);
    const compress = this.#rng.below(2) === 0;
    for (let from = 0; from < payload.length; ) {
      const to = Math.min(payload.length, from + 1 + this.#rng.below(60));
      if (!(await this.#send(payload.subarray(from, to), to === payload.length, compress))) return;
      from = to;
    }
    frame.whole = true;
  }

  #log(payload: Buffer): SentFrame {
    const frame = { payload, whole: false, delivered: false };
    if (this.#socket.readyState === this.#socket.OPEN) this.frames.push(frame);
    return frame;
  }

  /** Where the client agreed to it, half of the messages are compressed. */
  #send(part: Buffer, fin: boolean, compress = this.#rng.below(2) === 0): Promise<boolean> {
    if (this.#socket.readyState !== this.#socket.OPEN) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#socket.send(part, { binary: false, fin, compress }, (error) => resolve(!error));
    });
  }

  /** Byte by byte, as fast as they can leave one by one. */
  async #drip(payload: Buffer): Promise<void> {
    const length = Buffer.from([126, payload.length >> 8, payload.length & 0xff]);
    const frame = Buffer.concat([Buffer.from([0x81]), payload.length < 126 ? length.subarray(2) : length, payload]);
    const logged = this.#log(payload);
    for (const byte of frame) {
      if (this.#socket.readyState !== this.#socket.OPEN || this.#raw.destroyed) return;
      await new Promise((resolve) => this.#raw.write(Buffer.from([byte]), resolve));
    }
    logged.whole = true;
  }
}

/** The same message with a field more behind the others, whose text is these very bytes. */
function withField(message: Buffer, value: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, -1), Buffer.from(',"note":"'), value, Buffer.from('"}')]);
}
