import { writeFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { buildReport } from '../reports/report.ts';
import { bytes, print, printJson } from './output.ts';

interface Arguments {
  runs: string[];
  output: string;
  json: boolean;
}

export const reportVerb: CommandModule<object, Arguments> = {
  command: 'report <runs..>',
  describe: 'one HTML page about runs; opens offline',
  builder: (yargs) =>
    yargs
      .positional('runs', { type: 'string', array: true, demandOption: true, describe: 'folders of runs' })
      .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'the HTML file' })
      .option('json', { type: 'boolean', default: false, describe: 'the figures behind the page on stdout' })
      .example('$0 report runs/1 -o report.html', '')
      .example('$0 report runs/1 runs/2 -o both.html', 'two runs side by side') as never,
  async handler({ runs, output, json }) {
    const { html, summary } = await buildReport(runs);
    await writeReport(output, html);
    if (json) printJson({ report: output, summary });
    else print(`${output}, ${bytes(Buffer.byteLength(html))}`);
  },
};

export async function writeReport(file: string, html: string): Promise<void> {
  await writeFile(file, html).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${outputProblem(error)}`);
  });
}

function outputProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder is not there; make it, or choose another file';
  if (code === 'EISDIR') return 'is a folder; name the HTML file';
  return `cannot be written (${code ?? message})`;
}
