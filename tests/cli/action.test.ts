/** The action for GitHub: its steps are run as a runner runs them, with what the inputs come to. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { description: string; default?: string; required?: boolean }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'dist/cli/main.js');
const action = parse(readFileSync(join(root, 'action/action.yml'), 'utf8')) as Action;
const { steps } = action.runs;
const folder = temporaryFolder();

beforeAll(() => {
  if (!existsSync(program)) throw new Error('these tests run the built program: npm run build first');
});

/** As GitHub fills in `${{ inputs.x }}`: the text that was given, else the default. */
function filled(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{\{ inputs\.([\w-]+) \}\}/g,
    (_, name) => inputs[name] ?? action.inputs[name].default ?? '',
  );
}

/** The script steps as a runner runs them, with an `npx` that finds the program built here. */
function runSteps(inputs: Readonly<Record<string, string>>) {
  const bin = join(folder(), 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  const scripts = steps.filter(({ run }) => run !== undefined);
  expect(scripts.map(({ shell }) => shell)).toEqual(['bash']);
  const [{ run = '', env = {}, 'working-directory': cwd = '.' }] = scripts;
  writeFileSync(join(folder(), 'step.sh'), run);
  return spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', join(folder(), 'step.sh')], {
    encoding: 'utf8',
    cwd: join(folder(), filled(cwd, inputs)),
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      GITHUB_STEP_SUMMARY: join(folder(), 'summary.md'),
      ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text, inputs)])),
    },
  });
}

function suite(file: string, parameters = {}): void {
  const one = { tapes: [fixtures.kalshi], strategy: 'yes_80_90', parameters, to: '2026-05-13T18:09:00Z' };
  writeFileSync(join(folder(), file), stringify({ cases: { one } }));
}

const summary = () => readFileSync(join(folder(), 'summary.md'), 'utf8');

describe('the action', () => {
  it('fails the job when a run is not what is expected, and tells why in its summary', () => {
    mkdirSync(join(folder(), 'project'));
    const inputs = { suites: 'suite.yaml', 'working-directory': 'project' };
    suite('project/suite.yaml');
    expect(runSteps({ ...inputs, update: 'true' }).status).toBe(0);
    expect(runSteps(inputs).status).toBe(0);
    suite('project/suite.yaml', { size: 11 });
    expect(runSteps(inputs).status).toBe(1);
    expect(summary()).toMatch(/## truetape verify: not as expected.*size: 10/s);
    expect(existsSync(join(folder(), 'project/out/verify/junit.xml'))).toBe(true);
  }, 60_000);

  it('takes suites on lines of their own, runs no text of an input, and tells no summary twice', () => {
    suite('one.yaml');
    suite('other.yaml');
    const { status } = runSteps({
      suites: 'one.yaml\nother.yaml\n',
      update: 'true',
      output: 'out of $(touch planted)',
    });
    expect(status).toBe(0);
    expect(summary()).toMatch(/### one.*### other/s);
    const before = summary();
    for (const suites of ['$(touch planted)', '`touch planted`; touch planted', '--update', '']) {
      expect(runSteps({ suites, output: 'out of $(touch planted)' }).status, suites).toBe(2);
    }
    expect(existsSync(join(folder(), 'planted'))).toBe(false);
    expect(summary()).toBe(before);
  }, 60_000);

  it('has no expression in a script: every input comes as a variable', () => {
    for (const { run, uses } of steps) {
      expect(run ?? '').not.toContain('${{');
      if (run === undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
    }
  });

  it('uses every input that it has, has every one that it uses, and docs name them all', () => {
    const used = [...JSON.stringify(steps).matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
    const docs = readFileSync(join(root, 'docs/use-in-ci.md'), 'utf8');
    for (const [name, { default: usual, required }] of Object.entries(action.inputs)) {
      expect(docs).toContain(usual === undefined ? `| \`${name}\` | | needed: ` : `| \`${name}\` | \`${usual}\` |`);
      expect(required ?? false, name).toBe(usual === undefined);
    }
  });
});
