/** Kalshi's wire, as a recorder would put it on a tape, one frame at a time. */
import { KalshiDecoder } from '../../src/feeds/kalshi/decode.ts';
import { EventBatch } from '../../src/market/event.ts';
import {
  Direction,
  type Frame,
  FrameView,
  frameBatchOf,
  type Note,
  noteFrame,
  textFrame,
} from '../../src/market/frame.ts';
import type { InstrumentFacts } from '../../src/market/instrument.ts';
import { parseTime } from '../../src/market/units.ts';
import { rowsOf, type StampedRow } from './events.ts';

type Message = Record<string, unknown>;

export const MARKET = 'KXGOLDH-26AUG2711-T4615.99';

export class KalshiWire {
  readonly decoder: KalshiDecoder;
  /** Arrival of the next frame; stays until somebody moves it. */
  now: number;
  #frames = 0;

  constructor(now = '2026-08-27T13:56:00Z', facts: readonly InstrumentFacts[] = []) {
    this.decoder = new KalshiDecoder(facts);
    this.now = parseTime(now);
  }

  /** A message of the exchange, as an object or as the very text; returns the events that it gives. */
  receive(message: Message | string, connection = 1): StampedRow[] {
    return this.frame(textFrame(this.#stamp, connection, Direction.in, asText(message)));
  }

  /** A command of ours. */
  send(command: Message, connection = 1): StampedRow[] {
    return this.frame(textFrame(this.#stamp, connection, Direction.out, asText(command)));
  }

  note(note: Note, connection = 1): StampedRow[] {
    return this.frame(noteFrame(this.#stamp, connection, note));
  }

  frame(frame: Frame): StampedRow[] {
    const batch = new EventBatch(64);
    this.decoder.decode(new FrameView().at(frameBatchOf([frame], this.#frames++), 0), batch);
    return rowsOf(batch);
  }

  /** A subscription as it usually begins: command and acknowledgement, without data. */
  subscribe(
    sid: number,
    channel: string,
    tickers?: readonly string[],
    connection = 1,
    params: Message = {},
  ): StampedRow[] {
    const id = 100 * connection + sid;
    const list = tickers ? { market_tickers: tickers } : {};
    this.send({ id, cmd: 'subscribe', params: { channels: [channel], ...list, ...params } }, connection);
    return this.receive({ type: 'subscribed', id, msg: { channel, sid } }, connection);
  }

  get problems(): Record<string, number> {
    return Object.fromEntries(this.decoder.problems);
  }

  get #stamp(): bigint {
    return BigInt(this.now) * 1000n;
  }
}

function asText(message: Message | string): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** A book with bids at 0.52 and 0.51, and a YES offer at 0.54 (a NO bid at 0.46). */
export function bookSnapshot(sid: number, seq: number, ticker = MARKET): Message {
  return {
    type: 'orderbook_snapshot',
    sid,
    seq,
    msg: {
      market_ticker: ticker,
      market_id: 'ef793c45-beed-4096-8a3a-1c70af894be7',
      yes_dollars_fp: [
        ['0.5100', '300.00'],
        ['0.5200', '100.00'],
      ],
      no_dollars_fp: [['0.4600', '50.00']],
    },
  };
}

export function bookDelta(sid: number, seq: number, change: Message = {}): Message {
  return {
    type: 'orderbook_delta',
    sid,
    seq,
    msg: {
      market_ticker: MARKET,
      market_id: 'ef793c45-beed-4096-8a3a-1c70af894be7',
      price_dollars: '0.5200',
      delta_fp: '10.00',
      side: 'yes',
      ts: '2026-08-27T13:56:23.996443Z',
      ts_ms: 1787838983996,
      ...change,
    },
  };
}
