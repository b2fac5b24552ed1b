import { type BookSide, createBook, type OrderBook } from '../../market/book.ts';
import { type EventBatch, EventFlag, EventKind, GapCode, LifecycleCode, Side } from '../../market/event.ts';
import { countProblem, type Decoder, Direction, type FrameView, type Note, type Problems } from '../../market/frame.ts';
import { type Instrument, type InstrumentFacts, instrumentId } from '../../market/instrument.ts';
import { evenLadder } from '../../market/ticks.ts';
import type { Micros, Price, Size } from '../../market/units.ts';
import { messageFile } from './files.ts';
import { RestingOrders } from './orders.ts';
import { type BookRow, HaltPrice, type Level, type Message, MessageType, parseBookRow, parseMessage } from './rows.ts';

/** One recording: a connection of the tape. */
interface Recording {
  /** Index of the instrument. */
  readonly index: number;
  /** The levels as they have been emitted. */
  readonly book: OrderBook;
  readonly orders: RestingOrders;
  /** Undefined before the first message; then whether the recording has the book beside the messages. */
  hasRows: boolean | undefined;
}

/** One cent, in ten-thousandths of a dollar. Executions of hidden orders may lie between. */
const TICK = 100;

/**
 * LOBSTER's order messages to levels and trades. A frame is a message's CSV line and, where the recording has it, the
 * book's row after that message as a second line.
 *
 * With rows, the book begins with the first of them, and holds what they show: a level that comes into view when a
 * better one goes is set from the row, and one that falls out of view is removed.
 *
 * Without rows it begins empty and holds the orders that messages tell. Orders from before the recording are not in it,
 * and one that is cancelled while out of the file's view stays: with fifty levels a matter of 0.4 % of the best prices,
 * with five or one the book is soon crossed for good (tests/feeds/lobster-recordings.test.ts).
 */
export class LobsterDecoder implements Decoder {
  readonly instruments: Instrument[] = [];
  readonly problems: Problems = new Map();
  /** Book rows after the first of each recording, and how many of them the message alone led to from the row before. */
  readonly rows = { all: 0, byMessage: 0 };
  readonly #facts: ReadonlyMap<string, InstrumentFacts>;
  readonly #recordings = new Map<number, Recording>();
  readonly #indexes = new Map<string, number>();
  #frame = 0;
  #time: Micros = 0;
  #out!: EventBatch;

  constructor(facts: readonly InstrumentFacts[]) {
    this.#facts = new Map(facts.map((fact) => [fact.symbol, fact]));
  }

  decode(frame: FrameView, out: EventBatch): void {
    this.#out = out;
    this.#frame = frame.sequence;
    this.#time = frame.receivedAt;
    const text = frame.text();
    if (frame.direction === Direction.in) this.#message(frame.connection, text);
    else if (frame.direction === Direction.note) this.#note(frame.connection, text);
  }

  #message(connection: number, text: string): void {
    const [line, row] = text.split('\n', 2);
    const message = parseMessage(line);
    if (!message) {
      countProblem(this.problems, 'message that does not parse');
      return;
    }
    const recording = this.#recordings.get(connection) ?? this.#beginUnnamed(connection);
    if (!recording) {
      countProblem(this.problems, 'message of an unknown symbol');
      return;
    }
    const shown = row === undefined ? undefined : parseBookRow(row);
    if (row !== undefined && !shown) countProblem(this.problems, 'book row that does not parse');
    const order = this.#orderOf(recording, message);
    this.#print(recording, message, order);
    if (recording.hasRows === undefined) this.#seed(recording, message, order, shown);
    else this.#follow(recording, message, order, shown);
  }

  /** Number of the order that a message is about; 0 for what concerns no order in the book. */
  #orderOf({ orders }: Recording, message: Message): number {
    switch (message.type) {
      case MessageType.submitted:
        return orders.add(message, this.#frame);
      case MessageType.reduced:
      case MessageType.deleted:
      case MessageType.executed:
        return orders.numberOf(message.order);
      default:
        return 0;
    }
  }

  /** The recording starts: with the book after its first message, or with an empty one. */
  #seed(recording: Recording, message: Message, order: number, shown: BookRow | undefined): void {
    recording.hasRows = shown !== undefined;
    this.#emit(recording, EventKind.bookClear, Side.none, 0, 0, 0, EventFlag.snapshot);
    if (!shown) {
      this.#change(recording, message, order);
      return;
    }
    for (const { price, size } of shown.bids) this.#set(recording, Side.buy, price, size, EventFlag.snapshot);
    for (const { price, size } of shown.asks) this.#set(recording, Side.sell, price, size, EventFlag.snapshot);
  }

  #follow(recording: Recording, message: Message, order: number, shown: BookRow | undefined): void {
    this.#change(recording, message, order);
    if (!shown) return;
    const bidsAgree = this.#show(recording, Side.buy, shown.bids, shown.depth);
    const asksAgree = this.#show(recording, Side.sell, shown.asks, shown.depth);
    this.rows.all++;
    if (bidsAgree && asksAgree) this.rows.byMessage++;
  }

  /** The trade or the change of state that a message tells. */
  #print(recording: Recording, { type, size, price, side }: Message, order: number): void {
    const aggressor = side > 0 ? Side.sell : Side.buy;
    switch (type) {
      case MessageType.executed:
        this.#out.tellOrder(this.#emit(recording, EventKind.trade, aggressor, price, size), order);
        return;
      case MessageType.executedHidden:
        this.#emit(recording, EventKind.trade, aggressor, price, size, 0, EventFlag.offBook);
        return;
      case MessageType.cross:
        this.#emit(recording, EventKind.trade, Side.none, price, size, 0, EventFlag.offBook);
        return;
      case MessageType.halt:
        if (price === HaltPrice.halted) this.#emitLifecycle(recording, LifecycleCode.paused);
        else if (price === HaltPrice.trading) this.#emitLifecycle(recording, LifecycleCode.resumed);
        else this.#emitLifecycle(recording, LifecycleCode.changed, '{"quoting":"resumed"}');
        return;
      default:
    }
  }

  /** The change of a level that a message tells. */
  #change(recording: Recording, message: Message, order: number): void {
    const { type, size, price, side } = message;
    switch (type) {
      case MessageType.submitted:
        this.#add(recording, side, price, size, order);
        return;
      case MessageType.reduced:
      case MessageType.deleted:
      case MessageType.executed: {
        const known = recording.orders.take(
          message.order,
          type === MessageType.deleted ? Number.POSITIVE_INFINITY : size,
        );
        // Rows include orders from before the recording, so there every message counts as it stands.
        const gone = recording.hasRows ? message : known;
        if (gone) this.#add(recording, gone.side, gone.price, -gone.size, order);
        else countProblem(this.problems, 'order from before the recording, or from out of its view');
        return;
      }
      case MessageType.executedHidden:
      case MessageType.cross:
      case MessageType.halt:
        return;
      default:
        countProblem(this.problems, `unknown type ${type}`);
    }
  }

  #add(recording: Recording, side: BookSide, price: Price, change: Size, order: number): void {
    const before = recording.book.sizeAt(side, price);
    const after = Math.max(before + change, 0);
    if (after !== before) this.#out.tellOrder(this.#set(recording, side, price, after), order);
  }

  /**
   * Makes a side what the row shows, from the best level on. Returns whether it was that already, but for levels that
   * the row has no room for.
   */
  #show(recording: Recording, side: BookSide, levels: readonly Level[], depth: number): boolean {
    const { book } = recording;
    let agrees = true;
    let price = side > 0 ? book.bidPrice : book.askPrice;
    const remove = () => {
      this.#set(recording, side, price, 0);
      price = book.worse(side, price);
    };
    for (const level of levels) {
      while (side * (price - level.price) > 0) {
        remove();
        agrees = false;
      }
      if (price !== level.price || book.sizeAt(side, price) !== level.size) {
        this.#set(recording, side, level.price, level.size);
        agrees = false;
      }
      if (price === level.price) price = book.worse(side, price);
    }
    if (Number.isFinite(price) && levels.length < depth) agrees = false;
    while (Number.isFinite(price)) remove();
    return agrees;
  }

  #set(recording: Recording, side: BookSide, price: Price, size: Size, flags = 0): number {
    recording.book.set(side, price, size);
    return this.#emit(recording, EventKind.bookLevel, side, price, size, 0, flags);
  }

  #note(connection: number, text: string): void {
    let note: Note;
    try {
      note = JSON.parse(text) as Note;
    } catch {
      countProblem(this.problems, 'malformed JSON');
      return;
    }
    const recording = this.#recordings.get(connection);
    if (note.note === 'connected') {
      const file = messageFile(note.url);
      if (file) this.#begin(connection, file.symbol, file.depth);
    } else if (note.note === 'disconnected' && recording) {
      this.#doubt(recording, GapCode.disconnected);
      this.#recordings.delete(connection);
    } else if (note.note === 'gap' && recording) {
      this.#doubt(recording, GapCode.recorder);
      // The next message starts the book anew.
      this.#begin(connection, this.instruments[recording.index].symbol);
    }
  }

  #doubt(recording: Recording, code: number): void {
    this.#emit(recording, EventKind.gap, Side.none, 0, 0, code, EventFlag.book | EventFlag.trades);
  }

  /** On a tape whose notes do not name the files, the header's instrument is meant, if there is one only. */
  #beginUnnamed(connection: number): Recording | undefined {
    const [symbol] = this.#facts.keys();
    return this.#facts.size === 1 ? this.#begin(connection, symbol) : undefined;
  }

  #begin(connection: number, symbol: string, depth?: number): Recording {
    const known = this.#indexes.get(symbol);
    const index = known ?? this.instruments.push(lobsterInstrument({ symbol, depth, ...this.#facts.get(symbol) })) - 1;
    const book = createBook(this.instruments[index]);
    const recording: Recording = { index, book, orders: new RestingOrders(), hasRows: undefined };
    this.#recordings.set(connection, recording);
    this.#indexes.set(symbol, index);
    if (known === undefined) this.#emitLifecycle(recording, LifecycleCode.listed);
    return recording;
  }

  #emitLifecycle(recording: Recording, code: number, text?: string): void {
    const row = this.#emit(recording, EventKind.lifecycle, Side.none, 0, 0, code);
    if (text !== undefined) this.#out.text.set(row, text);
  }

  /** The recordings have the exchange's own time and no other. */
  #emit(recording: Recording, kind: EventKind, side: Side, price: Price, size: Size, code = 0, flags = 0): number {
    return this.#out.push(this.#frame, this.#time, this.#time, recording.index, kind, side, price, size, code, flags);
  }
}

function lobsterInstrument(facts: InstrumentFacts): Instrument {
  return {
    kind: 'equity',
    currency: 'USD',
    priceDecimals: 4,
    sizeDecimals: 0,
    ticks: evenLadder(TICK, TICK, Number.MAX_SAFE_INTEGER),
    lot: 1,
    multiplier: 1,
    ...facts,
    id: instrumentId('lobster', facts.symbol),
    venue: 'lobster',
  };
}
