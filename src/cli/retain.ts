import type { CommandModule } from 'yargs';
import { formatTime } from '../market/units.ts';
import { readHeader } from '../tape/header.ts';
import { retain } from '../tape/retention.ts';
import { bytes, count, log, plural, print, printJson } from './output.ts';

interface Arguments {
  tape: string;
  days: string;
  moveTo?: string;
  json: boolean;
}

const RETENTION_FAILED = 1;

export const retainVerb: CommandModule<object, Arguments> = {
  command: 'retain <tape>',
  describe: 'delete or move the old segments of a tape that nobody writes',
  builder: (yargs) =>
    yargs
      .positional('tape', { type: 'string', demandOption: true, describe: 'folder of the tape' })
      .option('days', {
        type: 'string',
        demandOption: true,
        describe: 'segments whose last frame is older go; if one of them is damaged, none goes',
      })
      .option('move-to', {
        type: 'string',
        describe: 'move them to a tape of the same name in this folder, instead of deleting them',
      })
      .option('json', { type: 'boolean', default: false })
      .example('$0 retain tapes/btc --days 14', 'what is older is deleted')
      .example('$0 retain tapes/btc --days 14 --move-to /archive', 'it goes to /archive/btc, or continues it') as never,
  async handler({ tape: path, days: text, moveTo, json }) {
    const days = daysOf(text);
    // What is no tape at all is bad input; what is wrong with a tape is a failure.
    await readHeader(path);
    const action = moveTo === undefined ? 'delete' : { moveTo };
    const gone = await retain(path, { days, action }, Date.now() * 1000).catch((error: Error) => error);
    if (gone instanceof Error) {
      log(`truetape: ${gone.message}`);
      process.exitCode = RETENTION_FAILED;
      return;
    }
    const frames = gone.reduce((sum, segment) => sum + segment.rows, 0);
    const freed = gone.reduce((sum, segment) => sum + segment.bytes, 0);
    const until = gone.length === 0 ? null : Number(BigInt(gone[gone.length - 1].lastReceivedAt) / 1000n);
    if (json) printJson({ tape: path, segments: gone.length, frames, bytes: freed, until, movedTo: moveTo ?? null });
    else if (until === null) print(`${path}: nothing is older than ${text} days`);
    else {
      const what = `${plural(gone.length, 'segment')} with ${count(frames)} frames, ${bytes(freed)}, until ${formatTime(until)}`;
      print(`${path}: ${what}: ${moveTo === undefined ? 'deleted' : `moved to ${moveTo}`}`);
    }
  },
};

function daysOf(text: string): number {
  const days = Number(text);
  if (!(days > 0 && Number.isFinite(days))) throw new Error(`--days ${text}: write a number above 0, such as 14`);
  return days;
}
