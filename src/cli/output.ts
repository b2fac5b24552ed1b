/** What the verbs print: one JSON object or text for people on stdout; everything else on stderr. */

export function printJson(value: unknown): void {
  process.stdout.write(
    `${JSON.stringify(value, (_key, field) => (typeof field === 'bigint' ? String(field) : field))}\n`,
  );
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Columns as wide as they need to be; those whose every cell is a number stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
  const isNumber = head.map((_, column) => rows.every((row) => /^$|^[-+]?[\d,.]+( ?%)?$/.test(row[column])));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Pairs, names in a column. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

export const count = (value: number): string => value.toLocaleString('en-US');

/** "1 segment", "2 segments" */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** 0.0123 -> "1.23 %"; never "-0.00 %". */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(2).replace(/^-(?=[0.]*$)/, '')} %`;

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

export function duration(micros: number): string {
  const seconds = micros / 1_000_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`;
}
