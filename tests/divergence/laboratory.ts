/** Replays of one fixture that differ in exactly what a test says; each is made once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSide, type RunSide } from '../../src/divergence/load-side.ts';
import { type Frame, FrameView } from '../../src/market/frame.ts';
import type { ProbedRun } from '../../src/probe/variants.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { fixtures } from '../support/fixtures.ts';

/** Takes across the spread every few seconds, one side after the other, and rests a quote on both sides that it moves with the book. */
const strategy = (isOther: boolean) => `
import { defineStrategy, z } from 'truetape';
export default defineStrategy({
  name: 'laboratory',
  description: 'takes and makes',
  parameters: z.object({ seconds: z.number().default(7), size: z.number().default(10) }),
  create(desk, { seconds, size }) {
    let taken = 0, nextAt = 0, quotes = [], quotedAt = 0;
    return {
      onBook(market) {
        const { book, bookComplete, instrument } = market;
        if (!bookComplete || !Number.isFinite(book.bidPrice) || !Number.isFinite(book.askPrice)) return;
        const amount = size * 10 ** instrument.sizeDecimals;
        if (desk.now >= nextAt) {
          nextAt = desk.now + seconds * 1_000_000;
          const buys = ${isOther ? 'desk.position(instrument.id) <= 0' : 'taken++ % 2 === 0'};
          desk.place({ instrument: instrument.id, side: buys ? 'buy' : 'sell', size: amount });
        }
        if (desk.now < quotedAt + 3_000_000) return;
        quotedAt = desk.now;
        for (const quote of quotes) if (quote.state === 'open' || quote.state === 'pending') desk.cancel(quote);
        const place = (side, price) => desk.place({ instrument: instrument.id, side, price, size: amount, postOnly: true });
        quotes = desk.position(instrument.id) > 0 ? [place('sell', book.askPrice)] : [place('buy', book.bidPrice)];
      },
    };
  },
});`;

export class Laboratory {
  readonly #folder = mkdtempSync(join(tmpdir(), 'truetape-laboratory-'));
  readonly #runs = new Map<string, Promise<RunSide>>();
  readonly strategy = join(this.#folder, 'strategy.ts');
  /** The same but for one line. */
  readonly otherStrategy = join(this.#folder, 'other.ts');

  constructor() {
    writeFileSync(this.strategy, strategy(false));
    writeFileSync(this.otherStrategy, strategy(true));
  }

  /** What every run is made with but for what it changes. */
  request(change: Partial<ProbedRun> = {}): ProbedRun {
    return { tapes: [fixtures.kalshi], strategy: this.strategy, settlements: fixtures.kalshiSettlements, ...change };
  }

  run(change: Partial<ProbedRun> = {}): Promise<RunSide> {
    const name = JSON.stringify(change, (_key, value) => value ?? null);
    const known = this.#runs.get(name);
    if (known) return known;
    const output = join(this.#folder, `run-${this.#runs.size}`);
    const made = replayRun({ ...this.request(change), output }).then(() => loadSide(output));
    this.#runs.set(name, made);
    return made;
  }

  /** The fixture without the frames that `isDropped` says. */
  async tapeWithout(isDropped: (frame: number) => boolean): Promise<string> {
    const tape = await openTape(fixtures.kalshi);
    const { feed, source, instruments } = tape.header;
    const path = join(this.#folder, 'thinned');
    const writer = await TapeWriter.create(path, { feed, source, instruments });
    const view = new FrameView();
    for await (const batch of tape.read()) {
      for (let i = 0; i < batch.count; i++) {
        const { sequence, receivedAt, connection, direction, binary } = view.at(batch, i);
        if (isDropped(sequence)) continue;
        const frame: Frame = {
          receivedAt: BigInt(receivedAt) * 1000n,
          connection,
          direction,
          binary,
          payload: view.payload().slice(),
        };
        writer.append(frame);
      }
    }
    await writer.close();
    return path;
  }

  /** Measured requests, all as fast as the usual setting, but for one that the venue was too busy to take in. */
  overloadedAt(at: number): string {
    const file = join(this.#folder, 'requests.csv');
    const trip = (request: number, venue: number) => `place,${request},${venue},${request + 100_000}`;
    const rows = [at - 2_000_000, at + 2_000_000].map((time) => trip(time, time + 50_000));
    const cancel = `cancel,${at},${at + 50_000},${at + 100_000}`;
    writeFileSync(file, ['kind,request,venue,response', rows[0], trip(at, 0), rows[1], cancel].join('\n'));
    return file;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
