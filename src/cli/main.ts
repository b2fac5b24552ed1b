#!/usr/bin/env node
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { VERSION } from '../tape/version.ts';
import { bundleVerb } from './bundle.ts';
import { checkVerb } from './check.ts';
import { compareVerb } from './compare.ts';
import { configVerb } from './config.ts';
import { importVerb } from './import.ts';
import { initVerb } from './init.ts';
import { inspectVerb } from './inspect.ts';
import { log } from './output.ts';
import { paperVerb } from './paper.ts';
import { probeVerb } from './probe.ts';
import { recordVerb } from './record.ts';
import { replayVerb } from './replay.ts';
import { reportVerb } from './report.ts';
import { retainVerb } from './retain.ts';
import { runsVerb } from './runs.ts';
import { serveVerb } from './serve.ts';
import { sqlVerb } from './sql.ts';
import { strategiesVerb } from './strategies.ts';
import { oneValueEach } from './usage.ts';
import { verifyVerb } from './verify.ts';

/** 0 good, 1 a check failed or work could not be finished, 2 bad usage or input. */
const BAD_INPUT = 2;

const verbs = [
  oneValueEach(recordVerb),
  oneValueEach(importVerb),
  oneValueEach(inspectVerb),
  oneValueEach(checkVerb),
  oneValueEach(retainVerb),
  oneValueEach(replayVerb),
  oneValueEach(probeVerb),
  oneValueEach(verifyVerb),
  oneValueEach(bundleVerb),
  oneValueEach(paperVerb),
  oneValueEach(reportVerb),
  oneValueEach(compareVerb),
  oneValueEach(runsVerb),
  oneValueEach(serveVerb),
  oneValueEach(sqlVerb),
  oneValueEach(strategiesVerb),
  oneValueEach(configVerb),
  oneValueEach(initVerb),
];
const verbNames = verbs.map(({ command }) => String(command).split(' ', 1)[0]);

const args = hideBin(process.argv);

// A log that nobody reads any more must not end a recording.
process.stderr.on('error', () => undefined);
// A reader that goes away (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

try {
  const given = args.find((arg) => !arg.startsWith('-'));
  if (given !== undefined && !verbNames.includes(given)) {
    throw new Error(`unknown verb ${given}; there are ${verbNames.join(', ')}; see truetape --help`);
  }
  const program = yargs(args)
    .scriptName('truetape')
    .usage(
      '$0 <verb> [options]\n\nRecord live markets, replay them through the code that trades live, and see why they differ.',
    );
  for (const verb of verbs) program.command(verb);
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
