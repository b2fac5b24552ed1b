/** Parts of a text in the Markdown that pull requests show. */

/** Names in the first column, figures to the right, unless it is said which columns are figures. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isFigures = (column: number): boolean => column > 0,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (isFigures(i) ? '---:' : '---'))), ...rows.map(line)].join('\n');
}

/** What makes the reader doubt the figures. */
export const warningList = (texts: readonly string[]): string => texts.map((text) => `- ⚠️ ${plain(text)}`).join('\n');

/** Blocks with an empty line between them; those without text are left out. */
export const joined = (blocks: readonly string[]): string => blocks.filter((block) => block !== '').join('\n\n');

/** Text from outside that no reader of Markdown takes for anything else. */
export function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_[\]<>#|&~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** In a table a bar would end the cell, even in code. */
export const code = (text: string): string => `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
