import type { CommandModule } from 'yargs';
import { type PaperConfig, paperConfigSchema } from '../live/config.ts';
import { Lookout } from '../live/lookout.ts';
import { Operator } from '../live/operator.ts';
import { PaperSession } from '../live/session.ts';
import { buildSummary } from '../reports/report.ts';
import { readConfig } from '../run/config.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { log, printJson } from './output.ts';
import { paperLine, paperTable } from './paper-status.ts';
import { milliseconds } from './run-options.ts';
import { Screen } from './screen.ts';
import { printSummary } from './summary.ts';

/** Twice a second, as the page. */
const DRAW_MS = 500;
const LOG_MS = 60_000;

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
    const screen = process.stderr.isTTY && !json ? new Screen(process.stderr) : undefined;
    const say = (line: string) => (screen ? screen.log(line) : log(line));
    const lookout = await Lookout.open(config, say);
    const manifest = await trade(file, config, lookout, say, screen, lasts).finally(() => lookout.close());
    if (manifest === undefined) {
      process.exitCode = 1;
      return;
    }
    const summary = await buildSummary(config.run);
    if (json) printJson({ run: config.run, ...manifest, summary });
    else printSummary(config.run, manifest, summary);
  },
};

/** Until it is stopped; undefined: by an error, which has been told. */
async function trade(
  file: string,
  config: PaperConfig,
  lookout: Lookout,
  say: (line: string) => void,
  screen: Screen | undefined,
  lasts: number | undefined,
): Promise<RunManifest | undefined> {
  const session = await PaperSession.create({ config, log: say, watch: lookout.watch });
  lookout.follow(session);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  if (lasts !== undefined) setTimeout(() => stop.abort(), lasts).unref();
  stop.signal.addEventListener('abort', () => lookout.ending('it was stopped'));
  say(
    `${config.strategy} on paper: tape ${config.record.tape}, run ${config.run}; Ctrl-C ends it, SIGUSR2 to process ${process.pid} halts it`,
  );
  const watch = screen
    ? setInterval(() => screen.draw(paperTable(lookout.status, process.stderr.rows)), DRAW_MS)
    : setInterval(() => say(paperLine(lookout.status)), LOG_MS);
  const operator = new Operator(session, file, config);
  try {
    return await session.run(stop.signal);
  } catch (error) {
    const { message } = error as Error;
    lookout.failed(message);
    return undefined;
  } finally {
    operator.close();
    clearInterval(watch);
    screen?.clear();
  }
}
