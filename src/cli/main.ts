#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { runProgram } from './program.ts';

// A log that nobody reads any more must not end a recording.
process.stderr.on('error', () => undefined);
// A reader that goes away (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

await runProgram(hideBin(process.argv));
