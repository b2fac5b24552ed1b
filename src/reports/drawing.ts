/** Charts as Vega programs, which the page draws, and as still pictures, for where no script runs. */
import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { chartConfig, nearestInTime } from './axes.ts';
import { html, Markup } from './markup.ts';
import { type Chart, type Dataset, rowsOf, type Section } from './section.ts';
import { thin } from './thin.ts';

/** Pixels. */
const PICTURE_WIDTH = 760;
/** Rows of a dataset that a picture is drawn from: one for each pixel. */
const PICTURE_ROWS = 760;

export interface Drawing {
  /** Of its picture, alone in the page. */
  readonly id: string;
  /** Reads its data by their names: they are not in it. */
  readonly program: Spec;
  /** SVG in the colours of the page. */
  readonly picture: Markup;
}

/** By the name of the chart. `prefix` keeps the ids of several runs in one page apart. */
export async function drawingsOf(sections: readonly Section[], prefix: string): Promise<Map<string, Drawing>> {
  const drawings = new Map<string, Drawing>();
  for (const chart of sections.flatMap(({ charts }) => charts)) {
    const { compile } = await import('vega-lite');
    const program = compile({ ...chart.spec, config: chartConfig }).spec;
    const id = `${prefix}${chart.name}`;
    drawings.set(chart.name, { id, program, picture: await pictureOf(chart, `${id}-`) });
  }
  return drawings;
}

/** Loaded here, where they are needed: they take a third of a second. */
export async function pictureOf({ title, spec, datasets }: Chart, prefix: string): Promise<Markup> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile({ ...still(spec), config: { ...chartConfig, aria: false } }).spec));
  for (const set of datasets) view.data(set.name, rowsOf(fewer(set)));
  const svg = await view.toSVG();
  view.finalize();
  const ids: string[] = [];
  const tags = svg.replaceAll(/<[a-z][^>]*>/g, (tag) => ownIds(compact(tag), prefix, ids));
  return new Markup(tags.replace('<svg', `<svg ${picture(title)}`));
}

const picture = (title: string): string => html`role="img" aria-label="${title}"`.text;

/** Without what answers a pointer, and as wide as a picture. */
function still(spec: TopLevelSpec): TopLevelSpec {
  const { width } = spec as { width?: unknown };
  return {
    ...(stillPart(spec) as TopLevelSpec),
    ...(width === 'container' && { width: PICTURE_WIDTH }),
  } as TopLevelSpec;
}

interface Part {
  readonly params?: readonly { readonly name: string; readonly select?: unknown }[];
  readonly layer?: readonly Part[];
}

function stillPart({ params, layer, ...part }: Part): Part {
  return {
    ...part,
    ...(params && { params: params.filter(({ select }) => select === undefined) }),
    ...(layer && { layer: layer.filter((each) => !followsPointer(each)).map(stillPart) }),
  };
}

const followsPointer = ({ params }: Part): boolean => params?.some(({ name }) => name === nearestInTime.name) ?? false;

/** Peaks and troughs of all its columns of numbers are kept. */
function fewer({ name, columns }: Dataset): Dataset {
  const all = Object.values(columns);
  const numbers = all.filter((values) => values.every((value) => typeof value !== 'string'));
  if ((all[0]?.length ?? 0) <= PICTURE_ROWS || numbers.length === 0) return { name, columns };
  const series = numbers.map((values) => values.map((value) => (value === null ? Number.NaN : (value as number))));
  const kept = thin(series, [], PICTURE_ROWS);
  return {
    name,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, kept.map((i) => values[i])])),
  };
}

/** A tenth of a pixel is as fine as anybody sees, and what is there for pointers and readers of marks is of no use. */
function compact(tag: string): string {
  return tag
    .replaceAll(/-?\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))))
    .replaceAll(/ (class|aria-hidden|aria-roledescription|role|pointer-events|xmlns:xlink|version)="[^"]*"/g, '')
    .replaceAll(/ (opacity|stroke-width)="1"/g, '');
}

/** Vega counts them through all pictures that a process draws. */
function ownIds(tag: string, prefix: string, ids: string[]): string {
  return tag.replaceAll(/( id="|url\(#)([^")]+)/g, (_, before, id) => {
    if (!ids.includes(id)) ids.push(id);
    return `${before}${prefix}${ids.indexOf(id)}`;
  });
}
