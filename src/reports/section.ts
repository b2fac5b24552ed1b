/** What a report is made of: sections, and charts that share their data. */
import type { TopLevelSpec } from 'vega-lite';
import { html, Markup, table } from './markup.ts';

/** Rows by column: half the size of a list of objects. Texts, numbers, and null where there is no value. */
export interface Dataset {
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly (string | number | null)[]>>;
}

export interface Chart {
  /** Unique in its run. */
  readonly name: string;
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly description: string;
  /** By name; a set of the same name in another chart of the run is the same set. */
  readonly datasets: readonly Dataset[];
  /** Colours, fonts and data are added by the page. */
  readonly spec: TopLevelSpec;
}

export interface Section {
  /** One word, for links. */
  readonly name: string;
  readonly title: string;
  /** Charts are drawn where `chartFigure` puts them. */
  readonly html: Markup;
  readonly charts: readonly Chart[];
}

/** Rows of a dataset that stand in the page as a table; a script adds the rest when they are looked at. */
const TABLE_ROWS = 40;

/** The place of a chart in a section, and its data as tables. */
export function chartFigure({ name, title, description, datasets }: Chart): Markup {
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<div class="plot" data-chart="${name}" role="img" aria-label="${`${title}. ${description}`}"></div>
<noscript><div class="picture">${pictureMark(name)}</div></noscript>
<details class="data"><summary>Data of this chart</summary>${datasets.map(dataTable)}</details></figure>`;
}

/** Where the page puts the picture of a chart; no text can look like it, for its "<" would be escaped. */
export const pictureMark = (name: string): Markup => new Markup(`<!--picture ${name}-->`);
export const pictureMarks = /<!--picture (.*?)-->/g;

function dataTable({ name, columns }: Dataset): Markup {
  const names = Object.keys(columns);
  const length = columns[names[0]]?.length ?? 0;
  const shown = Math.min(length, TABLE_ROWS);
  // The first, the last, and as many at equal distances between them.
  const rows = Array.from({ length: shown }, (_, i) => (shown < 2 ? i : Math.round((i * (length - 1)) / (shown - 1))));
  const caption = shown < length ? `${name}: ${shown} of ${length} rows` : name;
  return html`<div data-rows="${name}">${table(
    caption,
    names.map((column) => ({ title: words(column), kind: isNumber(columns[column]) ? 'figures' : undefined })),
    rows.map((row) => names.map((column) => cellText(columns[column][row]))),
  )}</div>`;
}

/** "entryPrice" -> "entry price" */
const words = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Times are read like texts. */
const isNumber = (values: readonly (string | number | null)[]): boolean =>
  values.every((value) => typeof value !== 'string' && Number(value) < FIRST_TIME);

/** Later than March 1973 in milliseconds, and larger than anything else that charts draw: a time. */
export const FIRST_TIME = 1e11;

/** As the script of the page writes it. */
function cellText(value: string | number | null): string {
  if (typeof value !== 'number') return value ?? '';
  return value > FIRST_TIME ? new Date(value).toISOString().slice(0, 23).replace('T', ' ') : String(value);
}

export function rowsOf({ columns }: Dataset): Record<string, string | number | null>[] {
  const names = Object.keys(columns);
  return (columns[names[0]] ?? []).map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
}

/** Data of charts carry no digits that nobody can see. */
export function rounded(value: number, places: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
