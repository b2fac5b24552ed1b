/** The forms that a report comes in, for every verb that writes one: a page, Markdown, JSON, a picture of one chart. */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Argv } from 'yargs';
import type { ChartPage } from '../reports/page.ts';
import { takePicture } from './browser-picture.ts';

export interface FormArguments {
  output?: string;
  format: 'html' | 'md' | 'json';
  png?: string;
}

/** What each form is made of; the page and the text come with the figures behind them. */
export interface Forms<Summary> {
  readonly page: () => Promise<{ readonly html: string; readonly summary: Summary }>;
  readonly figures: () => Promise<{ readonly markdown: string; readonly summary: Summary }>;
  readonly chart: (name: string) => Promise<ChartPage>;
}

interface Form<Summary> {
  readonly content: string | Buffer;
  /** A picture has none. */
  readonly summary?: Summary;
}

/** `schemas` says what the JSON is; `output` what becomes of a report that no file is named for. */
export function formOptions<T>(yargs: Argv<T>, schemas: string, output: string): Argv<T & FormArguments> {
  return yargs
    .option('output', { alias: 'o', type: 'string', describe: `the file; left out: ${output}` })
    .option('format', {
      choices: ['html', 'md', 'json'] as const,
      default: 'html',
      describe: `md: for a pull request; json: all figures, as ${schemas} says`,
    })
    .option('png', {
      type: 'string',
      describe: 'the chart of this name alone, as a PNG; needs Chromium or Chrome',
    }) as Argv<T & FormArguments>;
}

/** What a file's ending promises. */
const endings: Readonly<Record<string, string>> = { '.html': 'html', '.md': 'md', '.json': 'json', '.png': 'png' };

/** A picture goes to a file; so does what is no text, unless `isText`. A page in a file called .md would be read as text. */
export function requireOutput({ output, format, png }: FormArguments, isText: boolean): void {
  const [promised, form] = [endings[extname(output ?? '').toLowerCase()], png === undefined ? format : 'png'];
  if (promised !== undefined && promised !== form) {
    if (form === 'png') throw new Error(`${output}: would hold a picture; name a .png file`);
    const way = promised === 'png' ? '--png and the name of a chart' : `--format ${promised}`;
    throw new Error(`${output}: would hold ${form}; add ${way}, or name it otherwise`);
  }
  if (output === undefined && (png !== undefined || !isText)) {
    throw new Error(`-o is missing; name the ${png === undefined ? 'HTML' : 'PNG'} file`);
  }
}

export async function formed<S>({ format, png }: FormArguments, forms: Forms<S>): Promise<Form<S>> {
  if (png !== undefined) return { content: await takePicture(await forms.chart(png)) };
  if (format === 'html') {
    const { html, summary } = await forms.page();
    return { content: html, summary };
  }
  const { markdown, summary } = await forms.figures();
  return { content: format === 'md' ? markdown : `${JSON.stringify(summary, null, 2)}\n`, summary };
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
