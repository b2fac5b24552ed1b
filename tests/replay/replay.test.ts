import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { EventBatch, EventKind, LifecycleCode, Side } from '../../src/market/event.ts';
import type { EventSource } from '../../src/market/frame.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { Pace } from '../../src/replay/pace.ts';
import { replay } from '../../src/replay/replay.ts';
import { contract } from '../support/instruments.ts';

/** A tape of trades, each frame `[arrival, rows]`, in batches of `batchFrames` frames. */
function source(symbol: string, frames: readonly (readonly [number, number])[], batchFrames = 2): EventSource {
  const instruments = [contract({ id: `test:${symbol}`, symbol })];
  return {
    instruments,
    async *batches() {
      for (let from = 0; from < frames.length; from += batchFrames) {
        const batch = new EventBatch();
        for (const [i, [at, rows]] of frames.slice(from, from + batchFrames).entries()) {
          for (let row = 0; row < rows; row++) {
            batch.push(from + i, at, 0, 0, EventKind.lifecycle, Side.none, 0, row, LifecycleCode.listed);
          }
        }
        yield batch;
      }
    },
  };
}

/** Stands in for the engine: writes down what it is given. */
class Witness {
  readonly seen: string[] = [];
  readonly calls: number[] = [];
  readonly instruments: InstrumentList;
  finishedAt = 0;

  constructor(instruments: InstrumentList) {
    this.instruments = instruments;
  }

  advance(batch: EventBatch, from: number, to: number): void {
    this.calls.push(to - from);
    for (let i = from; i < to; i++) {
      const { symbol } = this.instruments.all[batch.instrument[i]];
      this.seen.push(`${batch.receivedAt[i]} ${symbol}${batch.tape} #${batch.frame[i]}.${batch.size[i]}`);
    }
  }

  finish(time: number): void {
    this.finishedAt = time;
  }
}

async function play(sources: readonly EventSource[], options = {}): Promise<Witness> {
  const instruments = new InstrumentList();
  const witness = new Witness(instruments);
  const ends = sources.map((events) => ({ events, endsAt: 100 }));
  await replay(witness as unknown as Engine, ends, instruments, options);
  return witness;
}

const a = () =>
  source('A', [
    [1, 1],
    [3, 2],
    [3, 1],
    [7, 1],
  ]);
const b = () =>
  source('B', [
    [2, 1],
    [3, 1],
    [8, 1],
  ]);

describe('tapes merge', () => {
  it('by arrival, then by position of the tape, then by order on it', async () => {
    expect((await play([a(), b()])).seen).toEqual([
      '1 A0 #0.0',
      '2 B1 #0.0',
      '3 A0 #1.0',
      '3 A0 #1.1',
      '3 A0 #2.0',
      '3 B1 #1.0',
      '7 A0 #3.0',
      '8 B1 #2.0',
    ]);
    expect((await play([b(), a()])).seen.slice(1, 4)).toEqual(['2 B0 #0.0', '3 B0 #1.0', '3 A1 #1.0']);
  });

  it('with the same instrument on both under one number', async () => {
    const witness = await play([a(), source('A', [[2, 1]])]);
    expect(witness.instruments.all).toHaveLength(1);
  });

  it('in runs as long as the order allows, and never split a frame', async () => {
    expect((await play([a()])).calls).toEqual([3, 2]);
    expect((await play([a()], { batchRows: 1 })).calls).toEqual([1, 2, 1, 1]);
  });
});

describe('a replay', () => {
  it('stops after `until`, and ends there', async () => {
    const witness = await play([a(), b()], { until: 3 });
    expect(witness.seen.at(-1)).toBe('3 B1 #1.0');
    expect(witness.finishedAt).toBe(3);
  });

  it('ends at the last frame of the tapes, events or not', async () => {
    expect((await play([a()])).finishedAt).toBe(100);
  });

  it('can be stopped', async () => {
    await expect(play([a()], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('at a speed hands over the same frames in the same order', async () => {
    expect((await play([a(), b()], { speed: 0.001 })).seen).toEqual((await play([a(), b()])).seen);
  });
});

describe('the pace', () => {
  it('of nothing, or backwards, is refused', () => {
    for (const speed of [0, -5, Number.NaN]) expect(() => new Pace(speed)).toThrow(/must be a number above 0/);
  });

  it('waits months, and can be stopped meanwhile', async () => {
    const stop = new AbortController();
    const pace = new Pace(1);
    await pace.reach(0);
    let isDue = false;
    const due = pace.reach(90 * 86_400 * 1_000_000, stop.signal).then(() => {
      isDue = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isDue).toBe(false);
    stop.abort();
    await due;
  });
});
