import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'dist/cli/main.js');
const folder = temporaryFolder();

beforeAll(() => {
  if (!existsSync(program)) throw new Error('these tests run the built program: npm run build first');
});

function run(cwd: string, ...args: string[]) {
  // A test that runs tests: it must not take itself for a part of the outer run.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd, env });
}

const init = (name: string) => run(folder(), program, 'init', name, '--json');

describe('truetape init', () => {
  it('writes a project whose configs are good and whose test passes', () => {
    const { stdout, stderr, status } = init('My weather');
    expect(status, stderr).toBe(0);
    const { files } = JSON.parse(stdout) as { files: string[] };
    const project = join(folder(), 'My weather');
    expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['.gitignore', '.github/workflows/check.yml', 'README.md']));
    const { name, scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(name).toBe('my-weather');
    for (const file of files) expect(readFileSync(join(project, file), 'utf8')).not.toMatch(/\{\{/);

    mkdirSync(join(project, 'node_modules'));
    symlinkSync(root, join(project, 'node_modules', 'truetape'), 'dir');
    // What `npm test` runs there.
    const [, checked] = /^truetape (config check .*)$/.exec(scripts.check) ?? [];
    const configs = run(project, program, ...checked.split(' '));
    // Its keys are not there yet.
    const told = configs.stderr.split('\n').filter((line) => line !== '');
    expect(told.filter((line) => !/^truetape: warning: configs\/[\w-]+\.yaml: secrets\.\w+: /.test(line))).toEqual([]);
    expect(configs.status).toBe(0);
    expect(scripts.test).toBe('npm run check && node --test');
    const tests = run(project, '--test');
    expect(tests.status, tests.stdout).toBe(0);
    expect(tests.stdout).toMatch(/pass 2\b/);
    expect(scripts.verify).toMatch(/^truetape verify sessions\/\*\.zip /);
    expect(readFileSync(join(project, '.github/workflows/check.yml'), 'utf8')).toContain('npm run verify');
    const shown = run(project, program, 'strategies', './strategies/buy-dips.ts');
    expect(shown.status, shown.stderr).toBe(0);
  });

  it('overwrites nothing, and then writes nothing', () => {
    mkdirSync(join(folder(), 'mine'));
    writeFileSync(join(folder(), 'mine', 'tsconfig.json'), 'mine');
    const { stderr, status } = init('mine');
    expect(status).toBe(2);
    expect(stderr).toBe(
      'truetape: mine: has a tsconfig.json already, and nothing is overwritten; choose another folder\n',
    );
    expect(readdirSync(join(folder(), 'mine'))).toEqual(['tsconfig.json']);
  });

  it('needs a folder', () => {
    writeFileSync(join(folder(), 'file'), '');
    expect(init('file').stderr).toBe('truetape: file: is a file; choose another name for the project\n');
  });
});
