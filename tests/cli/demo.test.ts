/** The main job, as the README's first command runs it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the demo records two sessions byte for byte, replays them and writes the report, without the network', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/demo.mjs'], { cwd: root, encoding: 'utf8' });
  expect(stderr).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
  expect(stdout.match(/byte for byte what was sent/g)).toHaveLength(2);
  expect(stdout).toContain('Done. Open out/demo/report.html');
  expect(status).toBe(0);
  expect(existsSync(`${root}out/demo/report.html`)).toBe(true);
});
