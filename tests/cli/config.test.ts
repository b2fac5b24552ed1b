import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { jsonSchemaOf, kindNames, kindOf } from '../../src/cli/config-kinds.ts';
import { temporaryFolder } from '../support/folder.ts';
import { inThisProcess } from '../support/program.ts';

const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));
/** What verbs write as JSON. */
const outputs = ['report', 'compare', 'compare-sessions'];
const folder = temporaryFolder();

const config = (...args: string[]) => inThisProcess(['config', ...args], folder());

function put(name: string, text: string): void {
  writeFileSync(join(folder(), name), text);
}

describe('truetape config check', () => {
  it('tells what each file is, and says of what is wrong file and setting in one line, and 1', async () => {
    put('kalshi.yaml', 'tape: tapes/a\nfeed: kalshi\n');
    put('fast.yaml', 'cash: 100\nlatency: {entryMs: -1}\n');
    put('limits.yaml', 'gaps: {warn: 3}\n');
    put('strange.yaml', 'colour: blue\n');
    const { stdout, stderr, status } = await config('check', 'kalshi.yaml', 'fast.yaml', 'limits.yaml', 'strange.yaml');
    expect(stdout).toBe('kalshi.yaml: a good record config\nlimits.yaml: a good check config\n');
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^truetape: fast\.yaml: latency\.entryMs: /),
      'truetape: strange.yaml: nothing tells what config it is; add --kind, or a setting',
    ]);
    expect(status).toBe(1);
    expect((await config('check', 'limits.yaml', '--kind', 'run')).stderr).toMatch(
      /^truetape: limits\.yaml: unknown gaps; there are cash/,
    );
  });

  it('shows base and overlay merged, with secrets as references', async () => {
    put('base.yaml', 'tape: a\nfeed: kalshi\nsecrets: {keyId: {env: KEY}}\n');
    put('demo.yaml', 'extends: base.yaml\nenvironment: demo\n');
    const merged = { tape: 'a', feed: 'kalshi', secrets: { keyId: { env: 'KEY' } }, environment: 'demo' };
    expect((await config('check', 'demo.yaml', '--print')).stdout).toBe(
      '# demo.yaml: a record config\ntape: a\nfeed: kalshi\nsecrets:\n  keyId:\n    env: KEY\nenvironment: demo\n\n',
    );
    const { stdout, stderr, status } = await config('check', 'demo.yaml', '--print', '--json');
    expect(status).toBe(0);
    const warnings = ['base.yaml: secrets.keyId: the environment has no KEY'];
    expect(JSON.parse(stdout)).toEqual({
      files: [{ file: 'demo.yaml', kind: 'record', problem: null, warnings, config: merged }],
    });
    expect(stderr).toBe(`truetape: warning: ${warnings[0]}\n`);
  });

  it('leaves other actions and kinds to nobody', async () => {
    expect(await config('chekc', 'x.yaml')).toMatchObject({ status: 2, stdout: '' });
    expect((await config('schema', 'colours')).stderr).toBe(
      `truetape: nothing is a colours; there are ${[...kindNames, ...outputs].join(', ')}\n`,
    );
  });
});

describe('the JSON schemas', () => {
  it('in schemas/ are those of the program: truetape config schema <kind> > schemas/<kind>.json', async () => {
    expect(readdirSync(schemas).sort()).toEqual([...kindNames, ...outputs].map((kind) => `${kind}.json`).sort());
    for (const kind of kindNames) {
      expect(readFileSync(join(schemas, `${kind}.json`), 'utf8'), kind).toBe(
        `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`,
      );
    }
    for (const name of ['record', ...outputs]) {
      expect((await config('schema', name)).stdout, name).toBe(readFileSync(join(schemas, `${name}.json`), 'utf8'));
    }
  });

  it.each(kindNames)('of %s has a title and a description of every setting', (kind) => {
    const { $schema, title, properties } = jsonSchemaOf(kind) as Record<string, never>;
    expect([$schema, title]).toEqual(['http://json-schema.org/draft-07/schema#', `truetape ${kind} config`]);
    const bare = Object.entries<{ description?: string }>(properties).filter(([, { description }]) => !description);
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  it('lets a file that extends another one leave out what is required', async () => {
    expect(jsonSchemaOf('record').anyOf).toEqual([{ required: ['tape', 'feed'] }, { required: ['extends'] }]);
  });
});

it('a config is of the kind that knows most of its settings', async () => {
  expect(kindOf({ tape: 'a', feed: 'kalshi' })).toBe('record');
  expect(kindOf({ cash: 1 })).toBe('run');
  expect(kindOf({ colour: 'blue' })).toBeUndefined();
  expect(kindOf(null)).toBeUndefined();
});
