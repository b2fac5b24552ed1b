import { stat } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { formatTime, parseTime } from '../market/units.ts';
import { caseOfRun, packCases } from '../verify/bundle.ts';
import { type Case, readSuite } from '../verify/suite.ts';
import { bytes, print, printJson } from './output.ts';

interface Arguments {
  suite?: string;
  case: string[];
  fromRun?: string;
  tape: string[];
  strategy?: string;
  settlements?: string;
  ownOrders?: string;
  around: string;
  output: string;
  json: boolean;
}

const FIRST_DIVERGENCE = 'first-divergence';

export const bundleVerb: CommandModule<object, Arguments> = {
  command: 'bundle [suite]',
  describe: 'tapes, strategy, settings and what is expected, in one file for truetape verify',
  builder: (yargs) =>
    yargs
      .positional('suite', { type: 'string', describe: 'YAML file of cases' })
      .option('case', { type: 'string', array: true, default: [], describe: 'of the suite; left out: all' })
      .option('from-run', { type: 'string', describe: 'a run, such as one on paper, that is to be a test' })
      .option('tape', { alias: 't', type: 'string', array: true, default: [], describe: 'folder of a tape of the run' })
      .option('strategy', { alias: 's', type: 'string', describe: "path of the run's strategy, where it is a file" })
      .option('settlements', { type: 'string', describe: 'CSV of outcomes that the run had' })
      .option('own-orders', { type: 'string', describe: 'file of own orders that the run was made without' })
      .option('around', {
        type: 'string',
        default: FIRST_DIVERGENCE,
        describe: 'up to when the run must be repeated: where its replay parts from it, or a time',
      })
      .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'the file, name.zip' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 bundle suite.yaml --case btc -o btc.zip', 'a case to send to somebody')
      .example(
        '$0 bundle --from-run runs/paper -t tapes/paper -s mine.ts -o bad-morning.zip',
        'a bad session as a test',
      )
      .example('$0 verify bad-morning.zip', 'the same again?') as never,
  async handler({ suite, case: names, fromRun, tape, strategy, settlements, ownOrders, around, output, json }) {
    const cases =
      fromRun === undefined
        ? await casesOf(suite, names)
        : [
            await caseOfRun({
              run: fromRun,
              tapes: named(tape),
              strategy,
              settlements,
              ownOrders,
              until: until(around),
            }),
          ];
    await packCases(cases, output);
    const { size } = await stat(output);
    const packed = cases.map(({ name, until: at }) => ({ name, until: at === undefined ? null : formatTime(at) }));
    if (json) printJson({ bundle: output, bytes: size, cases: packed });
    else {
      for (const { name, until: at } of packed) print(`${name}${at === null ? '' : `: up to ${at}`}`);
      print(`${output}, ${bytes(size)}`);
    }
  },
};

async function casesOf(suite: string | undefined, names: readonly string[]): Promise<readonly Case[]> {
  if (suite === undefined) throw new Error('name a suite, or a run with --from-run');
  const { cases } = await readSuite(suite);
  const unknown = names.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`${suite}: no case ${unknown}; there are ${cases.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name));
}

function named(tapes: readonly string[]): readonly string[] {
  if (tapes.length === 0) throw new Error('name the tapes of the run with -t');
  return tapes;
}

function until(around: string): number | undefined {
  if (around === FIRST_DIVERGENCE) return undefined;
  const at = parseTime(around);
  if (Number.isNaN(at))
    throw new Error(`--around ${around}: write ${FIRST_DIVERGENCE}, or a time such as 2026-05-13T18:10:00Z`);
  return at;
}
