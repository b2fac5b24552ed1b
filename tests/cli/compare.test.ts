import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();

function truetape(...args: string[]) {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder() });
}

describe('compare', () => {
  it('tells the gap, its parts and its causes; writes the page; takes its own JSON across sessions', () => {
    const replay = (output: string, ...more: string[]) =>
      expect(truetape('replay', fixtures.kalshi, '-s', 'spread_capture', '-o', output, ...more).status).toBe(0);
    replay('one', '--param', 'size=12');
    replay('other');
    const told = truetape('compare', 'one', 'other', '--auto', fixtures.kalshi, '-o', 'gap.html');
    expect(told.stderr).toBe('');
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/^gap +0\.1439 /m);
    expect(told.stdout).toMatch(/^parameters +0\.1439 +0\.1439 /m);
    expect(told.stdout).toMatch(/^first divergence: row 1 of orders/m);
    expect(told.stdout).toMatch(/^! parameters: size: 12 and 10$/m);
    expect(statSync(join(folder(), 'gap.html')).size).toBeLessThan(3_000_000);

    expect(told.stdout).toMatch(/\ngap\.html, [\d.]+ kB\n$/);

    const json = truetape('compare', 'one', 'other', '--json');
    expect(JSON.parse(json.stdout).results.gap).toBe('0.1439');
    const file = truetape('compare', 'one', 'other', '--format', 'json', '--json', '-o', 'gap.json');
    expect(JSON.parse(file.stdout)).toEqual(JSON.parse(json.stdout));
    expect(JSON.parse(readFileSync(join(folder(), 'gap.json'), 'utf8'))).toEqual(JSON.parse(json.stdout));
    const markdown = truetape('compare', 'one', 'other', '--format', 'md').stdout;
    expect(markdown).toMatch(/^## truetape compare: `one` against `other`\n/);
    expect(markdown).toContain('\n| Gap | +$0.1439 |\n');
    const sessions = truetape('compare', 'gap.json', 'gap.json', '--budget', '1', '--format', 'md');
    expect(sessions.stdout).toMatch(/^## truetape compare: sessions\n/);
    expect(truetape('compare', 'one', 'other', '--png', 'waterfall').stderr).toBe(
      'truetape: -o is missing; name the PNG file\n',
    );
    const same = truetape('compare', 'other', 'other');
    expect(same.stdout).toMatch(/^identical: other and other/);
    expect(truetape('compare', 'one').stderr).toMatch(/name the run that it is held against/);
    expect(truetape('compare', 'one', 'other', 'one').stderr).toMatch(/two runs are compared, not 3/);
    expect(truetape('compare', 'one', 'other', '--budget', '1').stderr).toMatch(/cannot be read as JSON/);
  }, 120_000);
});
