import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordConfigSchema } from '../../src/recorder/config.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { readSecrets, redacted } from '../../src/recorder/secrets.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

async function secretFile(mode: number, text = 'top-secret\n'): Promise<string> {
  const file = join(folder(), 'key');
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

describe('a secret', () => {
  it('comes from a file of our own, without the line break at its end', async () => {
    expect(await readSecrets({ key: { file: await secretFile(0o600) } })).toEqual({ key: 'top-secret' });
  });

  it.each([0o640, 0o604, 0o644])('is refused from a file of mode %o, with the mend', async (mode) => {
    const file = await secretFile(mode);
    await expect(readSecrets({ key: { file } })).rejects.toThrow(
      `secrets.key: ${file} can be read by others (mode ${mode.toString(8)}): run chmod 600 ${file}`,
    );
  });

  it('comes from a command, whose failure is told without its output', async () => {
    expect(await readSecrets({ key: { exec: 'printf %s from-vault' } })).toEqual({ key: 'from-vault' });
    await expect(readSecrets({ key: { exec: 'echo leaked; echo leaked >&2; exit 3' } })).rejects.toThrow(
      /^secrets\.key: the command ended with 3: echo/,
    );
    const error = await readSecrets({ key: { exec: 'cat /dev/null; false' } }).catch((e: Error) => e.message);
    expect(error).toBe('secrets.key: the command ended with 1: cat /dev/null; false');
  });

  it('comes from the environment only where the config says so, and must be there', async () => {
    await expect(readSecrets({ key: { env: 'TRUETAPE_NO_SUCH' } })).rejects.toThrow(
      'secrets.key: the environment has no TRUETAPE_NO_SUCH',
    );
  });

  it('that is empty or missing is an error', async () => {
    await expect(readSecrets({ key: { file: await secretFile(0o600, '\n') } })).rejects.toThrow(/is empty/);
    await expect(readSecrets({ key: { file: '/no/such/key' } })).rejects.toThrow(
      'secrets.key: /no/such/key: no such file',
    );
  });

  it.each([
    [{ messages: ['{"key":"${key}"}'] }, 'no secret is called key: add it under secrets'],
    [{ alerts: { telegram: { token: '${bot}', chat: '1' } } }, 'no secret is called bot: add it under secrets'],
    [{ feed: 'alpaca-stocks' }, 'Alpaca needs two secrets: keyId and secretKey'],
  ])('that %j needs is missed before anything is on disk', async (extra, message) => {
    const tape = join(folder(), 'tape');
    const config = recordConfigSchema.parse({ tape, feed: 'any', url: 'ws://127.0.0.1:9', ...extra });
    await expect(Recorder.create(config)).rejects.toThrow(message);
    expect(existsSync(tape)).toBe(false);
  });

  it('is taken out of texts by name', () => {
    expect(redacted('GET /?k=abc failed for abc', { key: 'abc' })).toBe('GET /?k=${key} failed for ${key}');
  });
});
