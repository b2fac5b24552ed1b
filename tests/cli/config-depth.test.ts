/** Configs that their schema takes, and that would not work all the same. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { checkDeeply } from '../../src/cli/config-depth.ts';
import { readLayers } from '../../src/run/config-layers.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

function put(name: string, config: object | string): string {
  const file = join(folder(), name);
  writeFileSync(file, typeof config === 'string' ? config : stringify(config), { mode: 0o600 });
  return file;
}

async function check(kind: string, config: object): Promise<readonly string[]> {
  return checkDeeply(kind, await readLayers(put('config.yaml', config)));
}

const record = { tape: 'tapes/a', feed: 'any', url: 'ws://127.0.0.1:9' };
const suite = (more: object) => ({ cases: { one: { tapes: ['tapes/a'], strategy: 'hold', ...more } } });
const paper = { record, run: 'runs/a', strategy: 'yes_80_90' };

describe('a config that names what is not there', () => {
  it('of secrets is warned of, with the file that names them: another machine may have them', async () => {
    put('base.yaml', { ...record, secrets: { one: { env: 'TRUETAPE_NO_SUCH' } } });
    const open = put('open', 'key');
    chmodSync(open, 0o644);
    const overlay = {
      extends: 'base.yaml',
      secrets: { two: { file: join(folder(), 'none') }, three: { file: put('empty', '\n') }, four: { file: open } },
    };
    expect(await check('record', overlay)).toEqual([
      `${join(folder(), 'base.yaml')}: secrets.one: the environment has no TRUETAPE_NO_SUCH`,
      `${join(folder(), 'config.yaml')}: secrets.two: ${join(folder(), 'none')}: no such file`,
      `${join(folder(), 'config.yaml')}: secrets.three: ${join(folder(), 'empty')} is empty`,
      expect.stringMatching(/config\.yaml: secrets\.four: .*open can be read by others \(mode 644\): run chmod 600 /),
    ]);
  });

  it('has no command run, and no warning for secrets that are there', async () => {
    vi.stubEnv('TRUETAPE_TEST_KEY', 'abc');
    const ran = join(folder(), 'ran');
    const secrets = { one: { env: 'TRUETAPE_TEST_KEY' }, two: { exec: `touch ${ran}` } };
    expect(await check('record', { ...record, secrets })).toEqual([]);
    expect(await check('record', { ...record, feed: 'kalshi', secrets })).toEqual([]);
    await expect(readLayers(ran)).rejects.toThrow('no such file');
    vi.unstubAllEnvs();
  });

  it.each([
    ['record', { ...record, http: { port: 0, host: '0.0.0.0' } }, /http\.host 0\.0\.0\.0 can be reached by others/],
    ['record', { ...record, messages: ['${key}'] }, /no secret is called key: add it under secrets/],
    ['record', { ...record, feed: 'alpaca-stocks' }, /Alpaca needs two secrets: keyId and secretKey/],
    ['run', { latency: { model: 'recorded', file: 'none.csv' } }, /none\.csv: no such file/],
    ['paper', { ...paper, strategy: 'yes_80' }, /no strategy "yes_80": it is one of hold/],
    ['paper', { ...paper, strategy: 'none.ts' }, /none\.ts: no such strategy file/],
    ['paper', { ...paper, parameters: { sice: 3 } }, /strategy yes_80_90: unknown sice; there are low, high, size/],
    ['paper', { ...paper, parameters: { size: 'x' } }, /strategy yes_80_90: size: /],
    ['paper', { ...paper, settings: { latency: { model: 'empirical', file: 'none.csv' } } }, /none\.csv: no such file/],
    ['paper', { ...paper, http: { port: 0, host: '0.0.0.0' } }, /http\.host 0\.0\.0\.0 can be reached by others/],
    ['paper', { ...paper, http: { port: 0, token: '${screen}' } }, /no secret is called screen/],
    ['paper', { ...paper, sources: { odds: { url: 'http://a.example/${key}' } } }, /no secret is called key/],
    ['suite', suite({ strategy: 'strategies/none.ts' }), /cases\.one: .*none\.ts: no such strategy file/],
    [
      'suite',
      suite({ budgets: { 'dd.maxPt': { min: -1 } } }),
      /cases\.one: no figure is called dd\.maxPt; there are dd/,
    ],
    ['suite', suite({ parameters: { sice: 3 } }), /cases\.one: strategy hold: unknown sice/],
    ['suite', suite({ settings: { latency: { model: 'empirical', file: 'none.csv' } } }), /cases\.one: none\.csv: no/],
  ])('of a %s config %j is wrong, in a line with the file', async (kind, config, message) => {
    const error = (await check(kind, config).catch((each: unknown) => each)) as Error;
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${join(folder(), 'config.yaml')}: `), error.message).toBe(true);
  });

  it('is good with parameters that the strategy takes, and a token for others', async () => {
    const secrets = { screen: { env: 'TRUETAPE_NO_SUCH' } };
    const http = { port: 0, host: '0.0.0.0', token: '${screen}' };
    expect(await check('paper', { ...paper, parameters: { size: 3 }, http, secrets })).toHaveLength(1);
    expect(await check('run', { cash: 5 })).toEqual([]);
    expect(await check('suite', suite({}))).toEqual([]);
  });
});
