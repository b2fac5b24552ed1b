import type { CommandModule } from 'yargs';
import type { Place, Unit } from '../check/check.ts';
import { checkTape, type TapeCheck } from '../check/check-tape.ts';
import { type CheckResult, worstOf } from '../check/judge.ts';
import { type CheckSettings, checkSettingsSchema } from '../check/settings.ts';
import { formatTime } from '../market/units.ts';
import { readConfig } from '../run/config.ts';
import { bytes, count, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  tapes: string[];
  config?: string;
  json: boolean;
}

export const CHECK_FAILED = 1;

export const checkVerb: CommandModule<object, Arguments> = {
  command: 'check <tapes..>',
  describe: 'is a tape good enough to build on? exits with 1 if not',
  builder: (yargs) =>
    yargs
      .positional('tapes', { type: 'string', array: true, demandOption: true, describe: 'folders of tapes' })
      .option('config', { type: 'string', describe: 'YAML with limits other than the defaults (docs/check.md)' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 check tapes/btc tapes/eth', '')
      .example('$0 check tapes/btc --config check.yaml --json', 'own limits; everything that was found') as never,
  async handler({ tapes, config, json }) {
    const settings = config === undefined ? undefined : await readConfig(config, checkSettingsSchema);
    const checks = await checkTapes(tapes, json, settings);
    const verdict = worstOf(checks.map((check) => check.verdict));
    const failed = checks.filter((check) => check.verdict === 'fail');
    if (json) printJson({ verdict, tapes: checks });
    else {
      for (const check of checks) printCheck(check);
      print(
        failed.length === 0
          ? `verdict: ${verdict}`
          : `verdict: fail; ${failed.map((check) => `${check.tape}: ${failedNames(check)}`).join('; ')}`,
      );
    }
    if (verdict === 'fail') process.exitCode = CHECK_FAILED;
  },
};

/** For verbs that build on tapes: an error line for each that fails by the default limits. */
export async function refusalsOf(tapes: readonly string[], quiet: boolean): Promise<string[]> {
  const failed = (await checkTapes(tapes, quiet)).filter(({ verdict }) => verdict === 'fail');
  return failed.map((check) => `${check.tape} fails ${failedNames(check)}; truetape check ${check.tape} says why`);
}

async function checkTapes(tapes: readonly string[], quiet: boolean, settings?: CheckSettings): Promise<TapeCheck[]> {
  const checks: TapeCheck[] = [];
  for (const tape of tapes) {
    const progress = new Progress(`checking ${tape}`, quiet);
    checks.push(await checkTape(tape, { settings, onProgress: (share) => progress.update(share) }));
    progress.done();
  }
  return checks;
}

const failedNames = ({ results }: TapeCheck): string =>
  results
    .filter(({ status }) => status === 'fail')
    .map(({ check }) => check)
    .join(', ');

function printCheck({ tape, results }: TapeCheck): void {
  print(tape);
  print(table(['check', 'status', 'value', 'warn above', 'fail above', 'found'], results.map(rowOf)));
  print('');
}

function rowOf({ check, status, value, unit, warn, fail, where, detail }: CheckResult): string[] {
  if (value === null || unit === null) return [check, status, '', '', '', detail];
  const limit = (of: number | null): string => (of === null ? 'never' : amount(of, unit));
  return [check, status, amount(value, unit), limit(warn), limit(fail), `${detail}${placeText(where)}`];
}

function amount(value: number, unit: Unit): string {
  switch (unit) {
    case 'share':
      return `${significant(100 * value)} %`;
    case 'seconds':
      return `${significant(value)} s`;
    case 'bytes':
      return bytes(value);
    default:
      return count(value);
  }
}

const significant = (value: number): string => String(Number(value.toPrecision(3)));

function placeText(where: Place | null): string {
  if (!where) return '';
  const parts = [
    where.market,
    where.at === undefined ? undefined : formatTime(where.at),
    where.frame === undefined ? undefined : `frame ${where.frame}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
