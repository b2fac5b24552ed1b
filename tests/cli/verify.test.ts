import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'dist/cli/main.js');
const folder = temporaryFolder();
const to = '2026-05-13T18:09:00Z';

beforeAll(() => {
  if (!existsSync(program)) throw new Error('these tests run the built program: npm run build first');
});

function truetape(...args: string[]) {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder() });
}

function suite(parameters = {}): void {
  const cases = { one: { tapes: [fixtures.kalshi], strategy: 'yes_80_90', parameters, to } };
  writeFileSync(join(folder(), 'suite.yaml'), stringify({ cases }));
}

describe('truetape verify', () => {
  it('exits with 1 until what comes out was accepted, with 1 again when it drifts, with 2 for bad input', () => {
    suite();
    expect(truetape('config', 'check', 'suite.yaml').stdout).toBe('suite.yaml: a good suite config\n');
    expect(truetape('verify', 'suite.yaml')).toMatchObject({ status: 1 });
    const accepted = truetape('verify', 'suite.yaml', '--update');
    expect(accepted.stdout).toMatch(/one +updated .* good\n\nverdict: as expected\n$/);
    expect(accepted.status).toBe(0);
    suite({ size: 11 });
    const { status, stdout } = truetape('verify', 'suite.yaml', '-o', 'out/verify');
    expect(status).toBe(1);
    expect(stdout).toMatch(/first difference: row 1 of orders at 2026-05-13T18:08:/);
    expect(stdout).toMatch(/size +10\.00000000 +11\.00000000/);
    expect(stdout).toMatch(/likely cause: config: parameters\.size: 10 -> 11\n\nverdict: 1 case not as expected\n$/);
    expect(readdirSync(join(folder(), 'out/verify')).sort()).toEqual([
      'junit.xml',
      'verify.html',
      'verify.json',
      'verify.md',
    ]);
    const json = truetape('verify', 'suite.yaml', '--json').stdout;
    expect(JSON.parse(json)).toMatchObject({ format: 1, good: false, suites: [{ cases: [{ cached: true }] }] });
    expect(truetape('verify', 'missing.yaml')).toMatchObject({
      status: 2,
      stderr: 'truetape: missing.yaml: no such file\n',
    });
    expect(truetape('verify', 'missing.zip').stderr).toMatch(/^truetape: missing\.zip: no such bundle/);
    expect(truetape('verify', 'suite.yaml', '--jobs', '0').stderr).toMatch(/--jobs 0: write a whole number from 1 on/);
  });
});

describe('truetape bundle and truetape runs', () => {
  it('pack a run up to a time, find runs below a folder, and say in what two of them differ', () => {
    for (const size of ['1', '2'])
      truetape(
        'replay',
        fixtures.kalshi,
        '-s',
        'yes_80_90',
        '--param',
        `size=${size}`,
        '--to',
        to,
        '-o',
        `runs/${size}`,
      );
    const run = ['bundle', '--from-run', 'runs/1', '-t', fixtures.kalshi];
    expect(truetape(...run, '--around', '2026-05-13T18:08:40Z', '-o', 'kept.zip').stdout).toMatch(
      /^1: up to 2026-05-13T18:08:40\.000000Z\nkept\.zip, [\d.]+ kB\n$/,
    );
    expect(truetape('verify', 'kept.zip')).toMatchObject({ status: 0 });
    expect(truetape(...run, '--around', 'noon', '-o', 'kept.zip')).toMatchObject({ status: 2 });
    expect(truetape('bundle', '-o', 'kept.zip').stderr).toBe('truetape: name a suite, or a run with --from-run\n');
    const { runs } = JSON.parse(truetape('runs', '--json').stdout);
    expect(runs.map(({ run }: { run: string }) => run)).toEqual(['runs/1', 'runs/2']);
    expect(truetape('runs', '-s', 'hold').stdout).toBe('no runs\n');
    expect(truetape('runs', 'runs/1', 'runs/2', '--diff').stdout).toMatch(/parameters\.size +1 +2\n/);
    expect(truetape('runs', 'runs/1', '--diff').stderr).toBe('truetape: --diff needs two runs\n');
    expect(truetape('sql', 'select run from sessions order by run', '-r', 'runs').stdout).toMatch(/\n +1\n +2\n$/);
  });
});
