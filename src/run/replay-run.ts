import { z } from 'zod';
import { Engine } from '../engine/engine.ts';
import { decoderFor } from '../feeds/index.ts';
import { type Instrument, InstrumentList } from '../market/instrument.ts';
import { MICROS_PER_SECOND, type Micros, parseMoney } from '../market/units.ts';
import { replay } from '../replay/replay.ts';
import { SimulatedExchange } from '../sim/exchange.ts';
import { almgrenImpact, type ImpactModel, squareRootImpact } from '../sim/models/impact.ts';
import { rulesByVenue } from '../sim/venues/index.ts';
import { TapeEvents } from '../tape/events.ts';
import { JournalWriter, journalTables } from '../tape/journal-file.ts';
import { RUN_FORMAT, type RunManifest, writeRun } from '../tape/run-file.ts';
import type { Tape } from '../tape/tape.ts';
import { VERSION } from '../tape/version.ts';
import { firstIssue, type RunConfig, type RunConfigInput, runConfigSchema } from './config.ts';
import { latencyOf } from './latency.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import { queueModel } from './queue.ts';
import { writeRunFolder } from './run-folder.ts';
import { type Scale, scaledFees, scaledLatency } from './scale.ts';
import { readSettlements, settlementSource } from './settlements.ts';
import { type Recording, seenByBoth } from './sources.ts';
import { checkPart, describeTape, instrumentOn, openTapes, spanOf } from './tapes.ts';

export interface ReplayRunOptions {
  /** Folders of tapes; several merge by arrival. */
  readonly tapes: readonly string[];
  /** Name of a shipped strategy, or path of a strategy file. */
  readonly strategy: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly config?: RunConfigInput;
  /** Folder for the run. */
  readonly output: string;
  /** Replace the run that is in the folder, once the new one is whole. */
  readonly force?: boolean;
  /** Part of the tapes to trade, microseconds. Markets are kept up to date before `from`. */
  readonly from?: Micros;
  readonly to?: Micros;
  readonly speed?: number;
  /** CSV of outcomes, for tapes that do not tell them. */
  readonly settlements?: string;
  /** Use and write the cache of decoded events. Default true. */
  readonly cache?: boolean;
  /** Rows handed over at a time; results never depend on it. */
  readonly batchRows?: number;
  /** Latency and fees times so much; for `truetape probe`. */
  readonly scale?: Scale;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Replays tapes through a strategy and the simulated exchange; writes journal and manifest into `output`. */
export async function replayRun(options: ReplayRunOptions): Promise<RunManifest> {
  const strategy = await loadStrategy(options.strategy);
  const parameters = checkParameters(strategy, options.parameters ?? {});
  const config = checkConfig(options.config ?? {});
  const tapes = await openTapes(options.tapes);
  const span = spanOf(tapes);
  checkPart(span, options);
  const settlements = options.settlements === undefined ? undefined : await readSettlements(options.settlements);
  const latency = await latencyOf(config.latency, config.seed);
  return writeRunFolder(options.output, options.force ?? false, async (folder) => {
    const instruments = new InstrumentList();
    const decoded = (tape: Tape) => new TapeEvents(tape, decoderFor(tape.header), { cache: options.cache ?? true });
    const events = tapes.map(decoded);
    const recordings: Recording[] = tapes.map((tape, i) => ({
      events: events[i],
      again: () => decoded(tape),
      endsAt: spanOf([tape]).to,
    }));
    if (settlements) {
      const to = Math.min(span.to, options.to ?? span.to);
      const source = settlementSource(settlements, instrumentOn(tapes), { from: span.from, to });
      recordings.push({ events: source, again: () => source, endsAt: to });
    }
    const { sources, clocks } = await seenByBoth(recordings, config, options.signal);
    const journal = new JournalWriter(folder);
    const cash = parseMoney(config.cash);
    const queue = queueModel(config.queue);
    const rules = rulesByVenue(config);
    const venue = new SimulatedExchange({
      instruments,
      cash,
      latency: scaledLatency(latency.model, options.scale?.latency),
      queue,
      fillRule: config.fills,
      rules: (instrument) => scaledFees(rules(instrument), options.scale?.fees),
      barShare: config.barShare,
      impact: impactOf(config.impact),
    });
    const engine = new Engine({
      instruments,
      strategy: strategy.definition,
      parameters,
      venue,
      journal,
      cash,
      costBasis: config.costBasis,
      mark: config.mark,
      seed: config.seed,
      startAt: options.from,
      equityEvery: config.equityEverySeconds * MICROS_PER_SECOND,
      risk: config.risk,
    });
    const played = await replay(engine, sources, instruments, {
      until: options.to,
      speed: options.speed,
      batchRows: options.batchRows,
      signal: options.signal,
      // The venue may be ahead of the first frame, and the desk behind the last one.
      onProgress: ({ at }) => options.onProgress?.(Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)))),
    }).catch((error: Error) => {
      throw strategy.located(error);
    });
    const traded = engine.desk.traded;
    const digest = await journal.finish();
    const manifest: RunManifest = {
      format: RUN_FORMAT,
      createdBy: `truetape ${VERSION}`,
      mode: 'replay',
      strategy: {
        name: strategy.definition.name,
        description: strategy.definition.description,
        codeSha256: strategy.codeSha256,
      },
      parameters: parameters as Record<string, unknown>,
      config: {
        ...config,
        latency: latency.settings,
        queue: queue.name,
        fees: feeNames(traded, rules),
      },
      seed: config.seed,
      tapes: tapes.map((tape, i) => describeTape(tape, events[i].problems, clocks[i])),
      settlements: settlements && { name: settlements.name, sha256: settlements.sha256 },
      latency: latency.file && { name: latency.file.name, sha256: latency.file.sha256 },
      from: options.from ?? span.from,
      to: played.at,
      events: played.events,
      instruments: traded.map(describeInstrument),
      rows: Object.fromEntries(journalTables.map((table) => [table, journal.rows[table]])),
      digest,
    };
    await writeRun(folder, manifest);
    return manifest;
  });
}

function checkParameters({ definition }: LoadedStrategy, given: Readonly<Record<string, unknown>>): unknown {
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

function describeInstrument(instrument: Instrument): RunManifest['instruments'][number] {
  const { id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title } = instrument;
  return { id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title };
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
