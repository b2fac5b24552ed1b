import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStrategy } from '../../src/run/load-strategy.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

function file(name: string, code: string): string {
  const path = join(folder(), name);
  writeFileSync(path, code);
  return path;
}

const strategy = (body: string, before = '') => `
import { defineStrategy, z } from 'truetape';
${before}
export default defineStrategy({
  name: 'mine',
  description: 'a test',
  parameters: z.object({ limit: z.number().default(3).describe('how many') }),
  create(desk, parameters) { ${body} },
});`;

describe('a strategy file', () => {
  it('runs as it is written: TypeScript, its own imports, parameters with defaults', async () => {
    mkdirSync(join(folder(), 'lib'), { recursive: true });
    file('lib/words.ts', 'export enum Word { hello = "hello" } export const word: string = Word.hello;');
    const path = file(
      'typed.ts',
      strategy(
        `let told = 0;
        return { onBook(market) {
          if (told++ < parameters.limit) desk.decide({ instrument: market.instrument.id, action: 'watch', reason: word });
        } };`,
        "import { word } from './lib/words.ts';",
      ),
    );
    const output = join(folder(), 'run');
    const run = await replayRun({ tapes: [fixtures.kalshi], strategy: path, output, parameters: { limit: 2 } });
    expect(run.rows.decisions).toBe(2);
    expect(run.strategy.codeSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(run.parameters).toEqual({ limit: 2 });
    expect((await readJournal(output, 'decisions')).map((row) => row.reason)).toEqual(['hello', 'hello']);
  });

  it('has tape time and seeded chance under the usual names', async () => {
    const path = file(
      'clock.ts',
      strategy(`return { onStart() {
        const time = new Intl.DateTimeFormat('en-US', { timeStyle: 'medium', timeZone: 'America/New_York' });
        const note = [Date.now(), new Date().toISOString(), Math.floor(performance.now()), Math.random(), time.format()];
        desk.note(JSON.stringify(note));
      } };`),
    );
    const notes: string[] = [];
    for (const [name, seed] of [
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
    ]) {
      const output = join(folder(), name);
      await replayRun({ tapes: [fixtures.kalshi], strategy: path, output, config: { seed } });
      const [row] = await readJournal(output, 'notes');
      notes.push(String(row.text));
    }
    expect(notes[0]).toBe(notes[1]);
    const [now, iso, performanceNow, chance, inNewYork] = JSON.parse(notes[0]);
    expect(inNewYork).toMatch(/^2:08:19.PM$/);
    expect(new Date(now).toISOString()).toBe('2026-05-13T18:08:19.074Z');
    expect([iso, performanceNow]).toEqual(['2026-05-13T18:08:19.074Z', now]);
    expect(chance).not.toBe(JSON.parse(notes[2])[3]);
  });

  it('has another hash when a file that it imports changes', async () => {
    file('part.ts', 'export const part = 1;');
    const path = file('whole.ts', strategy('return {};', "import { part } from './part.ts'; console.assert(part);"));
    const before = await loadStrategy(path);
    file('part.ts', 'export const part = 2;');
    expect((await loadStrategy(path)).codeSha256).not.toBe(before.codeSha256);
  });

  it.each([
    ['missing.ts', undefined, /missing\.ts: no such strategy file/],
    [
      'syntax.ts',
      'const a = 1;\nexport default { name: ; };',
      /syntax\.ts: does not load: Unexpected token \(syntax\.ts:2\)$/,
    ],
    ['nothing.ts', 'export const x = 1;', /nothing\.ts: its default export is not a strategy; write "export default/],
    [
      'throws.ts',
      'throw new Error("on its own terms");',
      /throws\.ts: does not load: on its own terms \(throws\.ts:1\)$/,
    ],
    [
      'lost.ts',
      "import { x } from './not-there.ts'; export default x;",
      /does not load: cannot find \.\/not-there\.ts \(lost\.ts:1\)$/,
    ],
    [
      'package.ts',
      "import { x } from 'nosuchpkg'; export default x;",
      /does not load: cannot find nosuchpkg \(package\.ts:1\)$/,
    ],
    [
      'bare.ts',
      "export default { name: 'a', create: () => ({}) };",
      /bare\.ts: the strategy has no parameters; write "parameters/,
    ],
    [
      'reads.ts',
      strategy('return {};', "import { readFileSync } from 'node:fs'; readFileSync('x');"),
      /reads\.ts: does not load: imports node:fs, but a strategy sees markets only through its desk$/,
    ],
    [
      'waits.ts',
      strategy('return {\n async onStart() { await 1; } };'),
      /does not load: async code is not for strategies: use desk\.ask.* or desk\.wakeAt.* \(waits\.ts:9\)$/,
    ],
    [
      'hidden.ts',
      strategy('return { onStart() {\n (async () => desk.note("later"))(); } };'),
      /async code is not for strategies.* \(hidden\.ts:9\)$/,
    ],
    ['imports.ts', strategy("return { onStart() { import('zod'); } };"), /import\(\) is not for strategies/],
    [
      'early.ts',
      `console.log(Date.now()); ${strategy('return {};')}`,
      /early\.ts: does not load: .*no tape time while/,
    ],
  ])('%s that does not load says why in one line', async (name, code, message) => {
    const path = code === undefined ? join(folder(), name) : file(name, code);
    await expect(loadStrategy(path)).rejects.toThrow(message);
    await expect(loadStrategy(path)).rejects.not.toThrow(/\n/);
  });

  it('that reaches outside is stopped with the way to do it', async () => {
    const path = file('timer.ts', strategy('return { onStart() { setTimeout(() => {}, 1); } };'));
    const run = replayRun({ tapes: [fixtures.kalshi], strategy: path, output: join(folder(), 'stopped') });
    await expect(run).rejects.toThrow(
      /the run stopped at 2026-05-13T.*setTimeout is not for strategies: use desk\.wakeAt/,
    );
  });

  it.each([
    ['globalThis.setTimeout(() => {}, 1)', /setTimeout is not for strategies: use desk\.wakeAt.* \(outside\.ts:9\)$/],
    [
      "globalThis.global.fetch('http://x')",
      /fetch is not for strategies: use desk\.ask\(source, request\) and onAnswer/,
    ],
    ["new WebSocket('ws://x')", /WebSocket is not for strategies: use desk\.ask/],
    ['Promise.resolve().then(() => {})', /Promise is not for strategies: use desk\.ask/],
    ['queueMicrotask(() => {})', /queueMicrotask is not for strategies: use desk\.wakeAt/],
    ['crypto.randomUUID()', /crypto is not for strategies: use desk\.rng/],
    ['process.exit(0)', /the run stopped at 2026-05-13T.*undefined.*exit.* \(outside\.ts:9\)$/],
    ['globalThis.process.exit(0)', /undefined.*exit/],
    ['(function () { return this; })().process.exit(0)', /undefined.*process/],
  ])('that says %s is stopped, with the line', async (code, message) => {
    const path = file('outside.ts', strategy(`return { onStart() {\n ${code}; } };`));
    await expect(replayRun({ tapes: [fixtures.kalshi], strategy: path, output: join(folder(), 'x') })).rejects.toThrow(
      message,
    );
  });

  it('has the same clock and chance behind globalThis, and no process', async () => {
    const path = file(
      'global.ts',
      strategy(`return { onStart() {
        const same = [globalThis.Date === Date, globalThis.Math === Math, globalThis.globalThis === globalThis];
        desk.note(JSON.stringify([...same, typeof process, 'x' + globalThis.process, globalThis.Date.now()]));
      } };`),
    );
    const output = join(folder(), 'run');
    await replayRun({ tapes: [fixtures.kalshi], strategy: path, output });
    const [row] = await readJournal(output, 'notes');
    expect(JSON.parse(String(row.text))).toEqual([
      true,
      true,
      true,
      'undefined',
      'xundefined',
      Date.parse('2026-05-13T18:08:19.074Z'),
    ]);
  });

  it('has the same hash wherever we are', async () => {
    const path = file('here.ts', strategy('return {};'));
    const { codeSha256 } = await loadStrategy(path);
    mkdirSync(join(folder(), 'elsewhere'));
    writeFileSync(join(folder(), 'elsewhere', 'here.ts'), strategy('return {};'));
    expect((await loadStrategy(join(folder(), 'elsewhere', 'here.ts'))).codeSha256).toBe(codeSha256);
  });

  it('is told apart from a name that is not known', async () => {
    await expect(loadStrategy('spred_capture')).rejects.toThrow(
      /no strategy "spred_capture": it is one of hold, .*or the path/,
    );
  });
});

describe('parameters and settings', () => {
  const base = { tapes: [fixtures.kalshi], strategy: 'spread_capture' };

  it('that are not known or not valid are named', async () => {
    const output = join(folder(), 'x');
    await expect(replayRun({ ...base, output, parameters: { sise: 5 } })).rejects.toThrow(
      /spread_capture: unknown sise; there are size, maxInventory/,
    );
    await expect(replayRun({ ...base, output, parameters: { size: -5 } })).rejects.toThrow(/size: /);
    await expect(replayRun({ ...base, output, config: { cash: 'much' } })).rejects.toThrow(
      /run settings: cash: must be an amount/,
    );
    await expect(replayRun({ ...base, output, config: { latency: { entryMs: -1 } } })).rejects.toThrow(
      /latency\.entryMs/,
    );
    const typo = { latency: { entry: 1 } } as object;
    await expect(replayRun({ ...base, output, config: typo })).rejects.toThrow(
      /run settings: latency: unknown entry; there are entryMs, responseMs/,
    );
    for (const queue of ['fastest', { model: 'power-2' }, { model: 'log-1', exponent: 3 }] as never[]) {
      await expect(replayRun({ ...base, output, config: { queue } })).rejects.toThrow(
        'run settings: queue: must be prints-only, power-1, power-2, power-3, log-1, log-2, pro-rata, fifo, or a power with',
      );
    }
    await expect(replayRun({ ...base, output, config: { fills: 'all' as never } })).rejects.toThrow(/fills: .*"touch"/);
  });

  it('stand in the manifest as they were resolved', async () => {
    const run = await replayRun({ ...base, output: join(folder(), 'resolved'), config: { cash: 123.45 } });
    expect(run.parameters).toMatchObject({ size: 10, maxInventory: 50 });
    expect(run.config).toMatchObject({
      cash: '123.45',
      latency: { entryMs: 50, responseMs: 50 },
      queue: 'prints-only',
      fills: 'prints',
      venueSees: 'receipt',
      fees: { kalshi: 'kalshi, direct account' },
    });
    const options = { queue: { model: 'power-2', exponent: 1.5 }, fills: 'touch' } as const;
    const other = await replayRun({ ...base, output: join(folder(), 'other'), config: options });
    expect(other.config).toMatchObject({ queue: 'power-2, exponent 1.5', fills: 'touch' });
  });
});
