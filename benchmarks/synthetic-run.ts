/**
 * A made-up run of any size: a market maker in binary markets, one after the other, each settled at its end but the
 * last. Prices wander, money is kept by the account that the engine uses, and the same options give the same files.
 */
import { Account } from '../src/market/account.ts';
import type { EvidenceGrade } from '../src/market/fill.ts';
import { type Instrument, instrumentId } from '../src/market/instrument.ts';
import type { Cause, FillRow, OrderRow } from '../src/market/journal.ts';
import { Rng } from '../src/market/rng.ts';
import { evenLadder } from '../src/market/ticks.ts';
import { formatDecimal, formatMoney, MICROS_PER_SECOND, type Micros, parseMoney } from '../src/market/units.ts';
import { JournalWriter } from '../src/tape/journal-file.ts';
import { RUN_FORMAT, type RunManifest, writeRun } from '../src/tape/run-file.ts';

export interface SyntheticRun {
  /** Trades; settlements come on top. */
  readonly fills: number;
  /** Orders that are cancelled without a fill, for each fill. Each makes four rows, one that fills makes three. */
  readonly cancelsPerFill?: number;
  /** A row of equity and a quote for each so many fills. */
  readonly fillsPerEquityRow?: number;
  /** More quotes for each fill, in the time until it. */
  readonly quotesPerFill?: number;
  readonly markets?: number;
  readonly days?: number;
  readonly seed?: string;
  /** Part of all texts that come from outside: titles, names of tapes, tags, reasons, parameters. */
  readonly text?: string;
}

const START: Micros = Date.UTC(2026, 4, 11, 13, 30) * 1000;
const DAY: Micros = 86_400 * MICROS_PER_SECOND;
const PRICE_DECIMALS = 4;
const SIZE_DECIMALS = 2;

const makerGrades: readonly EvidenceGrade[] = ['printed_through', 'printed_at_price', 'book_crossed', 'inferred_print'];

/** Writes the run into `folder`. */
export async function writeSyntheticRun(folder: string, options: SyntheticRun): Promise<RunManifest> {
  const maker = new MarketMaker(folder, options);
  maker.run();
  return maker.finish();
}

class MarketMaker {
  readonly #options: Required<SyntheticRun>;
  readonly #folder: string;
  readonly #journal: JournalWriter;
  readonly #account = new Account(parseMoney('10000'));
  readonly #rng: Rng;
  readonly #instruments: Instrument[];
  readonly #step: Micros;
  #at: Micros = START;
  #frame = 0;
  #orders = 0;
  #fills = 0;
  #decisions = 0;

  constructor(folder: string, options: SyntheticRun) {
    this.#options = {
      cancelsPerFill: 1,
      fillsPerEquityRow: 2,
      quotesPerFill: 0,
      markets: 20,
      days: 5,
      seed: '1',
      text: '',
      ...options,
    };
    this.#folder = folder;
    this.#journal = new JournalWriter(folder);
    this.#rng = new Rng(this.#options.seed);
    this.#instruments = Array.from({ length: this.#options.markets }, (_, i) => binary(i, this.#options.text));
    this.#step = Math.floor((this.#options.days * DAY) / this.#options.fills);
  }

  run(): void {
    const { fills, markets } = this.#options;
    this.#writeEquity();
    for (const [i, instrument] of this.#instruments.entries()) {
      const first = Math.floor((i * fills) / markets);
      this.#trade(instrument, Math.floor(((i + 1) * fills) / markets) - first, i === markets - 1);
    }
  }

  async finish(): Promise<RunManifest> {
    const { fills, seed, text } = this.#options;
    this.#writeEquity();
    const digest = await this.#journal.finish();
    const manifest: RunManifest = {
      format: RUN_FORMAT,
      createdBy: 'truetape 0.1.0',
      mode: 'replay',
      strategy: { name: 'synthetic_maker', description: 'Makes a market at random; for tests of reports.' },
      parameters: { size: 10, note: this.#options.text },
      config: { cash: '10000', latency: { entryMs: 50, responseMs: 50 }, queue: 'prints_only' },
      seed,
      tapes: [
        {
          name: `synthetic${text}`,
          feed: 'kalshi',
          frames: this.#frame,
          sha256: '0'.repeat(64),
          from: START,
          to: this.#at,
          gaps: [{ at: START + DAY / 2, connection: 1, reason: `sequence${text}` }],
          problems: [[`unknown type${text}`, 3]],
        },
      ],
      from: START,
      to: this.#at,
      events: fills * 10,
      instruments: this.#instruments.map(
        ({ id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title }) => {
          return { id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title };
        },
      ),
      rows: { ...this.#journal.rows },
      digest,
    };
    await writeRun(this.#folder, manifest);
    return manifest;
  }

  #trade(instrument: Instrument, fills: number, isLast: boolean): void {
    const rng = this.#rng;
    let price = 3000 + rng.below(40) * 100;
    const quotes = this.#options.quotesPerFill;
    for (let i = 0; i < fills; i++) {
      const pause = this.#step / (quotes + 1);
      for (let k = 0; k < quotes; k++) {
        this.#at += Math.floor(pause);
        this.#writeQuote(instrument, price + 100 * (k % 3));
      }
      this.#at += this.#step - quotes * Math.floor(pause);
      this.#frame += 1 + rng.below(20);
      price = Math.min(9700, Math.max(300, price + (rng.below(5) - 2) * 100));
      const held = this.#account.sizeOf(instrument.id);
      const side = held > 4000 ? -1 : held < -4000 ? 1 : rng.below(2) === 0 ? 1 : -1;
      for (let k = 0; k < this.#options.cancelsPerFill; k++) this.#cancelled(instrument, price - side * 200, side);
      this.#filled(instrument, price - side * 100, side, 100 * (1 + rng.below(10)));
      if (i % this.#options.fillsPerEquityRow === 0) {
        this.#account.mark(instrument, price);
        this.#writeEquity();
        this.#writeQuote(instrument, price);
      }
      if (i % 5 === 0) this.#decide(instrument, side, price);
      if (i === Math.floor(fills / 2)) this.#writeGap(instrument);
    }
    if (!isLast) this.#settle(instrument, rng.below(10_000) < price ? 10_000 : 0);
  }

  #decide(instrument: Instrument, side: 1 | -1, price: number): void {
    this.#journal.write('decisions', {
      ...this.#cause(),
      decisionId: ++this.#decisions,
      instrument: instrument.id,
      action: side > 0 ? 'quote bid' : 'quote ask',
      reason: `price ${formatDecimal(price, PRICE_DECIMALS)}${this.#options.text}`,
      confidence: null,
      features: { price: price / 10 ** PRICE_DECIMALS, spread: 0.02, note: this.#options.text },
    });
  }

  #cancelled(instrument: Instrument, price: number, side: 1 | -1): void {
    const order = ++this.#orders;
    const row = { order, instrument, price, side, size: 1000, filled: 0 };
    this.#writeOrder(row, 'placed', 'pending');
    this.#writeOrder(row, 'accepted', 'open');
    this.#writeOrder(row, 'cancel_sent', 'open');
    this.#writeOrder(row, 'ended', 'cancelled');
  }

  #filled(instrument: Instrument, price: number, side: 1 | -1, size: number): void {
    const isMaker = this.#rng.below(5) > 0;
    const order = ++this.#orders;
    const row = { order, instrument, price, side, size, filled: 0 };
    this.#writeOrder(row, 'placed', 'pending');
    this.#writeOrder(row, 'accepted', 'open');
    this.#writeOrder({ ...row, filled: size }, 'filled', 'filled');
    // Kalshi's formula for takers, in ten-thousandths of a dollar; a quarter of it for makers.
    const fee = BigInt(Math.ceil(((isMaker ? 175 : 700) * size * price * (10_000 - price)) / 1e10)) * 10n ** 12n;
    this.#account.trade(instrument, side * size, price, fee);
    this.#writeFill(instrument, side, size, price, {
      order,
      fee,
      liquidity: isMaker ? 'maker' : 'taker',
      grade: isMaker ? makerGrades[this.#rng.below(makerGrades.length)] : 'walked_depth',
      tag: `${side > 0 ? 'bid' : 'ask'}${this.#options.text}`,
    });
  }

  #settle(instrument: Instrument, payout: number): void {
    const held = this.#account.settle(instrument, payout);
    if (held === 0) return;
    this.#writeFill(instrument, held > 0 ? -1 : 1, Math.abs(held), payout);
    this.#writeEquity();
  }

  /** Without a trade it is a settlement. */
  #writeFill(
    instrument: Instrument,
    side: 1 | -1,
    size: number,
    price: number,
    trade?: Pick<FillRow, 'liquidity' | 'grade' | 'tag'> & { order: number; fee: bigint },
  ): void {
    this.#journal.write('fills', {
      ...this.#cause(),
      fillId: ++this.#fills,
      orderId: trade?.order ?? 0,
      kind: trade ? 'trade' : 'settlement',
      venueTime: this.#at,
      instrument: instrument.id,
      side: side > 0 ? 'buy' : 'sell',
      outcome: 'yes',
      size: formatDecimal(size, SIZE_DECIMALS),
      price: formatDecimal(price, PRICE_DECIMALS),
      fee: formatMoney(trade?.fee ?? 0n),
      liquidity: trade?.liquidity ?? '',
      grade: trade?.grade ?? '',
      evidenceFrame: this.#frame,
      queueAtArrival: '0',
      queueAtFill: '0',
      available: formatDecimal(size, SIZE_DECIMALS),
      bid: formatDecimal(price - 100, PRICE_DECIMALS),
      ask: formatDecimal(price + 100, PRICE_DECIMALS),
      position: formatDecimal(this.#account.sizeOf(instrument.id), SIZE_DECIMALS),
      tag: trade?.tag ?? '',
    });
  }

  #writeOrder(
    row: { order: number; instrument: Instrument; price: number; side: 1 | -1; size: number; filled: number },
    step: OrderRow['step'],
    state: OrderRow['state'],
  ): void {
    this.#journal.write('orders', {
      ...this.#cause(),
      orderId: row.order,
      step,
      state,
      reason: state === 'cancelled' ? 'requested' : '',
      instrument: row.instrument.id,
      side: row.side > 0 ? 'buy' : 'sell',
      outcome: 'yes',
      price: formatDecimal(row.price, PRICE_DECIMALS),
      size: formatDecimal(row.size, SIZE_DECIMALS),
      filled: formatDecimal(row.filled, SIZE_DECIMALS),
      timeInForce: 'gtc',
      expiresAt: null,
      postOnly: true,
      reduceOnly: false,
      cancelOnPause: false,
      orderGroup: '',
      trigger: '',
      tag: '',
      decisionId: 0,
      venueTime: step === 'accepted' ? this.#at : null,
      queueAhead: step === 'accepted' ? '0' : null,
    });
  }

  #writeEquity(): void {
    const { cash, positionValue, realised, unrealised, fees, equity } = this.#account;
    this.#journal.write('equity', {
      ...this.#cause(),
      cash: formatMoney(cash),
      positionValue: formatMoney(positionValue),
      realised: formatMoney(realised),
      unrealised: formatMoney(unrealised),
      fees: formatMoney(fees),
      equity: formatMoney(equity),
    });
  }

  #writeQuote(instrument: Instrument, price: number): void {
    this.#journal.write('quotes', {
      ...this.#cause(),
      instrument: instrument.id,
      bid: formatDecimal(price - 100, PRICE_DECIMALS),
      ask: formatDecimal(price + 100, PRICE_DECIMALS),
      last: formatDecimal(price, PRICE_DECIMALS),
    });
  }

  #writeGap(instrument: Instrument): void {
    const { id } = instrument;
    this.#journal.write('notes', {
      ...this.#cause(),
      kind: 'gap',
      instrument: id,
      text: `sequence${this.#options.text}`,
    });
    this.#at += 20 * MICROS_PER_SECOND;
    this.#journal.write('notes', { ...this.#cause(), kind: 'recovered', instrument: id, text: 'snapshot' });
    this.#journal.write('notes', {
      ...this.#cause(),
      kind: 'remark',
      instrument: '',
      text: `again${this.#options.text}`,
    });
  }

  #cause(): Cause {
    return { time: this.#at, tape: 0, frame: this.#frame };
  }
}

function binary(number: number, title: string): Instrument {
  const symbol = `KXTEST-26MAY${String(11 + number)}-${number}`;
  return {
    id: instrumentId('kalshi', symbol),
    venue: 'kalshi',
    symbol,
    kind: 'binary',
    currency: 'USD',
    priceDecimals: PRICE_DECIMALS,
    sizeDecimals: SIZE_DECIMALS,
    ticks: evenLadder(100, 0, 10_000),
    lot: 100,
    multiplier: 1,
    bounds: { low: 0, high: 10_000 },
    group: 'KXTEST',
    ...(title !== '' && { title }),
  };
}
