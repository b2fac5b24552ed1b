/** Arrival stamps when the machine's clock is set, or the machine sleeps. */
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Direction, type Note } from '../../src/market/frame.ts';
import { parseTime } from '../../src/market/units.ts';
import { ArrivalClock } from '../../src/recorder/clock.ts';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';
import { readAll } from '../support/frames.ts';

const START = '2026-11-21T02:00:00Z';
const HOUR = 3600;

describe('stamps', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'hrtime'], now: new Date(START) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Seconds from START to the stamp. */
  const at = (clock: ArrivalClock) => Number(clock.now() - BigInt(parseTime(START)) * 1000n) / 1e9;
  /** Only the machine's clock: it is set, or time goes by in which the machine sleeps. */
  const setClock = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
  /** Time goes by; what `follow` says meanwhile. */
  const wait = (clock: ArrivalClock, seconds: number): string[] => {
    const said: string[] = [];
    for (let second = 0; second < seconds; second++) {
      vi.advanceTimersByTime(1000);
      const text = clock.follow();
      if (text !== undefined) said.push(text);
    }
    return said;
  };

  it('are the time of the machine, and say nothing, while nobody sets its clock', () => {
    const clock = new ArrivalClock(0n);
    expect(at(clock)).toBe(0);
    expect(wait(clock, 2 * HOUR)).toEqual([]);
    expect(at(clock)).toBe(2 * HOUR);
  });

  it('go on from the time of a clock that was set ahead, or of a machine that slept, and say so', () => {
    const clock = new ArrivalClock(0n);
    wait(clock, 10);
    setClock(8 * HOUR);
    expect(at(clock)).toBe(10);
    expect(wait(clock, 1)).toEqual(["the machine's clock is 28800.0 s ahead of the stamps: they go on from there"]);
    expect(at(clock)).toBe(8 * HOUR + 11);
    expect(wait(clock, 10)).toEqual([]);
    expect(at(clock)).toBe(8 * HOUR + 21);
  });

  it('never step back behind a clock that was set back: they wait for it at half speed, and say from when to when', () => {
    const clock = new ArrivalClock(0n);
    wait(clock, 10);
    setClock(-HOUR);
    const said: string[] = [];
    let before = at(clock);
    for (let second = 0; second < 2 * HOUR; second++) {
      said.push(...wait(clock, 1));
      const now = at(clock);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    expect(said).toEqual([
      "the machine's clock is 3600.0 s behind the stamps: they run at half speed until it has caught up",
      'stamps are the time of the machine again',
    ]);
    wait(clock, HOUR);
    expect(Math.abs(at(clock) - (10 + 2 * HOUR))).toBeLessThan(0.02);
  });

  it('are brought back over small differences unnoticed, by less than a thousandth of the speed of time', () => {
    for (const difference of [0.8, -0.8]) {
      const clock = new ArrivalClock(0n);
      const from = at(clock);
      setClock(difference);
      expect(wait(clock, 60)).toEqual([]);
      expect(Math.abs(at(clock) - from - 60)).toBeLessThan(0.06);
      expect(wait(clock, HOUR)).toEqual([]);
      expect(Math.abs(at(clock) - from - HOUR - 60 - difference)).toBeLessThan(0.02);
    }
  });

  it('of a tape that is gone on with begin behind its last one', () => {
    const clock = new ArrivalClock(BigInt(parseTime(START) + 30_000_000) * 1000n);
    expect(at(clock)).toBe(30);
    expect(wait(clock, 1)[0]).toMatch(/clock is 30\.0 s behind the stamps/);
    wait(clock, 120);
    expect(Math.abs(at(clock) - 121)).toBeLessThan(1);
  });

  it('in time-lapse have nothing to do with the clock of the machine', () => {
    const clock = new ArrivalClock(0n, { from: BigInt(parseTime(START)) * 1000n, speed: 30 });
    expect(at(clock)).toBe(0);
    setClock(HOUR);
    expect(wait(clock, 10)).toEqual([]);
    expect(at(clock)).toBe(300);
  });
});

describe('a recording', () => {
  const folder = temporaryFolder();
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('in which the clock is set ahead and back keeps the order of its stamps, and tells both', async () => {
    let shift = 0;
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => {
      const talking = setInterval(() => socket.send('tick'), 20);
      socket.on('close', () => clearInterval(talking));
      setTimeout(() => {
        shift = HOUR * 1000;
      }, 200);
    });
    const { port } = server.address() as { port: number };
    const tape = join(folder(), 'tape');
    const config = recordConfigSchema.parse({ tape, feed: 'any', url: `ws://127.0.0.1:${port}` });
    const stop = new AbortController();
    const machine = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => machine() + shift);
    const recorder = await Recorder.create(config, (line) => {
      if (line.includes('ahead of the stamps')) shift = 0;
      else if (line.includes('behind the stamps')) setTimeout(() => stop.abort(), 100);
    });
    await recorder.run(stop.signal);
    server.close();
    const frames = await readAll((await openTape(tape)).read());
    const remarks = frames
      .filter(({ direction }) => direction === Direction.note)
      .map(({ payload, receivedAt }) => ({ receivedAt, note: JSON.parse(payload) as Note }))
      .flatMap(({ receivedAt, note }) => (note.note === 'remark' ? [{ receivedAt, text: note.text }] : []));
    expect(remarks.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^the machine's clock is 3[56]\d\d\.\d s ahead of the stamps/),
      expect.stringMatching(/^the machine's clock is 3[56]\d\d\.\d s behind the stamps/),
    ]);
    const stamps = frames.map(({ receivedAt }) => receivedAt);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(remarks[0].receivedAt - frames[0].receivedAt).toBeGreaterThan(HOUR * 1e6 - 1);
  });
});
