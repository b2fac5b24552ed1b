import type { CommandModule } from 'yargs';
import { changeHead, changeRow, isGood, placeOf, sidesOf, writeArtefacts } from '../verify/artefacts.ts';
import type { Verdict } from '../verify/verdict.ts';
import { type Verification, verify } from '../verify/verify.ts';
import { CHECK_FAILED } from './check.ts';
import { log, plural, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  suites: string[];
  strategy?: string;
  update: boolean;
  output?: string;
  cache: boolean;
  jobs?: number;
  json: boolean;
}

export const verifyVerb: CommandModule<object, Arguments> = {
  command: 'verify <suites..>',
  describe: 'are the runs of a suite what is expected of them? exits with 1 if not',
  builder: (yargs) =>
    yargs
      .positional('suites', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'YAML files of cases (docs/use-in-ci.md), or bundles',
      })
      .option('strategy', {
        alias: 's',
        type: 'string',
        describe: 'path of a strategy to run in place of the one in a bundle',
      })
      .option('update', {
        type: 'boolean',
        default: false,
        describe: 'what comes out is expected from now on; shows what changed',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        describe: 'folder for verify.json, junit.xml, verify.md and verify.html',
      })
      .option('cache', { type: 'boolean', default: true, describe: 'use outcomes that are known, kept in .truetape' })
      .option('jobs', { type: 'number', describe: 'cases at a time; left out: one a core' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 verify suite.yaml -o out/verify', 'as a CI would')
      .example('$0 verify suite.yaml --update', 'accept what changed, then commit it')
      .example('$0 verify bad-morning.zip', 'what truetape bundle made')
      .example('$0 verify bad-morning.zip -s strategies/mine.ts', 'does the code of today do the same?') as never,
  async handler({ suites, strategy, update, output, cache, jobs, json }) {
    if (jobs !== undefined && !(Number.isSafeInteger(jobs) && jobs > 0))
      throw new Error(`--jobs ${jobs}: write a whole number from 1 on`);
    const progress = new Progress('verifying', json);
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
    const onDone = (done: number, of: number) => progress.update(done / of, `${done} of ${plural(of, 'case')}`);
    const verified = verify({ files: suites, strategy, update, cache, jobs, onDone, signal: stop.signal });
    const result = await verified.finally(() => progress.done());
    const files = output === undefined ? [] : await writeArtefacts(result, output);
    if (json) printJson(result);
    else printVerification(result);
    for (const file of files) log(file);
    if (!result.good) process.exitCode = CHECK_FAILED;
  },
};

function printVerification({ suites, good }: Verification): void {
  for (const { suite, cases } of suites) {
    print(suite);
    print(table(['case', 'status', 'seconds', 'digest', 'result'], cases.map(row)));
    for (const one of cases) if (hasMore(one)) printCase(one);
    print('');
  }
  const bad = suites.flatMap(({ cases }) => cases).filter((one) => !isGood(one));
  print(good ? 'verdict: as expected' : `verdict: ${plural(bad.length, 'case')} not as expected`);
}

function row(one: Verdict): string[] {
  const { name, status, cached, seconds, digest, problems } = one;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const seen = digest.found?.slice(0, 12) ?? '';
  return [name, status, cached ? 'cached' : seconds.toFixed(2), seen, `${problems[0] ?? 'good'}${more}`];
}

/** Than its row says. */
function hasMore({ problems, difference, changes }: Verdict): boolean {
  return problems.length > 1 || difference !== null || changes.length > 0;
}

function printCase({ name, problems, difference, changes, causes }: Verdict): void {
  print(`\n${name}`);
  for (const problem of problems) print(`! ${problem}`);
  if (difference) {
    print(`first difference: ${placeOf(difference)}`);
    print(table(['field', 'expected', 'found'], sidesOf(difference)).replaceAll(/^/gm, '  '));
  }
  if (changes.length > 0) print(table(changeHead, changes.map(changeRow)).replaceAll(/^/gm, '  '));
  for (const { kind, text } of causes) print(`likely cause: ${kind}: ${text}`);
}
