/** HTML that is safe by construction: whatever goes into a template is text and is escaped, unless it is markup. */
import type { Money } from '../market/units.ts';
import { signedMoney } from './format.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/** html`<b>${anything}</b>` */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = template[0];
  for (const [i, part] of parts.entries()) text += render(part) + template[i + 1];
  return new Markup(text);
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(render).join('') : escapeHtml(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]);
}

/** JSON for a script element: with no "<" in it, nothing in a text can end the element or open a comment. */
export function scriptJson(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

export interface Column {
  readonly title: string;
  /** Figures stand to the right, in digits of equal width; prose may take several lines. */
  readonly kind?: 'figures' | 'prose';
}

/** A longer table gets a box of limited height. */
const LONG_ROWS = 30;

/** A table in a box of its own, which scrolls when the page is too narrow for it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Markup {
  const heads = columns.map(({ title, kind }) => html`<th scope="col"${className(kind)}>${title}</th>`);
  const cells = (row: readonly Part[]) => columns.map(({ kind }, i) => html`<td${className(kind)}>${row[i]}</td>`);
  const box = rows.length > LONG_ROWS ? 'scroll long' : 'scroll';
  return html`<div class="${box}" tabindex="0" role="group" aria-label="${caption}"><table><caption><span>${caption}</span></caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table></div>`;
}

const className = (name: string | undefined): Markup | undefined => (name ? html` class="${name}"` : undefined);

/** A gain or a loss, by sign and colour. */
export function signedAmount(amount: Money, currency: string | undefined, places?: number): Markup {
  const text = signedMoney(amount, currency, places);
  return amount === 0n ? html`${text}` : html`<span class="${amount < 0n ? 'loss' : 'gain'}">${text}</span>`;
}

/** A few single figures side by side. */
export function facts(pairs: readonly (readonly [name: string, value: Part])[]): Markup {
  return html`<dl class="figures-list">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
