import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** Who may import whom; a folder may always import itself. docs/architecture.md says why. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  market: [],
  strategies: ['market'],
  sim: ['market'],
  risk: ['market'],
  engine: ['market', 'risk'],
  tape: ['market'],
  feeds: ['market'],
  check: ['market', 'tape', 'feeds'],
  recorder: ['market', 'tape', 'feeds'],
  replay: ['market', 'tape', 'feeds', 'engine'],
  reports: ['market', 'tape'],
  run: ['market', 'tape', 'feeds', 'engine', 'sim', 'risk', 'strategies', 'replay'],
  probe: ['market', 'tape', 'run', 'reports'],
  verify: ['market', 'tape', 'run', 'probe', 'reports', 'divergence'],
  divergence: ['market', 'tape', 'feeds', 'run', 'probe', 'reports'],
  live: ['market', 'tape', 'feeds', 'recorder', 'engine', 'sim', 'risk', 'strategies', 'replay', 'run'],
  cli: [
    'market',
    'tape',
    'feeds',
    'check',
    'recorder',
    'engine',
    'sim',
    'risk',
    'strategies',
    'replay',
    'run',
    'live',
    'probe',
    'verify',
    'divergence',
    'reports',
  ],
};

/** Where time, chance and the surroundings are handed in, never asked for. */
const deterministic = ['market', 'engine', 'sim', 'risk', 'strategies', 'reports', 'check', 'divergence'];
const banned: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bhrtime\b/, 'the wall clock'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'chance that is not seeded'],
  [/\bset(Timeout|Interval|Immediate)\s*\(/, 'timers'],
  [/\bprocess\.env\b/, 'the environment'],
];
/** The columnar formats and their libraries have one home. */
const tapeLibraries = /from '(@duckdb\/|apache-arrow)/;

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();
const folderOf = (file: string): string => (file.includes('/') ? file.split('/')[0] : '');

/** Comments and texts do not run. */
function code(file: string): string {
  return readFileSync(join(source, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"])\/\/.*$/gm, '');
}

function importsOf(file: string): string[] {
  return [...code(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(source, resolve(source, dirname(file), match[1])),
  );
}

describe('architecture', () => {
  it('every folder is in the table', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => folder !== '' && !(folder in mayImport))).toEqual([]);
  });

  it('imports go only where the table allows', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => {
          const [from, to] = [folderOf(file), folderOf(target)];
          return from !== '' && from !== to && !mayImport[from].includes(to);
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('nothing that a replay runs asks for time, chance or the environment', () => {
    const wrong = files
      .filter((file) => deterministic.includes(folderOf(file)))
      .flatMap((file) =>
        banned.filter(([pattern]) => pattern.test(code(file))).map(([, what]) => `${file} uses ${what}`),
      );
    expect(wrong).toEqual([]);
  });

  it('only src/tape knows DuckDB, Parquet and Arrow', () => {
    expect(files.filter((file) => folderOf(file) !== 'tape' && tapeLibraries.test(code(file)))).toEqual([]);
  });

  it('the rules can fail: they see what they look for', () => {
    expect(importsOf('engine/engine.ts').length).toBeGreaterThan(3);
    expect(files.length).toBeGreaterThan(50);
    expect(banned.every(([pattern]) => pattern.test('Date.now() Math.random() setTimeout( process.env'))).toBe(true);
  });
});
