import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CommandModule } from 'yargs';
import type { InstrumentFacts } from '../market/instrument.ts';
import { factsSchema } from '../recorder/config.ts';
import type { ImportPlan } from '../recorder/imports/import.ts';
import { importers } from '../recorder/imports/index.ts';
import { readConfig } from '../run/config.ts';
import { NewFolder } from '../tape/folder.ts';
import type { TapeHeader } from '../tape/header.ts';
import { hashFile } from '../tape/segment.ts';
import { TapeWriter } from '../tape/writer.ts';
import { bytes, count, facts, log, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  format: string;
  files: string[];
  output: string;
  feed?: string;
  facts?: string;
  json: boolean;
}

export const importVerb: CommandModule<object, Arguments> = {
  command: 'import <format> <files..>',
  describe: 'make a tape from recordings of others',
  builder: (yargs) =>
    yargs
      .positional('format', { choices: Object.keys(importers), demandOption: true, describe: 'what the files are' })
      .positional('files', { type: 'string', array: true, demandOption: true, describe: 'files, or a folder of them' })
      .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'folder of the new tape' })
      .option('feed', { type: 'string', describe: 'whose frames they are, where the files do not say' })
      .option('facts', { type: 'string', describe: 'YAML with facts of instruments: a list of {symbol, ...}' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 import kalshi-ndjson recordings/2026-05-13/ -o tapes/btc', 'a folder of a Kalshi recorder')
      .example('$0 import jsonl btcusdt.gz --feed binance -o tapes/btcusdt', 'lines of "<nanoseconds> <payload>"')
      .example('$0 import lobster AAPL_2012-06-21.zip -o tapes/aapl', "LOBSTER's message and book files") as never,
  async handler({ format, files, output, feed, facts: factsFile, json }) {
    for (const file of files) {
      await stat(file).catch(() => {
        throw new Error(`${file}: no such file`);
      });
    }
    const given =
      factsFile === undefined ? undefined : ((await readConfig(factsFile, factsSchema)) as InstrumentFacts[]);
    const folder = new NewFolder(output);
    const plan = await importers[format](files, { feed, facts: given });
    const source = {
      importer: format,
      files: await Promise.all(
        plan.files.map(async (file) => ({ name: basename(file), sha256: await hashFile(file) })),
      ),
    };
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    const progress = new Progress('importing', json);
    const tape = await writeTape(folder, { ...plan, source }, progress, stop.signal);
    if (!tape) {
      log(`truetape: the import was interrupted; what it had written to ${output} is removed`);
      process.exitCode = 1;
      return;
    }
    const { writer, header } = tape;
    const { tally } = plan;
    const packed = header.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const rejected = [...tally.rejected];
    if (json) {
      printJson({
        tape: output,
        feed: plan.feed,
        rows: { read: tally.read, kept: tally.kept, rejected: Object.fromEntries(rejected) },
        frames: writer.frames,
        heldStamps: writer.heldStamps,
        rawBytes: writer.rawBytes,
        bytes: packed,
      });
      return;
    }
    print(
      facts([
        ['tape', output],
        ['feed', plan.feed],
        ['rows read', count(tally.read)],
        ['rows kept', count(tally.kept)],
        ...rejected.map(([reason, rows]): [string, string] => ['  rejected', `${count(rows)}: ${reason}`]),
        ['frames', `${count(writer.frames)}, ${bytes(writer.rawBytes)} of payload in ${bytes(packed)}`],
        ...(writer.heldStamps > 0
          ? [['  note', `${count(writer.heldStamps)} stamps stepped back and were held`] as [string, string]]
          : []),
      ]),
    );
  },
};

/** The whole tape, or nothing: after an error, or when stopped (undefined), what was written is removed. */
async function writeTape(
  folder: NewFolder,
  { feed, source, instruments, frames }: ImportPlan & { source: TapeHeader['source'] },
  progress: Progress,
  stop: AbortSignal,
): Promise<{ writer: TapeWriter; header: TapeHeader } | undefined> {
  let whole = false;
  try {
    const writer = await TapeWriter.create(folder.path, { feed, source, instruments: [...instruments] });
    for await (const frame of frames()) {
      if (stop.aborted) return undefined;
      writer.append(frame);
      if (writer.segmentIsFull) await writer.rotate();
      if ((writer.frames & 0xfff) === 0) {
        progress.update(Number.NaN, `${count(writer.frames)} frames`);
        // Signals are only heard between turns of the event loop.
        await setImmediate();
      }
    }
    progress.update(Number.NaN, 'packing');
    const header = await writer.close();
    if (stop.aborted) return undefined;
    whole = true;
    return { writer, header };
  } catch (error) {
    throw new Error(`${(error as Error).message}; nothing was imported`, { cause: error });
  } finally {
    progress.done();
    if (!whole) folder.remove();
  }
}
