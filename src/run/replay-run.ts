import { z } from 'zod';
import { Engine } from '../engine/engine.ts';
import { decoderFor } from '../feeds/index.ts';
import { type Instrument, InstrumentList } from '../market/instrument.ts';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND, type Micros, parseMoney } from '../market/units.ts';
import { type ReplaySource, replay } from '../replay/replay.ts';
import { SimulatedExchange } from '../sim/exchange.ts';
import { constantLatency } from '../sim/models/latency.ts';
import { rulesByVenue } from '../sim/venues/index.ts';
import { TapeEvents } from '../tape/events.ts';
import { JournalWriter, journalTables } from '../tape/journal-file.ts';
import { RUN_FORMAT, type RunManifest, writeRun } from '../tape/run-file.ts';
import { VERSION } from '../tape/version.ts';
import { firstIssue, type RunConfig, type RunConfigInput, runConfigSchema } from './config.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import { queueModel } from './queue.ts';
import { writeRunFolder } from './run-folder.ts';
import { readSettlements, settlementSource } from './settlements.ts';
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
  return writeRunFolder(options.output, options.force ?? false, async (folder) => {
    const instruments = new InstrumentList();
    const events = tapes.map(
      (tape) => new TapeEvents(tape, decoderFor(tape.header.feed), { cache: options.cache ?? true }),
    );
    const sources: ReplaySource[] = events.map((source, i) => ({ events: source, endsAt: spanOf([tapes[i]]).to }));
    if (settlements) {
      const to = Math.min(span.to, options.to ?? span.to);
      sources.push({ events: settlementSource(settlements, instrumentOn(tapes), { from: span.from, to }), endsAt: to });
    }
    const journal = new JournalWriter(folder);
    const cash = parseMoney(config.cash);
    const queue = queueModel(config.queue);
    const venue = new SimulatedExchange({
      instruments,
      cash,
      latency: constantLatency(
        config.latency.entryMs * MICROS_PER_MILLISECOND,
        config.latency.responseMs * MICROS_PER_MILLISECOND,
      ),
      queue,
      fillRule: config.fills,
      rules: rulesByVenue(config),
    });
    const engine = new Engine({
      instruments,
      strategy: strategy.definition,
      parameters,
      venue,
      journal,
      cash,
      seed: config.seed,
      startAt: options.from,
      equityEvery: config.equityEverySeconds * MICROS_PER_SECOND,
    });
    const played = await replay(engine, sources, instruments, {
      until: options.to,
      speed: options.speed,
      batchRows: options.batchRows,
      signal: options.signal,
      onProgress: ({ at }) => options.onProgress?.((at - span.from) / (span.to - span.from)),
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
      config: { ...config, queue: queue.name, fees: feeNames(traded, rulesByVenue(config)), venueSees: 'receipt' },
      seed: config.seed,
      tapes: tapes.map((tape, i) => describeTape(tape, events[i].problems)),
      settlements: settlements && { name: settlements.name, sha256: settlements.sha256 },
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
  throw new Error(`strategy ${definition.name}: ${firstIssue(parsed.error, schema)}`);
}

function checkConfig(given: RunConfigInput): RunConfig {
  const parsed = runConfigSchema.safeParse(given);
  if (!parsed.success) throw new Error(`run settings: ${firstIssue(parsed.error, runConfigSchema)}`);
  return parsed.data;
}

function describeInstrument(instrument: Instrument): RunManifest['instruments'][number] {
  const { id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title } = instrument;
  return { id, kind, currency, priceDecimals, sizeDecimals, multiplier, group, title };
}

function feeNames(instruments: readonly Instrument[], rules: ReturnType<typeof rulesByVenue>): Record<string, string> {
  return Object.fromEntries(
    [...new Set(instruments.map(({ venue }) => venue))].sort().map((venue) => [venue, rules(venue).fees.name]),
  );
}
