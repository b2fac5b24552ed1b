/** A page about one thing, as a comparison and many sessions both are. */
import { html, type Markup } from '../reports/markup.ts';
import { renderDocument, sectionMarkup, warningBand } from '../reports/page.ts';
import type { Section } from '../reports/section.ts';

export interface DivergencePage {
  readonly title: string;
  readonly about?: Markup;
  /** Told before anything else. */
  readonly doubts?: readonly string[];
  readonly sections: readonly Section[];
}

export function renderDivergence({ title, about, doubts = [], sections }: DivergencePage): Promise<string> {
  return renderDocument({
    title: `${title} - truetape divergence`,
    brand: 'truetape divergence report',
    body: html`<article class="run" id="run-1">
<header>
<h1>${title}</h1>
${about}
<nav aria-label="Sections">${sections.map(({ name, title: text }) => html`<a href="#run-1-${name}">${text}</a>`)}</nav>
</header>
${warningBand(doubts)}
${sections.map((section) => sectionMarkup(section, 'run-1-'))}
</article>`,
    runs: [sections],
  });
}
