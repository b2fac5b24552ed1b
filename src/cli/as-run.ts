import { formatTime } from '../market/units.ts';
import type { AsRunResult } from '../run/as-run.ts';
import { facts, print, table } from './output.ts';

/** Whether a run came out again; if not, the first event at which the two part. */
export function printAsRun(run: string, { was, is, difference }: AsRunResult): void {
  const identical = `identical: ${run} and its replay have the digest ${is.digest}`;
  if (!difference) {
    print(identical);
    return;
  }
  const { at, row, about, fields, missing } = difference;
  print(`different: row ${row + 1} of ${difference.table}, at ${formatTime(at)}`);
  print(facts(Object.entries(about).map(([name, value]) => [name, value ?? ''])));
  print('');
  if (missing) print(missing === 'one' ? 'only the replay has this row' : 'only the run has this row');
  else
    print(
      table(
        ['field', 'run', 'replay'],
        fields.map(({ name, one, other }) => [name, one ?? '', other ?? '']),
      ),
    );
  for (const reason of reasons(was, is)) print(`! ${reason}`);
}

/** What else is not the same, and may be why. */
function reasons(was: AsRunResult['was'], is: AsRunResult['is']): string[] {
  const found: string[] = [];
  if (was.createdBy !== is.createdBy) found.push(`the run was made by ${was.createdBy}, the replay by ${is.createdBy}`);
  if (was.strategy.codeSha256 !== is.strategy.codeSha256) found.push("the strategy's code is not that of the run");
  const tapes = (manifest: AsRunResult['was']) => manifest.tapes.map(({ sha256 }) => sha256).join();
  const framesOf = (manifest: AsRunResult['was']) => manifest.tapes.reduce((sum, { frames }) => sum + frames, 0);
  const isUnfinished = was.mode === 'paper' && framesOf(was) < framesOf(is);
  if (isUnfinished)
    found.push('the tape goes on after the end of the run: start the session again, and end it, for the whole run');
  else if (tapes(was) !== tapes(is)) found.push('the tapes are not those of the run');
  return found;
}
