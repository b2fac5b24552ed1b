import { basename, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { tapesOf } from '../divergence/compare.ts';
import { worseReplays } from '../probe/worse.ts';
import { readLikeness } from '../reports/likeness.ts';
import { buildChart, buildFigures, buildReport } from '../reports/report.ts';
import type { Beside } from '../reports/run-report.ts';
import { trialsOf } from '../reports/trials.ts';
import { remake } from '../run/remake.ts';
import { openTapes } from '../run/tapes.ts';
import { readRun } from '../tape/run-file.ts';
import { type FormArguments, formed, formOptions, requireOutput, writeReport } from './forms.ts';
import { bytes, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments extends FormArguments {
  runs: string[];
  trials?: string;
  auto: string[];
  strategy?: string;
  settlements?: string;
  ownOrders: string[];
  comparison?: string;
  json: boolean;
}

export const reportVerb: CommandModule<object, Arguments> = {
  command: 'report <runs..>',
  describe: 'one HTML page about runs; opens offline. Also as Markdown, JSON, or a picture of one chart',
  builder: (yargs) =>
    formOptions(
      yargs.positional('runs', { type: 'string', array: true, demandOption: true, describe: 'folders of runs' }),
      'schemas/report.json',
      'md and json go to stdout',
    )
      .option('trials', {
        type: 'string',
        describe: 'folder of the runs that were tried: the deflated Sharpe ratio is held against the best of them',
      })
      .option('auto', {
        type: 'string',
        array: true,
        default: [],
        describe:
          'tapes of the run: replayed with later orders, the back of the queue and higher fees, to see what is left',
      })
      .option('strategy', { alias: 's', type: 'string', describe: 'with --auto: path of the strategy if it is a file' })
      .option('settlements', { type: 'string', describe: 'with --auto: CSV of the outcomes that the replay had' })
      .option('own-orders', {
        type: 'string',
        array: true,
        default: [],
        describe: 'with --auto: files of own orders that the replay was made without',
      })
      .option('comparison', {
        type: 'string',
        describe: 'what truetape compare --json wrote about the run: its score stands in the headline',
      })
      .option('json', { type: 'boolean', default: false, describe: 'what was written, and the figures, on stdout' })
      .example('$0 report runs/1 -o report.html', '')
      .example('$0 report runs/1 runs/2 -o both.html', 'two runs side by side')
      .example('$0 report runs/best --trials runs -o best.html', 'is the best of many only the luckiest?')
      .example('$0 report runs/1 --auto tapes/btc -o report.html', 'what is left of it 100 ms later?')
      .example('$0 report runs/1 --format md', 'the comment of a pull request')
      .example('$0 report runs/1 --png equity -o equity.png', '') as never,
  async handler(args) {
    const { runs, output, format, png, json } = args;
    if (png !== undefined && runs.length > 1) throw new Error('--png: a chart is of one run; name one');
    requireOutput(args, format !== 'html');
    const { content, summary } = await formed(args, {
      page: async () => buildReport(runs, await besideOf(args)),
      figures: async () => buildFigures(runs, await besideOf(args)),
      chart: (name) => buildChart(runs[0], name),
    });
    if (output !== undefined) await writeReport(output, content);
    if (json) printJson({ report: output ?? null, summary });
    else if (output === undefined) process.stdout.write(content);
    else print(`${output}, ${bytes(Buffer.byteLength(content))}`);
  },
};

async function besideOf(args: Arguments): Promise<Beside> {
  const { runs, trials, comparison } = args;
  const [first, ...others] = runs;
  if (comparison !== undefined && others.length > 0) throw new Error('--comparison: is about one run; name that alone');
  return {
    likeness: comparison === undefined ? undefined : await readLikeness(comparison, basename(resolve(first))),
    trials: trials === undefined ? undefined : await trialsOf(trials, (await readRun(first)).strategy.name),
    replays: await replaysOf(args),
  };
}

async function replaysOf({ runs, auto, json, ...files }: Arguments): Promise<Beside['replays']> {
  if (auto.length === 0) return undefined;
  if (runs.length > 1) throw new Error('--auto: one run is replayed; name one');
  const [run] = runs;
  const manifest = await readRun(run);
  const request = await remake(manifest, run, tapesOf(manifest, await openTapes(auto), run), files);
  const progress = new Progress(`replaying ${run}`, json);
  return worseReplays(request, manifest.digest, (made, of) =>
    progress.update(made / of, `${made} of ${of} replays`),
  ).finally(() => progress.done());
}
