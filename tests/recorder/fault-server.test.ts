/**
 * Drawn faults, one kind at a time and all together: whatever the venue or the network does, the tape has every message
 * that was delivered, once, in order, byte for byte; it says where messages are missing; and the books heal.
 */
import dns from 'node:dns';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { Direction, FrameView, type Note } from '../../src/market/frame.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { openTape } from '../../src/tape/tape.ts';
import type { FaultConnection } from '../support/fault-connection.ts';
import { type Fault, FaultServer, faults } from '../support/fault-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Observer } from '../support/kalshi-venue.ts';

const folder = temporaryFolder();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) await close();
});

const { seed } = fc.readConfigureGlobal();
/** Each of them costs time: a watchdog's, or that of 16 MB. */
const counts: Partial<Record<Fault, number>> = { large: 2, 'half-open': 2 };

it.each(faults)('%s', async (fault) => {
  await endure(fault, [fault], counts[fault] ?? 6);
});

it.each([0, 1])('all of them (%#)', async (round) => {
  await endure(`everything ${round}`, faults, 40);
});

interface TapeFrame {
  readonly direction: Direction;
  readonly connection: number;
  readonly binary: boolean;
  readonly payload: Buffer;
}

async function endure(name: string, kinds: readonly Fault[], count: number): Promise<void> {
  const server = await FaultServer.start(`${seed} ${name}`);
  closers.push(() => server.close());
  vi.spyOn(dns, 'lookup').mockImplementation(server.lookup);
  const tape = join(folder(), 'tape');
  const config = recordConfigSchema.parse({
    tape,
    feed: 'kalshi',
    url: server.url,
    channels: ['orderbook_delta', 'trade'],
    markets: server.walk.tickers,
    staleSeconds: 0.5,
    reconnect: { firstSeconds: 0.01, mostSeconds: 0.05 },
  });
  const stop = new AbortController();
  const recording = (await Recorder.create(config)).run(stop.signal);
  await Promise.race([server.run(kinds, count), recording]).finally(() => stop.abort());
  await recording;

  const observer = new Observer();
  const frames = await read(tape, observer);
  const where = `seed ${seed}, ${name}`;
  const lost = server.connections.reduce((sum, connection, i) => {
    const own = frames.filter((frame) => frame.connection === i + 1);
    expectDelivered(own, connection, `${where}, connection ${i + 1}`);
    expectSaid(own, `${where}, connection ${i + 1}`);
    return sum + connection.withheld + connection.frames.length - own.filter(isInbound).length;
  }, 0);
  expect(Math.max(...frames.map(({ connection }) => connection)), where).toBe(server.connections.length);
  for (const ticker of server.walk.tickers) expect(observer.book(ticker), where).toEqual(server.walk.book(ticker));

  const notes = new Map<string, number>();
  for (const frame of frames) {
    const note = noteOf(frame)?.note;
    if (note) notes.set(note, (notes.get(note) ?? 0) + 1);
  }
  expect(notes.has('remark'), `${where}: refused attempts are told`).toBe(server.refused > 0);
  const sent = server.connections.reduce((sum, connection) => sum + connection.frames.length, 0);
  const said = [...notes].map(([note, times]) => `${times} ${note}`).join(', ');
  console.log(
    `${name} (seed ${seed}): ${sent} frames sent, ${lost} never delivered, ${server.unheard} changes while away, ` +
      `${server.refused} attempts refused; notes: ${said}`,
  );
}

async function read(path: string, observer: Observer): Promise<TapeFrame[]> {
  const frames: TapeFrame[] = [];
  const view = new FrameView();
  for await (const batch of (await openTape(path)).read()) {
    for (let i = 0; i < batch.count; i++) {
      const { direction, connection, binary } = view.at(batch, i);
      frames.push({ direction, connection, binary, payload: Buffer.from(view.payload()) });
      // The end of the recording puts every book in doubt.
      if (!isStop(frames[frames.length - 1])) observer.see(view);
    }
  }
  return frames;
}

const isInbound = ({ direction }: TapeFrame) => direction === Direction.in;

function noteOf(frame: TapeFrame | undefined): Note | undefined {
  return frame?.direction === Direction.note ? (JSON.parse(frame.payload.toString()) as Note) : undefined;
}

function isStop(frame: TapeFrame): boolean {
  const note = noteOf(frame);
  return note?.note === 'disconnected' && note.reason === 'stopped by us';
}

/** All that was delivered, and nothing else but what was on its way in a connection that was cut. */
function expectDelivered(own: readonly TapeFrame[], { frames }: FaultConnection, where: string): void {
  const inbound = own.filter(isInbound);
  const delivered = frames.filter((frame) => frame.delivered).length;
  expect(inbound.length, where).toBeGreaterThanOrEqual(delivered);
  expect(inbound.length, where).toBeLessThanOrEqual(frames.length);
  const wrong = inbound.findIndex(({ payload }, i) => !payload.equals(frames[i].payload));
  expect(wrong, `${where}: first frame that is not as it was sent`).toBe(-1);
}

/** A hole is noted behind each message before which something is missing, and nowhere else; the end is noted. */
function expectSaid(own: readonly TapeFrame[], where: string): void {
  expect([noteOf(own[0])?.note, noteOf(own.at(-1))?.note], where).toEqual(['connected', 'disconnected']);
  const last = new Map<number, number>();
  for (const [i, frame] of own.entries()) {
    const message = messageOf(frame);
    if (frame.direction === Direction.out && message.cmd === 'unsubscribe') last.delete(message.params.sids[0]);
    if (!isInbound(frame)) continue;
    const { type, sid, seq, msg } = message;
    if (type === 'subscribed') last.set(msg.sid, 0);
    const before = last.get(sid);
    const isHole = before !== undefined && (type === 'error' || seq !== before + 1);
    if (type === 'error') last.delete(sid);
    else if (before !== undefined) last.set(sid, seq);
    expect(noteOf(own[i + 1])?.note === 'hole', `${where}: a hole before ${frame.payload.subarray(0, 200)}`).toBe(
      isHole,
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any message of the venue or of ours, or none
function messageOf({ payload }: TapeFrame): any {
  try {
    return JSON.parse(payload.toString()) ?? {};
  } catch {
    return {};
  }
}
