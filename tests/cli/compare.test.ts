import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { inThisProcess } from '../support/program.ts';

const folder = temporaryFolder();
const truetape = (...args: string[]) => inThisProcess(args, folder());

describe('compare', () => {
  it('tells the gap, its parts and its causes; writes the page; takes its own JSON across sessions', async () => {
    const replay = async (output: string, ...more: string[]) =>
      expect((await truetape('replay', fixtures.kalshi, '-s', 'spread_capture', '-o', output, ...more)).status).toBe(0);
    await replay('one', '--param', 'size=12');
    await replay('other');
    const told = await truetape('compare', 'one', 'other', '--auto', fixtures.kalshi, '-o', 'gap.html');
    expect(told.stderr).toBe('');
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/^gap +0\.1439 /m);
    expect(told.stdout).toMatch(/^parameters +0\.1439 +0\.1439 /m);
    expect(told.stdout).toMatch(/^first divergence: row 1 of orders/m);
    expect(told.stdout).toMatch(/^! parameters: size: 12 and 10$/m);
    expect(statSync(join(folder(), 'gap.html')).size).toBeLessThan(3_000_000);

    expect(told.stdout).toMatch(/\ngap\.html, [\d.]+ kB\n$/);

    const json = await truetape('compare', 'one', 'other', '--json');
    expect(JSON.parse(json.stdout).results.gap).toBe('0.1439');
    const file = await truetape('compare', 'one', 'other', '--format', 'json', '--json', '-o', 'gap.json');
    expect(JSON.parse(file.stdout)).toEqual(JSON.parse(json.stdout));
    expect(JSON.parse(readFileSync(join(folder(), 'gap.json'), 'utf8'))).toEqual(JSON.parse(json.stdout));
    const markdown = (await truetape('compare', 'one', 'other', '--format', 'md')).stdout;
    expect(markdown).toMatch(/^## truetape compare: `one` against `other`\n/);
    expect(markdown).toContain('\n| Gap | +$0.1439 |\n');
    copyFileSync(join(folder(), 'gap.json'), join(folder(), 'again.json'));
    const sessions = await truetape('compare', 'gap.json', 'again.json', '--budget', '1', '--format', 'md');
    expect(sessions.stdout).toMatch(/^## truetape compare: sessions\n/);
    expect(sessions.status).toBe(0);
    const alone = await truetape('compare', 'gap.json', '--budget', '1');
    expect(alone).toMatchObject({ status: 1, stdout: expect.stringContaining('NOT SHOWN to be equivalent within 1 ') });
    for (const budget of ['abc', '0']) {
      const { stderr } = await truetape('compare', 'gap.json', 'again.json', '--budget', budget);
      expect(stderr).toMatch(/--budget \w+: write an amount above 0/);
    }
    expect((await truetape('compare', 'one', 'other', '--png', 'waterfall')).stderr).toBe(
      'truetape: -o is missing; name the PNG file\n',
    );
    expect((await truetape('compare', 'one', 'other', '-o', 'gap.md')).stderr).toBe(
      'truetape: gap.md: would hold html; add --format md, or name it otherwise\n',
    );
    const same = await truetape('compare', 'other', 'other');
    expect(same.stdout).toMatch(/^identical: other and other/);
    expect((await truetape('compare', 'one')).stderr).toMatch(/name the run that it is held against/);
    expect((await truetape('compare', 'one', 'other', 'one')).stderr).toMatch(/two runs are compared, not 3/);
    expect((await truetape('compare', 'one', 'other', '--budget', '1')).stderr).toMatch(/cannot be read as JSON/);
  }, 120_000);
});
