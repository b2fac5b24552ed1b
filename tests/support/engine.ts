/** An engine on a simulated exchange, with a strategy written where it is tested. */
import { Engine, type EngineOptions } from '../../src/engine/engine.ts';
import type { EventBatch } from '../../src/market/event.ts';
import { type Instrument, InstrumentList } from '../../src/market/instrument.ts';
import type { Desk, Strategy, StrategyDefinition } from '../../src/market/strategy.ts';
import { parseMoney } from '../../src/market/units.ts';
import type { FeeModel, LatencyModel, Venue } from '../../src/market/venue.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { noFees } from '../../src/sim/models/fees.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { contract } from './instruments.ts';
import { MemoryJournal } from './journal.ts';

export interface TestEngineOptions extends Partial<Pick<EngineOptions, 'startAt' | 'equityEvery' | 'seed' | 'risk'>> {
  readonly instruments?: readonly Instrument[];
  /** In dollars; default 1000. */
  readonly cash?: string;
  readonly latency?: LatencyModel;
  readonly fees?: FeeModel;
  /** Instead of a simulated exchange. */
  readonly venue?: Venue;
}

export class TestEngine {
  readonly engine: Engine;
  readonly exchange: SimulatedExchange;
  readonly journal = new MemoryJournal();

  constructor(create: (desk: Desk) => Strategy, options: TestEngineOptions = {}) {
    const instruments = new InstrumentList();
    for (const instrument of options.instruments ?? [contract()]) instruments.add(instrument);
    const cash = parseMoney(options.cash ?? '1000');
    this.exchange = new SimulatedExchange({
      instruments,
      cash,
      latency: options.latency ?? constantLatency(0, 0),
      queue: printsOnly,
      fillRule: 'prints',
      rules: ({ venue }) => ({ ...otherVenue, resumeCancels: venue === 'kalshi', fees: options.fees ?? noFees }),
    });
    this.engine = new Engine({
      instruments,
      strategy: { name: 'test', description: '', create } as unknown as StrategyDefinition,
      parameters: {},
      venue: options.venue ?? this.exchange,
      journal: this.journal,
      cash,
      seed: options.seed ?? 'seed',
      startAt: options.startAt,
      equityEvery: options.equityEvery,
      risk: options.risk,
    });
  }

  /** Plays the batches; ends the run at `endsAt` unless that is left out. */
  play(batches: EventBatch | Iterable<EventBatch>, endsAt?: number): this {
    for (const batch of Symbol.iterator in batches ? batches : [batches]) this.engine.advance(batch);
    if (endsAt !== undefined) this.engine.finish(endsAt);
    return this;
  }
}
