import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../src/feeds/index.ts';
import { EventBatch, EventFlag, EventKind } from '../../src/market/event.ts';
import type { Decoder, DecoderFactory, EventSource, Frame } from '../../src/market/frame.ts';
import { importKalshiNdjson } from '../../src/recorder/imports/kalshi-ndjson.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { rowsOf, type StampedRow } from '../support/events.ts';
import { temporaryFolders } from '../support/folder.ts';
import { messageFrame } from '../support/frames.ts';
import { bookDelta, bookSnapshot } from '../support/kalshi.ts';

const newFolder = temporaryFolders();

/** Counts how many frames it was given; another version, other events. */
function countingDecoder(version = 'test-1', price = 1): DecoderFactory & { decoded: number } {
  const factory = {
    version,
    decoded: 0,
    create: (facts: readonly { symbol: string }[]): Decoder => {
      const kalshi = decoderFor({ feed: 'kalshi' }).create(facts);
      return {
        instruments: kalshi.instruments,
        problems: kalshi.problems,
        decode(frame, out) {
          factory.decoded++;
          kalshi.decode(frame, out);
          if (price !== 1) for (let i = 0; i < out.count; i++) out.price[i] = price;
        },
      };
    },
  };
  return factory;
}

/** Snapshot, changes, a market that is new in the middle, texts, problems. */
function frames(from = 0, count = 200): Frame[] {
  return Array.from({ length: count }, (_, i) => {
    const at = from + i;
    const [seq, market_ticker] = [at + 1, `KXA-${Math.floor(at / 100)}`];
    const message = (contents: object) => messageFrame(JSON.stringify(contents), at);
    if (at % 50 === 0) return message(bookSnapshot(1, seq, market_ticker));
    if (at % 50 === 7) return message({ type: 'weather', sid: 1, seq });
    if (at % 50 === 9) {
      const msg = { market_ticker, event_type: 'metadata_updated', yes_sub_title: 'Zürich \u{1f3b2}' };
      return message({ type: 'market_lifecycle_v2', sid: 1, seq, msg });
    }
    return message(bookDelta(1, seq, { market_ticker }));
  });
}

/** Snapshots of so many levels that they fill several batches. */
function bigFrames(from = 0): Frame[] {
  const levels = Array.from({ length: 90 }, (_, i) => [((1 + i) / 100).toFixed(4), '1.00']);
  return Array.from({ length: 500 }, (_, i) => {
    const msg = { market_ticker: 'KXA-1', yes_dollars_fp: levels, no_dollars_fp: levels };
    return messageFrame(JSON.stringify({ type: 'orderbook_snapshot', sid: 1, seq: from + i + 1, msg }), from + i);
  });
}

async function tapeOf(...segments: (readonly Frame[])[]): Promise<string> {
  const writer = await TapeWriter.create(join(newFolder(), 'tape'), { feed: 'kalshi', source: {}, instruments: [] });
  for (const list of segments) {
    for (const frame of list) writer.append(frame);
    await writer.rotate();
  }
  await writer.close();
  return writer.path;
}

async function rowsFrom(source: EventSource): Promise<StampedRow[]> {
  const rows: StampedRow[] = [];
  for await (const batch of source.batches()) rows.push(...rowsOf(batch));
  return rows;
}

/** All that a reader sees of a tape's events. */
async function read(path: string, factory: DecoderFactory, cache = true) {
  const events = new TapeEvents(await openTape(path), factory, { cache });
  const rows = await rowsFrom(events);
  return { rows, instruments: events.instruments.map(({ id }) => id), problems: Object.fromEntries(events.problems) };
}

const cacheFiles = (path: string) => readdirSync(join(path, 'events')).sort();
const cacheFile = (path: string, ending: string) =>
  join(path, 'events', cacheFiles(path).find((name) => name.endsWith(ending)) ?? 'none');

describe('the cache of events', () => {
  it('gives the same events as the frames: rows, texts, instruments and problems', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const fromFrames = await read(path, factory, false);
    const first = await read(path, factory);
    expect(factory.decoded).toBe(400);
    const second = await read(path, factory);
    expect(factory.decoded).toBe(400);
    expect(first).toEqual(fromFrames);
    expect(second).toEqual(fromFrames);
    expect(fromFrames.rows.length).toBeGreaterThan(200);
    expect(fromFrames.rows.some(({ text }) => text?.includes('Zürich \u{1f3b2}'))).toBe(true);
    expect(fromFrames.instruments).toEqual(['kalshi:KXA-0', 'kalshi:KXA-1']);
    expect(fromFrames.problems).not.toEqual({});
  });

  it('gives the same events over several segments, with the state carried from one to the next', async () => {
    const whole = await read(await tapeOf(frames()), countingDecoder(), false);
    const path = await tapeOf(frames(0, 80), frames(80, 75), frames(155, 45));
    const factory = countingDecoder();
    expect(await read(path, factory)).toEqual(whole);
    expect(await read(path, factory)).toEqual(whole);
    expect(factory.decoded).toBe(200);
  });

  it('is not written when it is not wanted', async () => {
    const path = await tapeOf(frames());
    await read(path, countingDecoder(), false);
    expect(readdirSync(path)).not.toContain('events');
  });

  it('may be deleted at any time', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    rmSync(join(path, 'events'), { recursive: true });
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });
});

describe('the cache does not count', () => {
  it('for another version of the decoder', async () => {
    const path = await tapeOf(frames());
    const [old, later] = [countingDecoder('test-1'), countingDecoder('test-2', 777)];
    await read(path, old);
    const rows = (await read(path, later)).rows;
    expect(later.decoded).toBe(200);
    expect(rows.every(({ price }) => price === 777)).toBe(true);
    await read(path, old);
    expect(old.decoded).toBe(200);
  });

  it('for other facts in the header', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    await read(path, factory);
    const file = join(path, 'tape.json');
    const header = JSON.parse(readFileSync(file, 'utf8')) as { instruments: unknown[] };
    header.instruments.push({ symbol: 'KXA-0', closesAt: 1_778_700_000_000_000 });
    writeFileSync(file, JSON.stringify(header));
    await read(path, factory);
    expect(factory.decoded).toBe(400);
  });

  it('for a tape whose earlier segment is another', async () => {
    const path = await tapeOf(frames(0, 80), frames(80, 75));
    const other = await tapeOf([...frames(0, 79), messageFrame('{"type":"weather"}', 79)], frames(80, 75));
    const second = async (tape: string) => (await openTape(tape)).header.segments[1].sha256;
    expect(await second(other)).toBe(await second(path));
    const factory = countingDecoder();
    await read(path, factory);
    await read(other, factory);
    const keys = (tape: string) => cacheFiles(tape).filter((name) => name.startsWith('000002'));
    expect(keys(path)).not.toEqual(keys(other));
  });

  it('when reading stopped in the middle: half a cache is none', async () => {
    const path = await tapeOf(frames(0, 80), frames(80, 75));
    const factory = countingDecoder();
    const events = new TapeEvents(await openTape(path), factory);
    for await (const batch of events.batches()) {
      expect(batch.count).toBeGreaterThan(0);
      break;
    }
    expect(cacheFiles(path)).toEqual([]);
    const before = factory.decoded;
    await read(path, factory);
    expect(factory.decoded).toBe(before + 155);
  });

  it('without the index that is written last', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    rmSync(cacheFile(path, '.json'));
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });

  it('with an index that is cut short', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    truncateSync(cacheFile(path, '.json'), 20);
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });

  it('when the events that the index speaks of are gone', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    rmSync(cacheFile(path, '.arrow'));
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });

  it('when one segment of several lacks it: all are decoded, as meaning depends on what came before', async () => {
    const path = await tapeOf(frames(0, 80), frames(80, 75));
    const factory = countingDecoder();
    const first = await read(path, factory);
    rmSync(
      join(path, 'events', cacheFiles(path).find((name) => name.startsWith('000002') && name.endsWith('.arrow')) ?? ''),
    );
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(2 * 155);
  });

  it('for what lies in the log of an open tape', async () => {
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), { feed: 'kalshi', source: {}, instruments: [] });
    for (const frame of frames(0, 80)) writer.append(frame);
    await writer.rotate();
    for (const frame of frames(80, 20)) writer.append(frame);
    writer.flush();
    const factory = countingDecoder();
    const open = await read(writer.path, factory);
    await read(writer.path, factory);
    expect(factory.decoded).toBe(200);
    await writer.close();
    expect(await read(writer.path, factory)).toEqual(open);
  });
});

/** Turns bytes of a file around, from a share of its length on. */
function damage(file: string, share: number, length = 3000): void {
  const bytes = readFileSync(file);
  const from = Math.floor(bytes.length * share);
  for (let i = from; i < Math.min(bytes.length, from + length); i++) bytes[i] ^= 0x5a;
  writeFileSync(file, bytes);
}

describe('a cache that is damaged', () => {
  it.each([
    ['noise at its begin', (file: string) => damage(file, 0.1)],
    ['one changed byte', (file: string) => damage(file, 0.7, 1)],
    ['the end cut off', (file: string) => truncateSync(file, 1000)],
  ])('is made anew from the frames: %s', async (_, harm) => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    harm(cacheFile(path, '.arrow'));
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });

  it('late gives no batch twice and none that differs', async () => {
    const path = await tapeOf(bigFrames(), bigFrames(500));
    const factory = countingDecoder();
    const first = await read(path, factory);
    const last = cacheFiles(path).findLast((name) => name.endsWith('.arrow')) as string;
    damage(join(path, 'events', last), 0.9);
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(2000);
    await read(path, factory);
    expect(factory.decoded).toBe(2000);
  });

  it('in its index is made anew: facts of instruments count as much as rows', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    const sidecar = cacheFile(path, '.json');
    writeFileSync(sidecar, readFileSync(sidecar, 'utf8').replace('"kalshi:KXA-0"', '"kalshi:KXB-0"'));
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });

  it('of half-written files of another process is not looked at', async () => {
    const path = await tapeOf(frames());
    const factory = countingDecoder();
    const first = await read(path, factory);
    renameSync(cacheFile(path, '.arrow'), `${cacheFile(path, '.arrow')}.4711.new`);
    expect(await read(path, factory)).toEqual(first);
    expect(factory.decoded).toBe(400);
  });
});

describe('a cache that cannot be written', () => {
  it('is left out', async () => {
    const path = await tapeOf(frames());
    const fromFrames = await read(path, countingDecoder(), false);
    // A file where the folder should be stands for all that the system may refuse; root may write anywhere.
    writeFileSync(join(path, 'events'), '');
    expect(await read(path, countingDecoder())).toEqual(fromFrames);
  });

  it.skipIf(process.getuid?.() === 0)('because its folder is read-only is left out (not as root)', async () => {
    const path = await tapeOf(frames());
    const fromFrames = await read(path, countingDecoder(), false);
    mkdirSync(join(path, 'events'), { mode: 0o555 });
    expect(await read(path, countingDecoder())).toEqual(fromFrames);
    expect(cacheFiles(path)).toEqual([]);
  });
});

describe('frames that are damaged', () => {
  it('are an error from the cache as well', async () => {
    const path = await tapeOf(frames());
    await read(path, countingDecoder());
    damage(join(path, 'frames', '000001.parquet'), 0.5, 1);
    await expect(read(path, countingDecoder())).rejects.toThrow(
      /000001\.parquet: expected sha256 [0-9a-f]{64}, found /,
    );
  });
});

describe('batches', () => {
  it('hold whole frames, from the frames and from the cache', async () => {
    const path = await tapeOf(bigFrames());
    for (const _pass of ['frames', 'cache']) {
      const source = new TapeEvents(await openTape(path), countingDecoder());
      const sizes: number[] = [];
      let lastFrame = -1;
      for await (const batch of source.batches()) {
        expect(batch.frame[0]).toBe(lastFrame + 1);
        lastFrame = batch.frame[batch.count - 1];
        sizes.push(batch.count);
      }
      expect(lastFrame).toBe(499);
      expect(sizes.length).toBeGreaterThan(1);
      expect(sizes.reduce((a, b) => a + b)).toBe(1 + 500 * 181);
    }
  });
});

describe('events that say which order they are about', () => {
  /** Every other row is about an order. */
  function tellingDecoder(): DecoderFactory {
    const { create, ...factory } = countingDecoder();
    const telling = (decoder: Decoder): Decoder => ({
      ...decoder,
      decode(frame, out) {
        const from = out.count;
        decoder.decode(frame, out);
        for (let i = from; i < out.count; i += 2) out.tellOrder(i, 10 + i);
      },
    });
    return { ...factory, tellsOrders: true, create: (facts) => telling(create(facts)) };
  }

  it('keep it in the cache, over several batches', async () => {
    const path = await tapeOf(bigFrames());
    const fromFrames = await read(path, tellingDecoder(), false);
    expect(fromFrames.rows.length).toBeGreaterThan(65_536);
    expect(fromFrames.rows[2].order).toBe(12);
    expect(fromFrames.rows[3].order).toBe(0);
    expect(await read(path, tellingDecoder())).toEqual(fromFrames);
    expect(await read(path, tellingDecoder())).toEqual(fromFrames);
  });

  it('are no burden for feeds that do not: neither column nor bytes', async () => {
    const path = await tapeOf(frames());
    const rows = (await read(path, countingDecoder())).rows.length;
    const plain = readFileSync(cacheFile(path, '.arrow')).length;
    rmSync(join(path, 'events'), { recursive: true });
    await read(path, { ...countingDecoder(), tellsOrders: true });
    expect(readFileSync(cacheFile(path, '.arrow')).length).toBeGreaterThanOrEqual(plain + 4 * rows);
    for await (const batch of new TapeEvents(await openTape(path), countingDecoder(), { cache: false }).batches()) {
      expect(batch.order).toBeUndefined();
      expect(batch.orderOf(0)).toBe(0);
    }
  });
});

describe('an event batch', () => {
  it('keeps the orders that rows are about as it grows, and forgets them', () => {
    const batch = new EventBatch(1);
    for (let i = 0; i < 20; i++) {
      const row = batch.push(0, 0, 0, 0, EventKind.trade, 1, 0, 0);
      if (i % 3 === 1) batch.tellOrder(row, i);
    }
    expect(Array.from({ length: 20 }, (_, i) => batch.orderOf(i))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 3 === 1 ? i : 0)),
    );
    batch.reset();
    for (let i = 0; i < 20; i++) expect(batch.orderOf(batch.push(0, 0, 0, 0, EventKind.trade, 1, 0, 0))).toBe(0);
  });

  it('grows as rows come, and keeps what it has', () => {
    const batch = new EventBatch(1);
    for (let i = 0; i < 100; i++) {
      const row = batch.push(i, 10 * i, 20 * i, i % 3, EventKind.trade, 1, i, i + 1, 4, EventFlag.inferred);
      if (i % 7 === 0) batch.text.set(row, `text ${i}`);
    }
    expect(rowsOf(batch)).toEqual(
      Array.from({ length: 100 }, (_, i) => ({
        frame: i,
        receivedAt: 10 * i,
        exchangeAt: 20 * i,
        instrument: i % 3,
        kind: EventKind.trade,
        side: 1,
        price: i,
        size: i + 1,
        code: 4,
        flags: EventFlag.inferred,
        ...(i % 7 === 0 ? { text: `text ${i}` } : {}),
      })),
    );
    batch.reset();
    expect(rowsOf(batch)).toEqual([]);
    expect(batch.text.size).toBe(0);
  });
});

describe.skipIf(!hasSharedData)('a real recording (skipped without the shared recordings)', () => {
  it('gives the same 41,000 events from its frames and from the cache', async () => {
    const run = join(sharedData, 'kalshi-btc15m-ws', 'rv600_forward_native_shadow_20260513T1808Z');
    const plan = await importKalshiNdjson([run], {});
    const writer = await TapeWriter.create(join(newFolder(), 'tape'), {
      feed: plan.feed,
      source: {},
      instruments: [...plan.instruments],
    });
    for await (const frame of plan.frames()) writer.append(frame);
    await writer.close();
    const first = await read(writer.path, decoderFor({ feed: 'kalshi' }));
    const second = await read(writer.path, decoderFor({ feed: 'kalshi' }));
    expect(first.rows.length).toBeGreaterThan(41_000);
    expect(second.rows.length).toBe(first.rows.length);
    expect(second.rows.every((row, i) => JSON.stringify(row) === JSON.stringify(first.rows[i]))).toBe(true);
    expect(second.instruments).toEqual(first.instruments);
    expect(writer.heldStamps).toBe(0);
  });
});
