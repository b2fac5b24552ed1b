import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { readConfig, readRunConfig } from '../../src/run/config.ts';
import { mergeLayers, readLayers } from '../../src/run/config-layers.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

function put(name: string, text: string): string {
  const file = join(folder(), name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('a config that extends another one', () => {
  it('takes over its settings, one by one; lists are replaced', async () => {
    put('base.yaml', 'tape: tapes/a\nfeed: kalshi\nmarkets: [A, B]\nreconnect: {firstSeconds: 2, mostSeconds: 9}\n');
    const file = put('over.yaml', 'extends: base.yaml\nmarkets: [C]\nreconnect: {mostSeconds: 30}\n');
    expect(await readConfig(file, recordConfigSchema)).toMatchObject({
      tape: 'tapes/a',
      feed: 'kalshi',
      markets: ['C'],
      reconnect: { firstSeconds: 2, mostSeconds: 30 },
    });
  });

  it('goes through several files, each named relative to the one before', async () => {
    put('shared/cash.yaml', 'cash: 500\nseed: deep\n');
    put('shared/base.yaml', 'extends: cash.yaml\nseed: base\nfeedMs: 3\n');
    const file = put('over.yaml', 'extends: shared/base.yaml\nfeedMs: 7\n');
    expect(await readRunConfig(file)).toMatchObject({ cash: '500', seed: 'base', feedMs: 7 });
  });

  it('may have another model in place of the one there, without its settings', async () => {
    put('base.yaml', 'latency: {entryMs: 5, responseMs: 6}\n');
    const other = put('other.yaml', 'extends: base.yaml\nlatency: {model: recorded, file: trips.csv}\n');
    expect((await readRunConfig(other)).latency).toEqual({ model: 'recorded', file: 'trips.csv' });
    const same = put('same.yaml', 'extends: base.yaml\nlatency: {responseMs: 9}\n');
    expect((await readRunConfig(same)).latency).toEqual({ entryMs: 5, responseMs: 9 });
  });

  it('names the file in which a wrong setting stands', async () => {
    const base = put('base.yaml', 'cash: 100\nfeedMs: -1\n');
    const over = put('over.yaml', 'extends: base.yaml\nseed: x\n');
    await expect(readRunConfig(over)).rejects.toThrow(`${base}: feedMs: `);
    put('base.yaml', 'cash: 100\ncahs: 5\n');
    await expect(readRunConfig(over)).rejects.toThrow(`${base}: unknown cahs; there are cash`);
    put('base.yaml', 'cash: 100\n');
    put('over.yaml', 'extends: base.yaml\nqueue: slow\n');
    await expect(readRunConfig(over)).rejects.toThrow(`${over}: queue: `);
    await expect(readConfig(over, recordConfigSchema)).rejects.toThrow(`${over}: tape: `);
  });

  it('is refused when it comes back to itself, and when there is nothing to extend', async () => {
    const [a, b] = [put('a.yaml', 'extends: b.yaml\n'), put('b.yaml', 'extends: ./a.yaml\n')];
    await expect(readRunConfig(a)).rejects.toThrow(`${a}: extends itself: ${a} -> ${b} -> ${a}`);
    const lost = put('lost.yaml', 'extends: none.yaml\n');
    await expect(readRunConfig(lost)).rejects.toThrow(`${lost}: extends: ${join(folder(), 'none.yaml')}: no such file`);
    await expect(readRunConfig(put('list.yaml', 'extends: [a.yaml]\n'))).rejects.toThrow(
      /list\.yaml: extends: must be the name of a file/,
    );
  });

  it('keeps secrets as the references that they are', async () => {
    put('base.yaml', 'secrets: {keyId: {env: KEY}, token: {file: token}}\n');
    const file = put(
      'over.yaml',
      'extends: base.yaml\nsecrets: {privateKey: {exec: pass show key}, token: {env: T}}\n',
    );
    expect(mergeLayers(await readLayers(file))).toEqual({
      secrets: { keyId: { env: 'KEY' }, privateKey: { exec: 'pass show key' }, token: { env: 'T' } },
    });
  });
});
