import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PaperSession } from '../../src/live/session.ts';
import { temporaryFolder } from '../support/folder.ts';
import { paperConfig } from '../support/paper.ts';

const folder = temporaryFolder();

it.each([
  ['tape', 'tape'],
  ['both', 'both/run'],
  ['both/tape', 'both'],
])('a run is not written where its tape is: tape %s, run %s', async (tape, run) => {
  const { record, ...config } = paperConfig(folder(), 'ws://127.0.0.1:9', 1, { strategy: 'hold' });
  const mixed = { ...config, record: { ...record, tape: join(folder(), tape) }, run: join(folder(), run) };
  const session = PaperSession.create({ config: mixed, log: () => undefined });
  await expect(session).rejects.toThrow(/needs a folder apart from that of the tape/);
  expect(existsSync(join(folder(), tape))).toBe(false);
});
