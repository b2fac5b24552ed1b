import { relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { formatTime } from '../market/units.ts';
import { type RunManifest, readRun } from '../tape/run-file.ts';
import { type RegisteredRun, type RunResult, registeredRuns, runResults } from '../tape/run-registry.ts';
import { settingDifferences } from '../tape/run-settings.ts';
import { count, log, print, printJson, table } from './output.ts';

interface Arguments {
  folders: string[];
  strategy?: string;
  mode?: string;
  tape?: string;
  diff: boolean;
  json: boolean;
}

export const runsVerb: CommandModule<object, Arguments> = {
  command: 'runs [folders..]',
  describe: 'the runs below a folder, and in what two of them differ',
  builder: (yargs) =>
    yargs
      .positional('folders', {
        type: 'string',
        array: true,
        default: ['runs'],
        describe: 'where to look; with --diff the two runs',
      })
      .option('strategy', { alias: 's', type: 'string', describe: 'only runs of this strategy' })
      .option('mode', { choices: ['replay', 'paper', 'live', 'audit'], describe: 'only runs of this mode' })
      .option('tape', { alias: 't', type: 'string', describe: 'only runs on a tape of this name' })
      .option('diff', { type: 'boolean', default: false, describe: 'code, settings, data and results of two runs' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 runs', 'all below runs/')
      .example('$0 runs experiments -s spread_capture -t btc --json', '')
      .example('$0 runs runs/1 runs/2 --diff', 'which settings are not the same') as never,
  async handler({ folders, strategy, mode, tape, diff, json }) {
    if (diff) {
      if (folders.length !== 2) throw new Error('--diff needs two runs');
      await printDifferences(folders[0], folders[1], json);
      return;
    }
    const found = await Promise.all(folders.map(registeredRuns));
    for (const problem of found.flatMap(({ unreadable }) => unreadable)) log(`truetape: ${problem}`);
    const runs = found
      .flatMap(({ runs }) => runs)
      .filter(({ manifest }) => strategy === undefined || manifest.strategy.name === strategy)
      .filter(({ manifest }) => mode === undefined || manifest.mode === mode)
      .filter(({ manifest }) => tape === undefined || manifest.tapes.some(({ name }) => name === tape));
    const results = await runResults(runs.map(({ folder }) => folder));
    if (json)
      printJson({ runs: runs.map((run) => ({ run: run.folder, ...results.get(run.folder), ...factsOf(run) })) });
    else if (runs.length === 0) print('no runs');
    else
      print(
        table(
          head,
          runs.map((run) => row(run, results.get(run.folder))),
        ),
      );
  },
};

const head = ['run', 'mode', 'strategy', 'parameters', 'tapes', 'from', 'fills', 'net', 'digest'];

function row({ folder, manifest }: RegisteredRun, { net, fills }: RunResult = { net: undefined, fills: 0 }): string[] {
  const { mode, strategy, parameters, tapes, from, digest } = manifest;
  return [
    relative('.', folder) || '.',
    mode,
    strategy.name,
    JSON.stringify(parameters),
    tapes.map(({ name }) => name).join(' '),
    formatTime(from).slice(0, 19),
    count(fills),
    net === undefined ? '' : Number(net).toFixed(2),
    digest.slice(0, 12),
  ];
}

function factsOf({ manifest }: RegisteredRun) {
  const { mode, strategy, parameters, settings, seed, tapes, from, to, events, rows, createdBy, digest } = manifest;
  const { name, codeSha256 } = strategy;
  const data = tapes.map((tape) => ({ name: tape.name, sha256: tape.sha256 }));
  return {
    mode,
    strategy: name,
    codeSha256,
    parameters,
    settings,
    seed,
    tapes: data,
    from,
    to,
    events,
    rows,
    createdBy,
    digest,
  };
}

async function printDifferences(one: string, other: string, json: boolean): Promise<void> {
  const [a, b] = [await readRun(one), await readRun(other)];
  const results = await runResults([one, other]);
  const differences = [
    ...resultDifferences(results.get(one), results.get(other)),
    ...otherFacts(a, b),
    ...settingDifferences(a, b),
  ];
  if (json) {
    printJson({
      one,
      other,
      differences: differences.map((found) => ({ ...found, one: found.one ?? null, other: found.other ?? null })),
    });
    return;
  }
  if (differences.length === 0) {
    print('code, data, settings and digest are the same');
    return;
  }
  const cell = (value: unknown): string =>
    value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  print(
    table(
      ['', one, other],
      differences.map(({ name, one: x, other: y }) => [name, cell(x), cell(y)]),
    ),
  );
}

function resultDifferences(one: RunResult | undefined, other: RunResult | undefined) {
  return (['net', 'fills'] as const)
    .filter((name) => one?.[name] !== other?.[name])
    .map((name) => ({ name, one: one?.[name], other: other?.[name] }));
}

function otherFacts(a: RunManifest, b: RunManifest) {
  const facts = ({
    mode,
    createdBy,
    strategy,
    tapes,
    settlements,
    ownOrders,
    from,
    to,
    rows,
    digest,
  }: RunManifest) => ({
    mode,
    engine: createdBy,
    strategy: strategy.name,
    code: strategy.codeSha256?.slice(0, 12),
    tapes: tapes.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`).join(', '),
    settlements: settlements && `${settlements.name} ${settlements.sha256.slice(0, 12)}`,
    ownOrders: ownOrders && `${ownOrders.name} ${ownOrders.sha256.slice(0, 12)}`,
    from: formatTime(from),
    to: formatTime(to),
    'rows of orders': rows.orders,
    digest: digest.slice(0, 12),
  });
  const [one, other] = [facts(a), facts(b)];
  return (Object.keys(one) as (keyof typeof one)[])
    .filter((name) => one[name] !== other[name])
    .map((name) => ({ name, one: one[name], other: other[name] }));
}
