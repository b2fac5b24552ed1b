import type { CommandModule } from 'yargs';
import { buildChart, buildFigures, buildReport } from '../reports/report.ts';
import { trialsOf } from '../reports/trials.ts';
import { readRun } from '../tape/run-file.ts';
import { type FormArguments, formed, formOptions, requireOutput, writeReport } from './forms.ts';
import { bytes, print, printJson } from './output.ts';

interface Arguments extends FormArguments {
  runs: string[];
  trials?: string;
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
      .option('json', { type: 'boolean', default: false, describe: 'what was written, and the figures, on stdout' })
      .example('$0 report runs/1 -o report.html', '')
      .example('$0 report runs/1 runs/2 -o both.html', 'two runs side by side')
      .example('$0 report runs/best --trials runs -o best.html', 'is the best of many only the luckiest?')
      .example('$0 report runs/1 --format md', 'the comment of a pull request')
      .example('$0 report runs/1 --png equity -o equity.png', '') as never,
  async handler(args) {
    const { runs, output, format, png, trials: tried, json } = args;
    if (png !== undefined && runs.length > 1) throw new Error('--png: a chart is of one run; name one');
    requireOutput(args, format !== 'html');
    const trials = tried === undefined ? undefined : await trialsOf(tried, (await readRun(runs[0])).strategy.name);
    const { content, summary } = await formed(args, {
      page: () => buildReport(runs, trials),
      figures: () => buildFigures(runs, trials),
      chart: (name) => buildChart(runs[0], name),
    });
    if (output !== undefined) await writeReport(output, content);
    if (json) printJson({ report: output ?? null, summary });
    else if (output === undefined) process.stdout.write(content);
    else print(`${output}, ${bytes(Buffer.byteLength(content))}`);
  },
};
