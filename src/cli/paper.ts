import type { CommandModule } from 'yargs';
import { paperConfigSchema } from '../live/config.ts';
import { PaperSession } from '../live/session.ts';
import { buildSummary } from '../reports/report.ts';
import { readConfig } from '../run/config.ts';
import { log, printJson } from './output.ts';
import { milliseconds } from './run-options.ts';
import { printSummary } from './summary.ts';

interface Arguments {
  config: string;
  for?: string;
  json: boolean;
}

export const paperVerb: CommandModule<object, Arguments> = {
  command: 'paper <config>',
  describe: 'trade on sockets with simulated orders, and record everything',
  builder: (yargs) =>
    yargs
      .positional('config', { type: 'string', demandOption: true, describe: 'YAML: record, run, strategy, settings' })
      .option('for', { type: 'string', describe: 'stop after this long: 90s, 30m, 8h' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 paper paper.yaml', 'until Ctrl-C; the same again goes on where it stopped')
      .example('$0 replay tapes/paper --as-run runs/paper', 'the proof: the tape gives the same run') as never,
  async handler({ config: file, for: span, json }) {
    const lasts = span === undefined ? undefined : milliseconds(span);
    const config = await readConfig(file, paperConfigSchema);
    const session = await PaperSession.create({ config, log });
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    if (lasts !== undefined) setTimeout(() => stop.abort(), lasts).unref();
    log(`${config.strategy} on paper: tape ${config.record.tape}, run ${config.run}; Ctrl-C ends it`);
    const manifest = await session.run(stop.signal).catch((error: unknown) => error as Error);
    if (manifest instanceof Error) {
      log(
        `truetape: the session stopped; its tape is whole, and the same command goes on with it: ${manifest.message}`,
      );
      process.exitCode = 1;
      return;
    }
    const summary = await buildSummary(config.run);
    if (json) printJson({ run: config.run, ...manifest, summary });
    else printSummary(config.run, manifest, summary);
  },
};
