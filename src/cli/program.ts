/** The command line: which verb is asked for, and what becomes of an error. */
import yargs, { type CommandModule } from 'yargs';
import { VERSION } from '../tape/version.ts';
import { log } from './output.ts';
import { oneValueEach } from './usage.ts';

/** 0 good, 1 a check failed or work could not be finished, 2 bad usage or input. */
const BAD_INPUT = 2;

/** Each is loaded when it is asked for: all together take most of a second. */
const verbs: Readonly<Record<string, () => Promise<CommandModule>>> = {
  record: async () => oneValueEach((await import('./record.ts')).recordVerb),
  import: async () => oneValueEach((await import('./import.ts')).importVerb),
  inspect: async () => oneValueEach((await import('./inspect.ts')).inspectVerb),
  check: async () => oneValueEach((await import('./check.ts')).checkVerb),
  retain: async () => oneValueEach((await import('./retain.ts')).retainVerb),
  replay: async () => oneValueEach((await import('./replay.ts')).replayVerb),
  probe: async () => oneValueEach((await import('./probe.ts')).probeVerb),
  verify: async () => oneValueEach((await import('./verify.ts')).verifyVerb),
  bundle: async () => oneValueEach((await import('./bundle.ts')).bundleVerb),
  paper: async () => oneValueEach((await import('./paper.ts')).paperVerb),
  report: async () => oneValueEach((await import('./report.ts')).reportVerb),
  compare: async () => oneValueEach((await import('./compare.ts')).compareVerb),
  runs: async () => oneValueEach((await import('./runs.ts')).runsVerb),
  serve: async () => oneValueEach((await import('./serve.ts')).serveVerb),
  sql: async () => oneValueEach((await import('./sql.ts')).sqlVerb),
  strategies: async () => oneValueEach((await import('./strategies.ts')).strategiesVerb),
  config: async () => oneValueEach((await import('./config.ts')).configVerb),
  init: async () => oneValueEach((await import('./init.ts')).initVerb),
};
const verbNames = Object.keys(verbs);

/** Does what the arguments ask for, and sets the exit code of the process. */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    const given = args.find((arg) => !arg.startsWith('-'));
    if (given !== undefined && !verbNames.includes(given)) {
      throw new Error(`unknown verb ${given}; there are ${verbNames.join(', ')}; see truetape --help`);
    }
    const program = yargs([...args])
      .scriptName('truetape')
      .usage(
        '$0 <verb> [options]\n\nRecord live markets, replay them through the code that trades live, and see why they differ.',
      );
    for (const name of given === undefined ? verbNames : [given]) program.command(await verbs[name]());
    await program
      .option('json', { type: 'boolean', default: false, describe: 'one JSON object on stdout' })
      .option('verbose', { type: 'boolean', default: false, describe: 'show where an error comes from' })
      .demandCommand(1, 'name a verb')
      .strict()
      .version(VERSION)
      .help()
      .alias('help', 'h')
      .wrap(Math.min(110, process.stdout.columns ?? 100))
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new Error(`${message}; see truetape --help`);
      })
      .parseAsync();
  } catch (error) {
    log(`truetape: ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}`);
    if (args.includes('--verbose') && error instanceof Error) log(String(error.stack));
    process.exitCode = BAD_INPUT;
  }
}
