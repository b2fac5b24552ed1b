import { decoderFor } from '../feeds/index.ts';
import type { Micros } from '../market/units.ts';
import { replay } from '../replay/replay.ts';
import { TapeEvents } from '../tape/events.ts';
import type { RunManifest } from '../tape/run-file.ts';
import type { Tape } from '../tape/tape.ts';
import { Assembly, type AssemblyOptions, type RunRequest, settingsOf } from './assemble.ts';
import { readBrokerFile } from './broker-file.ts';
import { OwnOrders } from './own-orders.ts';
import { writeRunFolder } from './run-folder.ts';
import type { Scale } from './scale.ts';
import { readSettlements, settlementSource } from './settlements.ts';
import { type Recording, seenByBoth } from './sources.ts';
import { checkPart, describeTape, instrumentOn, openTapes, spanOf } from './tapes.ts';

export interface ReplayRunOptions extends RunRequest, Pick<AssemblyOptions, 'strategyErrors'> {
  /** Folders of tapes; several merge by arrival. */
  readonly tapes: readonly string[];
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
  /** CSV or JSON of orders that we had in the market when it was recorded: they are taken out of it. */
  readonly ownOrders?: string;
  /** Use and write the cache of decoded events. Default true. */
  readonly cache?: boolean;
  /** Rows handed over at a time; results never depend on it. */
  readonly batchRows?: number;
  /** Write the journal as JSON lines too. */
  readonly jsonl?: boolean;
  /** Latency and fees turned up or off; for `truetape probe` and `report --auto`. */
  readonly scale?: Scale;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Replays tapes through a strategy and the simulated exchange; writes journal and manifest into `output`. */
export async function replayRun(options: ReplayRunOptions): Promise<RunManifest> {
  const settings = await settingsOf(options);
  const tapes = await openTapes(options.tapes);
  const span = spanOf(tapes);
  checkPart(span, options);
  const settlements = options.settlements === undefined ? undefined : await readSettlements(options.settlements);
  const own = options.ownOrders === undefined ? undefined : new OwnOrders(await readBrokerFile(options.ownOrders));
  if (own) tapes.forEach(refuseOrderByOrder);
  return writeRunFolder(options.output, options.force ?? false, async (folder) => {
    const decoded = (tape: Tape) => new TapeEvents(tape, decoderFor(tape.header), { cache: options.cache ?? true });
    const events = tapes.map(decoded);
    const recordings: Recording[] = [];
    for (const [i, tape] of tapes.entries()) {
      const { from, to } = spanOf([tape]);
      const recording = { events: events[i], again: () => decoded(tape), endsAt: to };
      recordings.push(own ? await own.takeOut(recording, from, options.signal) : recording);
    }
    if (settlements) {
      const to = Math.min(span.to, options.to ?? span.to);
      const source = settlementSource(settlements, instrumentOn(tapes), { from: span.from, to });
      recordings.push({ events: source, again: () => source, endsAt: to });
    }
    const { sources, clocks } = await seenByBoth(recordings, settings.config, options.signal);
    const { scale, from: startAt, strategyErrors, jsonl } = options;
    const assembly = new Assembly(settings, { folder, scale, startAt, strategyErrors, jsonl });
    const played = await replay(assembly.engine, sources, assembly.instruments, {
      until: options.to,
      speed: options.speed,
      batchRows: options.batchRows,
      signal: options.signal,
      // The venue may be ahead of the first frame, and the desk behind the last one.
      onProgress: ({ at }) => options.onProgress?.(Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)))),
    }).catch((error: Error) => {
      throw settings.strategy.located(error);
    });
    return assembly.finish({
      mode: 'replay',
      tapes: tapes.map((tape, i) => describeTape(tape, events[i].problems, clocks[i])),
      settlements: settlements && { name: settlements.name, sha256: settlements.sha256 },
      ownOrders: own?.facts,
      from: options.from ?? span.from,
      to: played.at,
      events: played.events,
    });
  });
}

function refuseOrderByOrder({ path, header }: Tape): void {
  if (!decoderFor(header).tellsOrders) return;
  throw new Error(
    `${path}: its feed (${header.feed}) tells of each order, and own orders can be taken out of levels only; leave them out`,
  );
}
