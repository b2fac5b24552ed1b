/** What the documentation shows is code that runs: the files in `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

it('every line of TypeScript in "Write a strategy" stands in an example', () => {
  const files = readdirSync(`${root}examples`).filter((file) => file.endsWith('.ts'));
  const examples = files.map((file) => readFileSync(`${root}examples/${file}`, 'utf8'));
  const known = new Set(examples.flatMap(linesOf));
  const page = readFileSync(`${root}docs/write-a-strategy.md`, 'utf8');
  const shown = [...page.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code]) => linesOf(code));
  expect(shown.filter((line) => !known.has(line))).toEqual([]);
});
