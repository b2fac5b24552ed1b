/**
 * Three recordings of Kalshi's socket by somebody else (KXBTC15M, May 2026), and one day of 2023 (INXD).
 *
 * The other recorder wrote down its own view of the top five levels about once a second (`book_checkpoints`), in whole
 * cents. What the data show of how it made them:
 *
 * - a price is rounded to the nearest cent, half up: 0.0150 becomes 2 cents
 * - of the levels of a snapshot that fall on one cent, the last (best) one replaces the others
 * - a change is added to its cent; a cent at or below zero is dropped
 *
 * So it counts wrongly wherever the grid is finer than a cent (below 0.10 and above 0.90), and as soon as one of the five
 * levels on either side lies there, the checkpoint differs from the exchange's book. Done to our events, the same three
 * steps give every one of its 2,075 checkpoints; without them the checkpoints whose ten levels lie where the grid is
 * whole cents agree as they are.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { KalshiDecoder } from '../../src/feeds/kalshi/decode.ts';
import { type EventBatch, EventFlag, EventKind } from '../../src/market/event.ts';
import { Direction, type Frame } from '../../src/market/frame.ts';
import { parseDecimal, parseTime } from '../../src/market/units.ts';
import { importKalshiNdjson } from '../../src/recorder/imports/kalshi-ndjson.ts';
import { readLines } from '../../src/tape/lines.ts';
import { PlainBook } from '../market/plain-book.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { decodeEach, textOf } from '../support/decoding.ts';

type Levels = [price: number, size: number][];

const ONE = 10_000;

/** Levels of one side of a book as Kalshi states them: NO bids for the asks, best first. */
function bidsOf(book: PlainBook, side: 'yes' | 'no'): Levels {
  return side === 'yes'
    ? book.prices(1).map((price) => [price, book.sizeAt(1, price)])
    : book.prices(-1).map((price) => [ONE - price, book.sizeAt(-1, price)]);
}

/** Applies the rows of a frame to books by instrument. */
function applyTo(books: PlainBook[], events: EventBatch): void {
  for (let i = 0; i < events.count; i++) {
    const book = bookOf(books, events.instrument[i]);
    if (events.kind[i] === EventKind.bookClear) book.clear();
    if (events.kind[i] === EventKind.bookLevel) book.set(events.side[i] as 1 | -1, events.price[i], events.size[i]);
  }
}

function bookOf(books: PlainBook[], instrument: number): PlainBook {
  books[instrument] ??= new PlainBook();
  return books[instrument];
}

// --- the other recorder's view ------------------------------------------------------------------------------------

interface Checkpoint {
  readonly market: string;
  readonly sequence: number;
  readonly at: number;
  readonly yes: Levels;
  readonly no: Levels;
}

type Json = Record<string, unknown>;

async function readCheckpoints(files: readonly string[]): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for (const file of files) {
    for await (const line of readLines(file)) {
      const row = JSON.parse(line) as Json;
      const side = (name: string): Levels =>
        (row[`${name}_bid_prices`] as number[]).map((cents, i) => [
          cents,
          Math.round((row[`${name}_bid_sizes`] as number[])[i] * 100),
        ]);
      checkpoints.push({
        market: String(row.market_ticker),
        sequence: Number(row.sequence_number),
        at: parseTime(String(row.checkpoint_ts)),
        yes: side('yes'),
        no: side('no'),
      });
    }
  }
  return checkpoints;
}

/** The steps above, applied to our events. */
class CentBook {
  readonly yes = new Map<number, number>();
  readonly no = new Map<number, number>();

  apply(events: EventBatch, i: number, sizeBefore: number): void {
    if (events.kind[i] === EventKind.bookClear) {
      this.yes.clear();
      this.no.clear();
    }
    if (events.kind[i] !== EventKind.bookLevel) return;
    const isYes = events.side[i] > 0;
    const levels = isYes ? this.yes : this.no;
    const price = isYes ? events.price[i] : ONE - events.price[i];
    const cents = Math.floor((price + 50) / 100);
    if (events.flags[i] & EventFlag.snapshot) levels.set(cents, events.size[i]);
    else {
      const size = (levels.get(cents) ?? 0) + events.size[i] - sizeBefore;
      if (size > 0) levels.set(cents, size);
      else levels.delete(cents);
    }
  }

  bids(side: 'yes' | 'no'): Levels {
    return [...this[side]].sort(([a], [b]) => b - a);
  }
}

function topFive(levels: Levels): Levels {
  return levels.slice(0, 5);
}

const sameLevels = (a: Levels, b: Levels) => JSON.stringify(a) === JSON.stringify(b);

// --- one run ----------------------------------------------------------------------------------------------------------

interface RunFacts {
  readonly problems: Json;
  readonly rejected: string[];
  readonly deltas: number;
  readonly snapshots: number;
  readonly tickers: number;
  /** Snapshots that came while the book was complete, and how many levels we had then, and differed in. */
  readonly checked: { levels: number; different: number; levelsOfSnapshot: number }[];
  readonly gaps: number;
  readonly checkpoints: { all: number; asTheyAre: number; rounded: number };
  readonly volume: { changes: number; exactlyTwice: number; exactlyOnce: number; less: number; odd: number };
}

async function readRun(run: string): Promise<RunFacts> {
  const folder = join(sharedData, 'kalshi-btc15m-ws', run);
  const plan = await importKalshiNdjson([folder], {});
  const checkpoints = await readCheckpoints(checkpointFiles(plan.tally.rejected, folder));
  const decoder = new KalshiDecoder(plan.instruments);
  const books: PlainBook[] = [];
  const centBooks: CentBook[] = [];
  const isComplete: boolean[] = [];
  const count = { deltas: 0, snapshots: 0, tickers: 0, gaps: 0 };
  const checked: RunFacts['checked'] = [];
  const agreed = { all: 0, asTheyAre: 0, rounded: 0 };
  const volume = { changes: 0, exactlyTwice: 0, exactlyOnce: 0, less: 0, odd: 0 };
  const volumes = new Map<string, number>();
  for await (const { frame, events } of decodeEach(decoder, plan.frames())) {
    for (let i = 0; i < events.count; i++) {
      const instrument = events.instrument[i];
      const book = bookOf(books, instrument);
      centBooks[instrument] ??= new CentBook();
      if (events.kind[i] === EventKind.bookClear) {
        if (isComplete[instrument]) checked.push(compareWithSnapshot(book, events, i));
        isComplete[instrument] = true;
      } else if (events.kind[i] === EventKind.gap && events.flags[i] & EventFlag.book) {
        isComplete[instrument] = false;
        count.gaps++;
      }
      const side = events.side[i] as 1 | -1;
      centBooks[instrument].apply(events, i, book.sizeAt(side, events.price[i]));
      if (events.kind[i] === EventKind.bookClear) book.clear();
      if (events.kind[i] === EventKind.bookLevel) book.set(side, events.price[i], events.size[i]);
    }
    const message = messageOf(frame);
    if (message?.type === 'ticker') {
      count.tickers++;
      countVolume(volume, volumes, message.msg as Json);
    }
    if (message?.type === 'orderbook_delta') count.deltas++;
    if (message?.type === 'orderbook_snapshot') count.snapshots++;
    if (typeof message?.seq !== 'number') continue;
    const market = String((message.msg as Json).market_ticker);
    const index = decoder.instruments.findIndex(({ symbol }) => symbol === market);
    for (const checkpoint of checkpointsAt(checkpoints, market, message.seq, Number(frame.receivedAt / 1000n))) {
      agreed.all++;
      const inCents = (side: 'yes' | 'no'): Levels =>
        bidsOf(books[index], side).map(([price, size]) => [price / 100, size]);
      const agrees = (levels: (side: 'yes' | 'no') => Levels) =>
        sameLevels(topFive(levels('yes')), checkpoint.yes) && sameLevels(topFive(levels('no')), checkpoint.no);
      if (agrees(inCents)) agreed.asTheyAre++;
      if (agrees((side) => centBooks[index].bids(side))) agreed.rounded++;
    }
  }
  return {
    ...count,
    problems: Object.fromEntries(decoder.problems),
    rejected: [...plan.tally.rejected.keys()].filter((reason) => !reason.startsWith('file ')),
    checked,
    checkpoints: agreed,
    volume,
  };
}

function checkpointFiles(rejected: ReadonlyMap<string, number>, folder: string): string[] {
  const names = [...rejected.keys()].map((reason) => /^file (book_checkpoints\S+):/.exec(reason)?.[1]);
  return names.filter((name) => name !== undefined).map((name) => join(folder, name));
}

function messageOf(frame: Frame): Json | undefined {
  return frame.direction === Direction.in ? (JSON.parse(textOf(frame)) as Json) : undefined;
}

/** A checkpoint stands after the message of its number; numbers begin anew on each connection, so its time decides. */
function checkpointsAt(all: Checkpoint[], market: string, sequence: number, receivedAt: number): Checkpoint[] {
  const found = all.filter(
    (one) => one.sequence === sequence && one.market === market && Math.abs(one.at - receivedAt) < 1_000_000,
  );
  for (const one of found) all.splice(all.indexOf(one), 1);
  return found;
}

/** Our book against the levels of the snapshot whose rows begin at `from`. */
function compareWithSnapshot(book: PlainBook, events: EventBatch, from: number): RunFacts['checked'][number] {
  const whole = new PlainBook();
  for (let i = from + 1; i < events.count && events.kind[i] === EventKind.bookLevel; i++) {
    whole.set(events.side[i] as 1 | -1, events.price[i], events.size[i]);
  }
  let different = 0;
  for (const side of [1, -1] as const) {
    const prices = new Set([...book.prices(side), ...whole.prices(side)]);
    for (const price of prices) if (book.sizeAt(side, price) !== whole.sizeAt(side, price)) different++;
  }
  const levels = (one: PlainBook) => one.levels(1) + one.levels(-1);
  return { levels: levels(book), different, levelsOfSnapshot: levels(whole) };
}

function countVolume(facts: RunFacts['volume'], volumes: Map<string, number>, msg: Json): void {
  const market = String(msg.market_ticker);
  const total = parseDecimal(String(msg.volume_fp), 2);
  const last = parseDecimal(String(msg.last_trade_size_fp), 2);
  const change = total - (volumes.get(market) ?? Number.NaN);
  volumes.set(market, total);
  if (Number.isNaN(change) || change === 0) return;
  facts.changes++;
  if (change === 2 * last) facts.exactlyTwice++;
  if (change === last) facts.exactlyOnce++;
  if (change < 2 * last) facts.less++;
  if (change % 2 !== 0) facts.odd++;
}

const runs = [
  {
    run: 'rv600_forward_native_shadow_20260513T1808Z',
    deltas: 40_009,
    snapshots: 3,
    tickers: 461,
    gaps: 2,
    checkpoints: { all: 472, asTheyAre: 118, rounded: 472 },
    volume: { changes: 432, exactlyTwice: 36 },
  },
  {
    run: 'particle_shadow_spotmerge_oos_20260511T121730Z',
    deltas: 55_798,
    snapshots: 3,
    tickers: 678,
    gaps: 2,
    checkpoints: { all: 772, asTheyAre: 424, rounded: 772 },
    volume: { changes: 591, exactlyTwice: 97 },
  },
  {
    run: 'rv600_next_evidence_shadow_20260514T043808Z',
    deltas: 101_703,
    snapshots: 4,
    tickers: 842,
    gaps: 3,
    checkpoints: { all: 831, asTheyAre: 506, rounded: 831 },
    volume: { changes: 824, exactlyTwice: 34 },
  },
];

describe.skipIf(!hasSharedData)('KXBTC15M, recorded by others (skipped without the shared recordings)', () => {
  describe.each(runs)('$run', ({ run, deltas, snapshots, tickers, gaps, checkpoints, volume }) => {
    let facts: RunFacts;
    beforeAll(async () => {
      facts = await readRun(run);
    });

    it(`decodes ${deltas} changes, ${snapshots} snapshots and ${tickers} tickers without a problem; no level below zero`, () => {
      expect(facts).toMatchObject({ problems: {}, rejected: [], deltas, snapshots, tickers });
    });

    it(`has a gap at the end of each connection and nowhere else: ${gaps}`, () => {
      expect(facts.gaps).toBe(gaps);
    });

    /**
     * Each run has one snapshot while the book is known: 5 to 6 seconds after the close the exchange sends an empty one.
     * By then several hundred removals (584 to 800 in a row) have emptied the book already, so the empty snapshot agrees.
     */
    it('the book made from changes equals every later snapshot of its connection: one, the empty one after the close', () => {
      expect(facts.checked).toEqual([{ levels: 0, different: 0, levelsOfSnapshot: 0 }]);
    });

    it(`of ${checkpoints.all} checkpoints of the other recorder ${checkpoints.asTheyAre} agree as they are, all ${checkpoints.rounded} once our events are rounded as it rounds`, () => {
      expect(facts.checkpoints).toEqual(checkpoints);
    });

    it(`volume counts both sides: of ${volume.changes} changes each is even and at least twice the last trade, ${volume.exactlyTwice} exactly twice, none once`, () => {
      expect(facts.volume).toEqual({ ...volume, exactlyOnce: 0, less: 0, odd: 0 });
    });
  });
});

describe.skipIf(!hasSharedData)(
  'INXD-23AUG31-B4512, a day of whole cents (skipped without the shared recordings)',
  () => {
    it('the book made from changes agrees with each of the 7 snapshots that the source wrote at its chunk boundaries', async () => {
      const file = join(sharedData, 'kalshi-inxd-l2', 'INXD-23AUG31-B4512.ndjson.gz');
      const lines: Json[] = [];
      for await (const line of readLines(file)) lines.push(JSON.parse(line) as Json);
      const plan = await importKalshiNdjson([file], {});
      const decoder = new KalshiDecoder(plan.instruments);
      const books: PlainBook[] = [];
      let boundaries = 0;
      for await (const { sequence, events } of decodeEach(decoder, plan.frames())) {
        applyTo(books, events);
        // The first frame is the recorder's note; line k is frame k + 1.
        const line = lines[sequence - 1];
        if (line?.chunk_boundary !== true) continue;
        boundaries++;
        for (const side of ['yes', 'no'] as const) {
          const stated = (line[side] as [number, number][]).map(([price, size]) => [price * 100, size * 100]);
          expect(bidsOf(books[0], side)).toEqual(stated.reverse());
        }
      }
      expect(boundaries).toBe(7);
      expect(plan.tally).toMatchObject({ read: 35_907, kept: 35_907, rejected: new Map() });
      expect(Object.fromEntries(decoder.problems)).toEqual({});
      expect([bidsOf(books[0], 'yes')[0][0], bidsOf(books[0], 'no')[0][0]]).toEqual([9600, 300]);
    });
  },
);
