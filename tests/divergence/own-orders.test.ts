/**
 * A bot that trades live is in the market that it records. Here one is: its orders are added to a recorded session, and taken out
 * again with what its broker tells. Whoever is replayed on that must trade as on the session without it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SideOrder } from '../../src/divergence/side.ts';
import { decoderFor } from '../../src/feeds/index.ts';
import { EventBatch, EventKind } from '../../src/market/event.ts';
import type { EventSource } from '../../src/market/frame.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { formatTime } from '../../src/market/units.ts';
import { replay } from '../../src/replay/replay.ts';
import { readBrokerFile } from '../../src/run/broker-file.ts';
import { OwnOrders } from '../../src/run/own-orders.ts';
import { spreadCapture } from '../../src/strategies/spread-capture.ts';
import { TapeEvents } from '../../src/tape/events.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TestEngine } from '../support/engine.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Laboratory } from './laboratory.ts';

const laboratory = new Laboratory();
afterAll(() => laboratory.close());
const folder = temporaryFolder();

async function session(): Promise<{ source: EventSource; whole: EventBatch; from: number; to: number }> {
  const tape = await openTape(fixtures.kalshi);
  const events = new TapeEvents(tape, decoderFor(tape.header));
  const whole = new EventBatch();
  for await (const batch of events.batches()) whole.append(batch, 0, batch.count);
  const { from, to } = tape.span ?? { from: 0, to: 0 };
  return { source: sourceOf(events, () => whole), whole, from, to };
}

function sourceOf({ instruments }: Pick<EventSource, 'instruments'>, batch: () => EventBatch): EventSource {
  return {
    instruments,
    async *batches() {
      const copy = new EventBatch();
      copy.append(batch(), 0, batch().count);
      yield copy;
    },
  };
}

/** In the units of Kalshi: four decimals of price, two of size. */
const priceOf = (units: bigint) => Number(units / 10_000n);
const sizeOf = (units: bigint) => Number(units / 1_000_000n);

interface Moment {
  readonly at: number;
  readonly instrument: string;
  readonly kind: 'level' | 'print';
  readonly side: 1 | -1;
  readonly price: number;
  readonly size: number;
}

function momentsOf({
  instrument,
  direction: side,
  limit,
  size,
  arrivedAt,
  leftAt,
  fills,
  isRejected,
}: SideOrder): Moment[] {
  if (arrivedAt === null || isRejected) return [];
  const moments: Moment[] = [];
  const add = (kind: Moment['kind'], at: number, price: number, change: number) =>
    moments.push({ at, instrument, kind, side, price, size: change });
  const taken = fills.filter(({ liquidity }) => liquidity === 'taker');
  for (const fill of taken) add('print', fill.at, priceOf(fill.price), sizeOf(fill.size));
  let rests = taken.reduce((rest, fill) => rest - sizeOf(fill.size), sizeOf(size));
  if (limit === null || rests === 0) return moments;
  add('level', arrivedAt, priceOf(limit), rests);
  for (const fill of fills.filter(({ liquidity }) => liquidity === 'maker')) {
    add('level', fill.at, priceOf(limit), -sizeOf(fill.size));
    rests -= sizeOf(fill.size);
  }
  if (rests > 0) add('level', leftAt ?? Number.POSITIVE_INFINITY, priceOf(limit), -rests);
  return moments;
}

/** The session with us in it: our size in every level, frames that tell of its changes, and our prints. */
function withOurs(
  whole: EventBatch,
  instruments: EventSource['instruments'],
  orders: readonly SideOrder[],
): EventBatch {
  const moments = orders.flatMap(momentsOf).sort((a, b) => a.at - b.at);
  const numbers = new Map(instruments.map(({ id }, i) => [id, i]));
  const theirs = new Map<string, number>();
  const ours = new Map<string, number>();
  const key = (instrument: number, side: number, price: number) => `${instrument} ${side} ${price}`;
  const out = new EventBatch();
  let frame = 0;
  const happen = ({ at, instrument, kind, side, price, size }: Moment) => {
    const index = numbers.get(instrument) ?? -1;
    const level = key(index, side, price);
    frame++;
    if (kind === 'print') out.push(frame, at, at, index, EventKind.trade, side, price, size);
    else {
      ours.set(level, (ours.get(level) ?? 0) + size);
      const shown = (theirs.get(level) ?? 0) + (ours.get(level) ?? 0);
      out.push(frame, at, at, index, EventKind.bookLevel, side, price, shown);
    }
  };
  for (let i = 0; i < whole.count; ) {
    while (moments.length > 0 && moments[0].at < whole.receivedAt[i]) happen(moments.shift() as Moment);
    frame++;
    const end = whole.frameEnd(i, whole.count);
    const cleared = new Set<number>();
    const first = out.count;
    for (; i < end; i++) {
      const index = whole.instrument[i];
      out.append(whole, i, i + 1);
      if (whole.kind[i] === EventKind.bookClear) cleared.add(index);
      if (whole.kind[i] !== EventKind.bookLevel) continue;
      const level = key(index, whole.side[i], whole.price[i]);
      theirs.set(level, whole.size[i]);
      out.size[out.count - 1] += ours.get(level) ?? 0;
    }
    out.frame.fill(frame, first, out.count);
    if (cleared.size > 0 && [...ours.values()].some((size) => size > 0)) throw new Error('a snapshot while ours rest');
  }
  return out;
}

/** What a market maker gets of it: each fill, and how much was ahead of each of its orders. */
async function traded(source: EventSource, to: number): Promise<{ fills: string[]; ahead: string[] }> {
  const parameters = spreadCapture.parameters.parse({ requoteMs: 500 });
  const run = new TestEngine((desk) => spreadCapture.create(desk, parameters), { instruments: source.instruments });
  await replay(run.engine, [{ events: source, endsAt: to }], new InstrumentList());
  const fills = run.journal.rows('fills').map((row) => [row.time, row.side, row.price, row.size, row.liquidity].join());
  const orders = run.journal.rows('orders').map((row) => [row.time, row.step, row.price, row.queueAhead].join());
  return { fills, ahead: orders };
}

async function brokerFile(orders: readonly SideOrder[], late: number): Promise<string> {
  const decimal = (units: bigint | null) => (units === null ? '' : String(Number(units) / 1e8));
  const time = (at: number | null) => (at === null ? '' : formatTime(at + late));
  const rows = orders.flatMap((order) => {
    const { id, instrument, direction, decidedAt, size, limit, arrivedAt, leftAt, reason, fills } = order;
    const side = direction > 0 ? 'buy' : 'sell';
    const own = [id, instrument, side, formatTime(decidedAt), decimal(size), decimal(limit)];
    const facts = [...own, order.isRejected ? '' : time(arrivedAt), time(leftAt), fills.length === 0 ? reason : ''];
    if (fills.length === 0) return [[...facts, '', '', '', '']];
    return fills.map((fill) => [...facts, decimal(fill.size), decimal(fill.price), time(fill.at), fill.liquidity]);
  });
  const file = join(folder(), 'broker.csv');
  const head = 'order,instrument,side,placed,size,limit,arrived,ended,reason,filled,price,time,liquidity';
  writeFileSync(file, [head, ...rows.map((row) => row.join())].join('\n'));
  return file;
}

describe('a market that was recorded with us in it', () => {
  it.each([0, 40_000])(
    'is the one without us once our orders are taken out, told %i µs late',
    async (late) => {
      const { source, whole, from, to } = await session();
      const { orders } = (await laboratory.run({ parameters: { seconds: 3 } })).side;
      const original = await traded(source, to);
      expect(original.fills.length).toBeGreaterThan(20);

      const recorded = withOurs(whole, source.instruments, orders);
      const again = () => sourceOf(source, () => recorded);
      expect(await traded(again(), to)).not.toEqual(original);

      const own = new OwnOrders(await readBrokerFile(await brokerFile(orders, late)));
      const { events } = await own.takeOut({ events: again(), again, endsAt: to }, from);
      expect(await traded(events, to)).toEqual(original);
      expect(own.facts).toMatchObject({ clamps: 0, untraced: 0, unprinted: 0, unknown: 0 });
      expect(own.facts?.orders).toBeGreaterThan(50);
      expect(own.facts?.prints).toBeGreaterThan(50);
    },
    60_000,
  );
});
