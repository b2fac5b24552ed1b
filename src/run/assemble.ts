/** The parts of a run, joined: the same for a replay and on paper, so that both do the same with the same frames. */
import { z } from 'zod';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { finestTick, type Instrument, InstrumentList } from '../market/instrument.ts';
import type { Journal } from '../market/journal.ts';
import type { MarketView } from '../market/market.ts';
import { formatDecimal, MICROS_PER_SECOND, type Price, parseMoney } from '../market/units.ts';
import type { QueueModel } from '../market/venue.ts';
import { SimulatedExchange } from '../sim/exchange.ts';
import { almgrenImpact, type ImpactModel, squareRootImpact } from '../sim/models/impact.ts';
import { rulesByVenue } from '../sim/venues/index.ts';
import { JournalWriter, journalTables } from '../tape/journal-file.ts';
import { RUN_FORMAT, type RunManifest, writeRun } from '../tape/run-file.ts';
import { VERSION } from '../tape/version.ts';
import { firstIssue, type RunConfig, type RunConfigInput, runConfigSchema } from './config.ts';
import { latencyOf, type RunLatency } from './latency.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import { queueModel } from './queue.ts';
import { type Scale, scaledFees, scaledLatency } from './scale.ts';

export interface RunRequest {
  /** Name of a shipped strategy, or path of a strategy file. */
  readonly strategy: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly config?: RunConfigInput;
}

/** What is to run, loaded and checked. */
export interface RunSettings {
  readonly strategy: LoadedStrategy;
  readonly parameters: unknown;
  readonly config: RunConfig;
  readonly latency: RunLatency;
}

export async function settingsOf(request: RunRequest): Promise<RunSettings> {
  const strategy = await loadStrategy(request.strategy);
  const parameters = checkParameters(strategy, request.parameters ?? {});
  const config = checkConfig(request.config ?? {});
  return { strategy, parameters, config, latency: await latencyOf(config.latency, config.seed) };
}

export interface AssemblyOptions extends Pick<EngineOptions, 'startAt' | 'onAsk' | 'strategyErrors'> {
  /** Folder of the journal. */
  readonly folder: string;
  /** Latency and fees turned up or off; for `truetape probe` and `report --auto`. */
  readonly scale?: Scale;
  /** Write the journal as JSON lines too. */
  readonly jsonl?: boolean;
  /** Sees every row before it is written. */
  readonly watch?: Journal;
}

/** What only the driver knows of a run that has ended. */
export type RunFacts = Pick<RunManifest, 'mode' | 'tapes' | 'settlements' | 'ownOrders' | 'from' | 'to' | 'events'>;

/** Engine, simulated exchange and journal of one run. */
export class Assembly {
  readonly engine: Engine;
  readonly instruments = new InstrumentList();
  readonly #settings: RunSettings;
  readonly #folder: string;
  readonly #jsonl: boolean | undefined;
  readonly #journal: JournalWriter;
  readonly #queue: QueueModel;
  readonly #rules: ReturnType<typeof rulesByVenue>;

  constructor(settings: RunSettings, options: AssemblyOptions) {
    const { strategy, parameters, config, latency } = settings;
    const { folder, scale, watch, jsonl } = options;
    this.#settings = settings;
    this.#folder = folder;
    this.#jsonl = jsonl;
    this.#journal = new JournalWriter(folder, { jsonl });
    this.#queue = queueModel(config.queue);
    this.#rules = rulesByVenue(config);
    const cash = parseMoney(config.cash);
    const venue = new SimulatedExchange({
      instruments: this.instruments,
      cash,
      latency: scaledLatency(latency.model, scale),
      queue: this.#queue,
      fillRule: config.fills,
      rules: (instrument) => scaledFees(this.#rules(instrument), scale?.fees),
      barShare: config.barShare,
      impact: impactOf(config.impact),
    });
    this.engine = new Engine({
      instruments: this.instruments,
      strategy: strategy.definition,
      parameters,
      venue,
      journal: watch ? watched(this.#journal, watch) : this.#journal,
      cash,
      costBasis: config.costBasis,
      mark: config.mark,
      seed: config.seed,
      equityEvery: config.equityEverySeconds * MICROS_PER_SECOND,
      risk: config.risk,
      startAt: options.startAt,
      onAsk: options.onAsk,
      strategyErrors: options.strategyErrors,
      located: strategy.located,
    });
  }

  /** After the engine's `finish`: closes the journal and writes the manifest. */
  async finish(facts: RunFacts): Promise<RunManifest> {
    const { strategy, parameters, config, latency } = this.#settings;
    const { followed } = this.engine.desk;
    const digest = await this.#journal.finish();
    const manifest: RunManifest = {
      format: RUN_FORMAT,
      createdBy: `truetape ${VERSION}`,
      mode: facts.mode,
      strategy: {
        name: strategy.definition.name,
        description: strategy.definition.description,
        codeSha256: strategy.codeSha256,
      },
      parameters: parameters as Record<string, unknown>,
      config: {
        ...config,
        latency: latency.settings,
        queue: this.#queue.name,
        fees: feeNames(
          followed.map(({ instrument }) => instrument),
          this.#rules,
        ),
      },
      settings: config,
      seed: config.seed,
      tapes: facts.tapes,
      settlements: facts.settlements,
      ownOrders: facts.ownOrders,
      latency: latency.file && { name: latency.file.name, sha256: latency.file.sha256 },
      from: facts.from,
      to: facts.to,
      events: facts.events,
      instruments: followed.map(describeMarket),
      rows: Object.fromEntries(journalTables.map((table) => [table, this.#journal.rows[table]])),
      jsonl: this.#jsonl || undefined,
      digest,
    };
    await writeRun(this.#folder, manifest);
    return manifest;
  }
}

function watched(journal: Journal, watch: Journal): Journal {
  return {
    write(table, row) {
      watch.write(table, row);
      journal.write(table, row);
    },
  };
}

export function checkParameters({ definition }: LoadedStrategy, given: Readonly<Record<string, unknown>>): unknown {
  const schema = definition.parameters;
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  const parsed = strict.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`strategy ${definition.name}: ${firstIssue(parsed.error, schema, given)}`);
}

function checkConfig(given: RunConfigInput): RunConfig {
  const parsed = runConfigSchema.safeParse(given);
  if (!parsed.success) throw new Error(`run settings: ${firstIssue(parsed.error, runConfigSchema, given)}`);
  return parsed.data;
}

function describeMarket({ instrument, closesAt, payout }: MarketView): RunManifest['instruments'][number] {
  const { id, kind, currency, priceDecimals, sizeDecimals, multiplier, inverse, group, title } = instrument;
  const text = (price: Price) => formatDecimal(price, priceDecimals);
  return {
    ...{ id, kind, currency, priceDecimals, sizeDecimals, multiplier, inverse, group, title },
    tick: text(finestTick(instrument)),
    ticks:
      instrument.ticks.length > 1
        ? instrument.ticks.map(({ from, to, step }) => ({ from: text(from), to: text(to), step: text(step) }))
        : undefined,
    closesAt: Number.isFinite(closesAt) ? closesAt : undefined,
    payout: Number.isNaN(payout) ? undefined : formatDecimal(payout, priceDecimals),
  };
}

function impactOf({ model, ...facts }: RunConfig['impact']): ImpactModel | undefined {
  if (model === 'none') return undefined;
  return model === 'square_root' ? squareRootImpact(facts) : almgrenImpact(facts);
}

function feeNames(instruments: readonly Instrument[], rules: ReturnType<typeof rulesByVenue>): Record<string, string> {
  const names: Record<string, string> = {};
  for (const venue of [...new Set(instruments.map((instrument) => instrument.venue))].sort()) {
    const models = instruments.filter((instrument) => instrument.venue === venue).map((one) => rules(one).fees.name);
    names[venue] = [...new Set(models)].sort().join('; ');
  }
  return names;
}
