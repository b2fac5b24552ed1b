import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { requestOf } from '../divergence/compare.ts';
import { worseReplays } from '../probe/worse.ts';
import { readLikeness } from '../reports/likeness.ts';
import { buildChart, buildFigures, buildReport, type ReportSummary } from '../reports/report.ts';
import type { Beside } from '../reports/run-report.ts';
import { trialsOf } from '../reports/trials.ts';
import { openTapes } from '../run/tapes.ts';
import { readRun } from '../tape/run-file.ts';
import { takePicture } from './browser-picture.ts';
import { bytes, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  runs: string[];
  output?: string;
  format: 'html' | 'md' | 'json';
  png?: string;
  trials?: string;
  auto: string[];
  strategy?: string;
  settlements?: string;
  comparison?: string;
  json: boolean;
}

export const reportVerb: CommandModule<object, Arguments> = {
  command: 'report <runs..>',
  describe: 'one HTML page about runs; opens offline. Also as Markdown, JSON, or a picture of one chart',
  builder: (yargs) =>
    yargs
      .positional('runs', { type: 'string', array: true, demandOption: true, describe: 'folders of runs' })
      .option('output', { alias: 'o', type: 'string', describe: 'the file; left out: md and json go to stdout' })
      .option('format', {
        choices: ['html', 'md', 'json'] as const,
        default: 'html',
        describe: 'md: for a pull request; json: all figures, as schemas/report.json says',
      })
      .option('png', { type: 'string', describe: 'the chart of this name alone, as a PNG; needs Chromium or Chrome' })
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
    if (output === undefined && (png !== undefined || format === 'html')) {
      throw new Error(`-o is missing; name the ${png === undefined ? 'HTML' : 'PNG'} file`);
    }
    const { content, summary } =
      png === undefined ? await formed(runs, format, await besideOf(args)) : await pictured(runs[0], png);
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
    trials: trials === undefined ? undefined : await trialsOf(trials, (await readRun(runs[0])).strategy.name),
    replays: await replaysOf(args),
  };
}

async function replaysOf({ runs, auto, strategy, settlements, json }: Arguments): Promise<Beside['replays']> {
  if (auto.length === 0) return undefined;
  if (runs.length > 1) throw new Error('--auto: one run is replayed; name one');
  const [run] = runs;
  const manifest = await readRun(run);
  const given = (file: string | undefined) => (file === undefined ? [] : [file]);
  const request = requestOf(
    { manifest, side: { name: run } },
    await openTapes(auto),
    { strategies: given(strategy), settlements: given(settlements) },
    0,
  );
  const progress = new Progress(`replaying ${run}`, json);
  return worseReplays(request, manifest.digest, (made, of) =>
    progress.update(made / of, `${made} of ${of} replays`),
  ).finally(() => progress.done());
}

interface Form {
  readonly content: string | Buffer;
  readonly summary?: ReportSummary;
}

async function formed(runs: string[], format: Arguments['format'], beside: Beside): Promise<Form> {
  if (format === 'html') {
    const { html, summary } = await buildReport(runs, beside);
    return { content: html, summary };
  }
  const { markdown, summary } = await buildFigures(runs, beside);
  return { content: format === 'md' ? markdown : `${JSON.stringify(summary, null, 2)}\n`, summary };
}

async function pictured(run: string, chart: string): Promise<Form> {
  return { content: await takePicture(await buildChart(run, chart)) };
}

export async function writeReport(file: string, content: string | Buffer): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${problem(error)}`);
  });
}

function problem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder is not there; make it, or choose another file';
  if (code === 'EISDIR') return 'is a folder; name a file';
  return `cannot be written (${code ?? message})`;
}
