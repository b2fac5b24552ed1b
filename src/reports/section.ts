/** What a report is made of: sections, and charts that share their data. */
import type { TopLevelSpec } from 'vega-lite';
import { html, type Markup } from './markup.ts';

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

/** The place of a chart in a section. */
export function chartFigure({ name, title, description }: Chart): Markup {
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<div class="plot" data-chart="${name}" role="img" aria-label="${`${title}. ${description}`}"></div></figure>`;
}

/** Data of charts carry no digits that nobody can see. */
export function rounded(value: number, places: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
