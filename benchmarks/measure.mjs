/** One measurement in a process of its own: `measure.mjs <tape> <job> [argument..]`; prints one number. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../dist/engine/engine.js';
import { decoderFor, openTape, parseMoney, TapeEvents } from '../dist/index.js';
import { InstrumentList } from '../dist/market/instrument.js';
import { replay } from '../dist/replay/replay.js';
import { loadStrategy } from '../dist/run/load-strategy.js';
import { queueModel } from '../dist/run/queue.js';
import { SimulatedExchange } from '../dist/sim/exchange.js';
import { constantLatency } from '../dist/sim/models/latency.js';
import { rulesByVenue } from '../dist/sim/venues/index.js';
import { JournalWriter } from '../dist/tape/journal-file.js';

/** A tape's events from the cache, again and again, each time later, until there are enough. */
class RepeatedEvents extends TapeEvents {
  #tape;
  #enough;

  constructor(tape, enough) {
    super(tape, decoderFor(tape.header));
    this.#tape = tape;
    this.#enough = enough;
  }

  async *batches() {
    const { from, to } = this.#tape.span;
    let given = 0;
    for (let shift = 0; given < this.#enough; shift += to - from + 1_000_000) {
      for await (const batch of super.batches()) {
        if (shift > 0) for (let i = 0; i < batch.count; i++) batch.receivedAt[i] += shift;
        given += batch.count;
        yield batch;
        if (given >= this.#enough) return;
      }
    }
  }
}

const [tapePath, job, argument, queue = 'prints-only'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'truetape-bench-'));
try {
  process.stdout.write(String(await { decode, replay: replaySpeed, memory }[job]()));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Frames a second from Parquet to events, hashes checked, no cache. */
async function decode() {
  const tape = await openTape(tapePath);
  const started = performance.now();
  const events = new TapeEvents(tape, decoderFor(tape.header), { cache: false });
  for await (const batch of events.batches()) if (batch.count < 0) throw new Error('never');
  return tape.frames / ((performance.now() - started) / 1000);
}

/** Events a second from the cache through engine, exchange, strategy and journal. */
async function replaySpeed() {
  const tape = await openTape(tapePath);
  await fillCache(tape);
  const { events, seconds } = await play(tape, argument, 20_000_000);
  return events / seconds;
}

/** Peak memory of the whole process, MB, after that many events. */
async function memory() {
  const tape = await openTape(tapePath);
  await play(tape, 'spread_capture', Number(argument));
  return process.resourceUsage().maxRSS / 1000;
}

async function fillCache(tape) {
  for await (const batch of new TapeEvents(tape, decoderFor(tape.header)).batches()) if (batch.count < 0) return;
}

async function play(tape, strategyName, events) {
  const { definition } = await loadStrategy(strategyName);
  const parameters = definition.parameters.parse(
    tape.header.feed === 'binance' ? { size: 0.001, maxInventory: 0.01 } : {},
  );
  const instruments = new InstrumentList();
  const cash = parseMoney('1000000');
  const venue = new SimulatedExchange({
    instruments,
    cash,
    latency: constantLatency(50_000, 50_000),
    queue: queueModel(queue),
    fillRule: 'prints',
    rules: rulesByVenue({ kalshiAccount: 'direct' }),
  });
  const journal = new JournalWriter(join(folder, 'run'));
  const engine = new Engine({ instruments, strategy: definition, parameters, venue, journal, cash, seed: '1' });
  const source = new RepeatedEvents(tape, events);
  const started = performance.now();
  const played = await replay(engine, [{ events: source, endsAt: 0 }], instruments);
  const seconds = (performance.now() - started) / 1000;
  await journal.finish();
  return { events: played.events, seconds };
}
